/** Making, changing and deleting findings. Typing saves by itself; only a delete is a step of its own to undo. */
import { newId } from '../local/ids';
import type { Finding } from '../local/records';
import { change } from '../sync/outbox';
import { act } from '../ui/undo.svelte';
import { t } from '../ui/words';
import { nextPosition } from './board';
import type { FindingItem } from './results';

/** A new, empty finding of a group, placed after the others; gives its id. */
export async function startFinding(
  space: string,
  group_id: string,
  result: Finding['result'],
  others: FindingItem[],
): Promise<string> {
  const id = newId();
  const set: Partial<Finding> = { result, group_id, statement: '', status: 'new', position: nextPosition(others) };
  await change([{ space, kind: 'finding', id, set }]);
  return id;
}

/** What the free texts of a finding are called. */
export function findingLabels(finding: FindingItem): Record<'statement' | 'first_step', string> {
  const statement = finding.result === 'strength' ? t('finding.statement_strength') : t('finding.statement_idea');
  return { statement, first_step: t('finding.first_step') };
}

export async function editFinding(finding: FindingItem, set: Partial<Finding>, base_rev = finding.rev): Promise<void> {
  await change([{ space: finding.space, kind: 'finding', id: finding.id, set, base_rev }]);
}

export async function deleteFinding(finding: FindingItem): Promise<void> {
  const message = finding.result === 'strength' ? t('finding.deleted_strength') : t('finding.deleted_idea');
  await act(message, [{ space: finding.space, kind: 'finding', id: finding.id, deleted: true }]);
}
