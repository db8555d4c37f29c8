import { expect, it } from 'vitest';
import { printedIn } from './printed';

it('speaks the language that was asked for, with its own dates', async () => {
  const swedish = await printedIn('sv');
  const english = await printedIn('en');
  expect(swedish.say('poster.code')).toBe('Besökskod');
  expect(english.say('poster.code')).toBe('Visit code');
  expect(swedish.date('2017-12-24T12:00:00+02:00')).toBe('24.12.2017');
  expect(english.say('invite.expires', { date: english.date('2017-12-24T12:00:00+02:00') })).toBe('Valid until 24/12/2017');
});
