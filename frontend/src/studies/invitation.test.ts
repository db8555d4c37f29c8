import { expect, it } from 'vitest';
import { isOnlyHere, qrPath, spelled, typedAddress, type Code } from './invitation.svelte';

const code = (link: string): Code => ({ code: 'K7MPQ2XD', link, expires_at: '2017-12-24T12:00:00+02:00', is_expired: false });
const far = code('https://benchmark.example/join#K7MPQ2XD');

it('is read in two halves and typed without what browsers add', () => {
  expect(spelled(far)).toBe('K7MP Q2XD');
  expect(typedAddress(far)).toBe('benchmark.example');
  expect(typedAddress(code('http://localhost:8000/join#K7MPQ2XD'))).toBe('localhost:8000');
});

it('knows an address that leads no phone anywhere', () => {
  expect(isOnlyHere(far)).toBe(false);
  expect(isOnlyHere(code('http://localhost:8000/join#K7MPQ2XD'))).toBe(true);
  expect(isOnlyHere(code('http://127.0.0.1:8000/join#K7MPQ2XD'))).toBe(true);
});

it('asks for a new picture when the code is new', () => {
  expect(qrPath('s', far)).not.toBe(qrPath('s', { ...far, code: 'OTHER' }));
});
