import { describe, expect, it } from 'vitest';
import { countWords, dayOf, momentOf, timeOf, windowOf } from './moments';

describe('moments', () => {
  it('shows the digits of the place, whatever zone this device is in', () => {
    expect(dayOf('2017-10-03T10:30:00+03:00')).toBe('2017-10-03');
    expect(timeOf('2017-10-03T10:30:00+03:00')).toBe('10:30');
    expect(dayOf(null)).toBe('');
    expect(timeOf(null)).toBe('');
  });

  it('makes a moment that other readers understand as the same instant', () => {
    const moment = momentOf('2017-10-03', '10:30', '09:00');
    expect(moment).toMatch(/^2017-10-03T10:30:00[+-]\d\d:\d\d$/);
    expect(new Date(moment!).getTime()).toBe(new Date('2017-10-03T10:30:00').getTime());
  });

  it('has no moment without a day, and a usual time without a time', () => {
    expect(momentOf('', '10:30', '09:00')).toBeNull();
    expect(timeOf(momentOf('2017-10-03', '', '09:00'))).toBe('09:00');
  });

  it('never lets a visit end before it starts', () => {
    const swapped = windowOf('2017-10-03', '14:00', '10:00');
    expect(timeOf(swapped.starts_at)).toBe('14:00');
    expect(timeOf(swapped.ends_at)).toBe('15:00');
    expect(timeOf(windowOf('2017-10-03', '23:30', '').ends_at)).toBe('23:59');
    expect(windowOf('', '14:00', '15:00')).toEqual({ starts_at: null, ends_at: null });
  });
});

describe('countWords', () => {
  it('counts what stands between spaces', () => {
    expect(countWords('  Opimme, miten\nasiakas löytää — itse  ')).toBe(5);
    expect(countWords(' ')).toBe(0);
  });
});
