import { expect, it } from 'vitest';
import { again, asObservation, isWhole, textsOf, whyOf, type RefusedOp } from './mend';

function refused(op: Record<string, unknown>, problem: string | null = 'invalid_field'): RefusedOp {
  const whole = { op_id: 'x', space: 's', kind: 'observation', id: 'o', set: {}, add: {}, remove: {}, at: '2017-10-03T10:00:00+03:00', ...op };
  const outcome = problem ? 'rejected' : 'deleted';
  return { person: 'aino', received_at: '2017-10-03T07:00:00.000Z', outcome, problem: problem ? { code: problem } : null, op: whole };
}

const SET = { text: 'Kartta', feeling: 'loves', observed_at: '2017-10-02T10:00:00+03:00' };

it('makes a change again with corrected words, without the values that may have been at fault', () => {
  const change = again(refused({ set: SET, add: { tags: ['ovi'] } }), 's', { text: 'Kartta ovella' });
  const set = { text: 'Kartta ovella', observed_at: SET.observed_at };
  expect(change).toEqual({ space: 's', kind: 'observation', id: 'o', base_rev: 0, set, add: { tags: ['ovi'] }, remove: {} });
});

it('keeps the other values when something else stood in the way, and restores what was deleted', () => {
  expect(again(refused({ set: SET }, 'not_allowed'), 's', { text: 'A' })).toMatchObject({ set: { ...SET, text: 'A' } });
  expect(again(refused({ set: SET }, null), 's', { text: 'A' })).toMatchObject({ set: { ...SET, text: 'A' }, deleted: false });
});

it('claims to have seen no more than its writer had', () => {
  expect(again(refused({ set: SET, base_rev: 10 }, null), 's', {})).toMatchObject({ base_rev: 10 });
  expect(again(refused({ set: SET, base_rev: 'kymmenen' }), 's', {})).toMatchObject({ base_rev: 0 });
});

it('makes an observation of the words of anything, under the name of who wrote them', () => {
  const change = asObservation(refused({ kind: 'group', set: { name: 'Opasteet' } }), 's', { name: 'Opasteet' }, 'Aino', 'liisa');
  expect(change).toMatchObject({ kind: 'observation', set: { text: 'Opasteet', observer: 'Aino', author: 'liisa', feeling: null } });
  expect(asObservation(refused({ set: SET }), 's', { text: 'Kartta' }, 'Aino', 'liisa').set).toMatchObject({ observed_at: SET.observed_at });
});

it('finds the words of a change without any form', () => {
  const odd = refused({ set: ['ei', 'näin'] }, 'invalid_op');
  expect([textsOf(odd), isWhole(odd), whyOf(odd)]).toEqual([{ text: 'ei näin' }, false, 'invalid']);
});

it.each([
  [null, 'deleted'], ['not_allowed', 'not_allowed'], ['not_found', 'removed'], ['text_too_long', 'too_long'], ['op_reused', 'invalid'],
] as const)('says of %s why', (problem, why) => {
  expect(whyOf(refused({}, problem))).toBe(why);
});
