import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { crc32, zip } from './zip';

const encoded = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

it('computes the check value of CRC-32', () => {
  expect(crc32(encoded('123456789'))).toBe(0xcbf43926);
});

it('writes a file that another program reads', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'rescue-')), 'rescue.zip');
  const blob = zip([{ name: 'havainnot.txt', content: encoded('Kartta ovella äöå') }, { name: 'kuvat/1.jpg', content: encoded('x') }]);
  writeFileSync(file, new Uint8Array(await blob.arrayBuffer()));
  const script = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist(), z.read("havainnot.txt").decode())';
  const read = execFileSync('python3', ['-c', script, file], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf8' } });
  expect(read.trim()).toBe("None ['havainnot.txt', 'kuvat/1.jpg'] Kartta ovella äöå");
});
