import { expect, it } from 'vitest';
import { appended } from './dictation';

it('puts what was said behind what was written', () => {
  expect(appended('', ' ovella on kartta ')).toBe('ovella on kartta');
  expect(appended('Ovella on kartta.', ' Se näkyy kauas.')).toBe('Ovella on kartta. Se näkyy kauas.');
  expect(appended('Ovella:\n', ' kartta')).toBe('Ovella:\nkartta');
});
