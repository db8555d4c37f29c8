import { expect, it } from 'vitest';
import { byNearness, isWithin, visitAt, withOffset } from './moment';

const visit = (id: string, starts_at: string | null, ends_at: string | null = null, people: string[] = []) => ({ id, starts_at, ends_at, people });

it('keeps the phone’s own offset, and means the same moment', () => {
  const moment = new Date('2017-10-03T07:12:09Z');
  expect(withOffset(moment)).toMatch(/^2017-10-03T\d\d:12:09[+-]\d\d:\d\d$/);
  expect(Date.parse(withOffset(moment))).toBe(moment.getTime());
});

it('chooses the visit that is going on, mine before others', () => {
  const visits = [
    visit('eilen', '2017-10-02T09:00:00+03:00', '2017-10-02T11:00:00+03:00'),
    visit('muiden', '2017-10-03T09:00:00+03:00', '2017-10-03T12:00:00+03:00'),
    visit('oma', '2017-10-03T09:00:00+03:00', '2017-10-03T12:00:00+03:00', ['minä']),
  ];
  expect(visitAt(visits, new Date('2017-10-03T07:00:00Z'), 'minä')).toBe('oma');
  expect(visitAt(visits, new Date('2017-10-03T07:00:00Z'), 'joku')).toBe('muiden');
  expect(visitAt(visits, new Date('2017-10-05T07:00:00Z'), 'minä')).toBeNull();
});

it('takes the only visit whatever the time, and the day of one without an end', () => {
  expect(visitAt([visit('ainoa', null)], new Date(), 'minä')).toBe('ainoa');
  const open = [visit('avoin', '2017-10-03T09:00:00Z'), visit('toinen', null)];
  expect(visitAt(open, new Date('2017-10-03T20:00:00Z'), 'minä')).toBe('avoin');
  expect(visitAt(open, new Date('2017-10-03T22:00:00Z'), 'minä')).toBeNull();
});

it('offers the nearest visits first, those without a time last', () => {
  const visits = [
    visit('joskus', null),
    visit('ensi viikolla', '2017-10-10T09:00:00+03:00', '2017-10-10T11:00:00+03:00'),
    visit('eilen', '2017-10-02T09:00:00+03:00', '2017-10-02T11:00:00+03:00'),
  ];
  expect(byNearness(visits, '2017-10-03T10:00:00+03:00').map((one) => one.id)).toEqual(['eilen', 'ensi viikolla', 'joskus']);
  expect(isWithin(visits[2]!, '2017-10-02T10:59:00+03:00')).toBe(true);
  expect(isWithin(visits[2]!, '2017-10-02T11:01:00+03:00')).toBe(false);
});
