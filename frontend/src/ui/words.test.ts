import { beforeAll, expect, it } from 'vitest';
import { allWords, formatDate, formatTime, problemText, setLanguage, t } from './words';

beforeAll(() => {
  // The two things of a page that words touch.
  Object.assign(globalThis, { document: { documentElement: { lang: '' } } });
});

it('fills gaps and chooses the plural of the language', async () => {
  await setLanguage('fi', { keep: false });
  expect(t('photo.added', { n: 1 })).toBe('Kuva lisätty');
  expect(t('photo.added', { n: 3 })).toBe('3 kuvaa lisätty');
  expect(t('where.partly', { n: 1, of: 3 })).toBe('Lähetetty 1/3, loput vain tässä puhelimessa');
});

it('speaks another language after it is changed, also the words that came later', async () => {
  await setLanguage('fi', { keep: false });
  await allWords();
  expect(t('me.sign_out')).toBe('Kirjaudu ulos');
  await setLanguage('sv', { keep: false });
  expect(t('me.sign_out')).toBe('Logga ut');
  expect(document.documentElement.lang).toBe('sv');
});

it('has a sentence for a failure it does not know', async () => {
  await setLanguage('en', { keep: false });
  await allWords();
  expect(problemText('wrong_code')).toContain('code');
  expect(problemText('never_heard_of')).toBe(t('problem.unknown'));
});

it('writes dates and times as the language does', async () => {
  await setLanguage('fi', { keep: false });
  const moment = new Date(2017, 9, 3, 10, 5);
  expect(formatDate(moment)).toBe('3.10.2017');
  expect(formatTime(moment)).toBe('10.05');
  await setLanguage('en', { keep: false });
  expect(formatTime(moment)).toBe('10:05');
});
