import { describe, expect, it } from 'vitest';
import type { Item } from '../local/records';
import { countByStatus, evidence, part, type FindingItem } from './results';

const stamp = { space: 's', rev: 1, pending: 0, aside: 0, conflicts: [] };

function finding(id: string, fields: Partial<FindingItem> = {}): FindingItem {
  return {
    ...stamp, id, result: 'improvement_idea', group_id: 'g', statement: id, impact: null, effort: null, owner: '',
    first_step: '', due_on: null, status: 'new', position: 0, ...fields,
  };
}

function observation(id: string, group_id: string | null): Item<'observation'> {
  return {
    ...stamp, id, group_id, text: id, thought: '', feeling: null, focus_id: null, visit_id: null, tags: [], with_us: '', question: '', observer: '',
    plan_id: null, pin: null, observed_at: '2017-10-03T10:00:00+03:00', author: 'p',
  };
}

describe('part', () => {
  it('puts much impact for little effort first and the unweighed last', () => {
    const unweighed = finding('unweighed');
    const costly = finding('costly', { impact: 3, effort: 3 });
    const cheap = finding('cheap', { impact: 3, effort: 1 });
    const small = finding('small', { impact: 1, effort: 1 });
    expect(part([unweighed, small, costly, cheap]).ideas.map(({ id }) => id)).toEqual(['cheap', 'costly', 'small', 'unweighed']);
  });

  it('keeps strengths apart from ideas, in the same order of worth', () => {
    const strengths = [finding('b', { result: 'strength', impact: 1 }), finding('a', { result: 'strength', impact: 2 })];
    const parted = part([finding('idea'), ...strengths]);
    expect(parted.ideas).toHaveLength(1);
    expect(parted.strengths.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('countByStatus', () => {
  it('counts only what occurs, in the order of a life of an idea', () => {
    const ideas = [finding('a', { status: 'kept' }), finding('b'), finding('c')];
    expect(countByStatus(ideas)).toEqual([{ status: 'new', n: 2 }, { status: 'kept', n: 1 }]);
  });
});

describe('evidence', () => {
  it('is what lies in the finding’s group, and nothing when there is no group', () => {
    const all = [observation('a', 'g'), observation('b', 'h'), observation('c', null)];
    expect(evidence(finding('f'), all).map(({ id }) => id)).toEqual(['a']);
    expect(evidence(finding('f', { group_id: null }), all)).toEqual([]);
  });
});
