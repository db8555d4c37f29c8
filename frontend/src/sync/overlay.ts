/**
 * Pure rules of how changes lie over a record. No database, no network.
 * The server merges per field (docs/sync.md); here pending changes simply win, until it answers.
 */
import type { Fields, Op, Row } from '../local/db';
import type { Conflict, Kind } from '../local/records';
import { momentOf } from '../local/when';

/** A record's content at one moment. */
export interface Content {
  data: Fields;
  deleted: 0 | 1;
  conflicts: Conflict[];
}

/** `content` after one op. */
export function applied(content: Content, op: Op): Content {
  const data = { ...content.data, ...op.set };
  for (const [field, values] of Object.entries(op.remove)) {
    if (field !== 'conflicts') data[field] = asSet(data[field]).filter((value) => !values.includes(value));
  }
  for (const [field, values] of Object.entries(op.add)) {
    // Sorted, as the server keeps them.
    data[field] = [...new Set([...asSet(data[field]), ...values])].sort();
  }
  const settled = op.remove.conflicts ?? [];
  return {
    data,
    deleted: op.deleted === undefined ? content.deleted : op.deleted ? 1 : 0,
    conflicts: content.conflicts.filter((conflict) => !settled.includes(conflict.op_id)),
  };
}

/** A row for a record that nobody has yet. */
export function newRow(space: string, kind: Kind, id: string): Row {
  return { space, kind, id, rev: 0, data: {}, deleted: 0, conflicts: [], pending: 0, aside: 0, at: 0 };
}

/** The row with `ops`, all that are still unanswered or set aside, laid over the server's fields. */
export function overlaid(row: Row, ops: { op: Op; state: 'waiting' | 'aside' }[]): Row {
  const server: Content = { data: row.base ?? {}, deleted: row.baseDeleted ?? 0, conflicts: row.conflicts };
  const content = ops.reduce((so_far, queued) => applied(so_far, queued.op), server);
  const pending = ops.filter((queued) => queued.state === 'waiting').length;
  const laid: Row = { ...row, ...content, pending, aside: ops.length - pending, at: momentOf(row.kind, content.data) };
  if (ops.length === 0) {
    delete laid.base;
    delete laid.baseDeleted;
  }
  return laid;
}

/** A row whose present content is noted as the server's, ready to have changes laid over it. */
export function grounded(row: Row): Row {
  if (row.pending + row.aside > 0) return row;
  return { ...row, base: row.rev ? row.data : null, baseDeleted: row.rev ? row.deleted : 0 };
}

/**
 * Several ops on one record as one: what a person sends again after the server refused. It has seen only what the oldest
 * had, so that what others wrote meanwhile still clashes with it.
 */
export function folded(ops: Op[], last: Op): Op {
  const all = [...ops, last];
  const add: Record<string, string[]> = {};
  const remove: Record<string, string[]> = {};
  for (const op of all) {
    // First what goes, then what comes, as the server does it.
    for (const [field, values] of Object.entries(op.remove)) {
      remove[field] = [...new Set([...(remove[field] ?? []), ...values])];
      add[field] = (add[field] ?? []).filter((value) => !values.includes(value));
    }
    for (const [field, values] of Object.entries(op.add)) {
      add[field] = [...new Set([...(add[field] ?? []), ...values])];
      remove[field] = (remove[field] ?? []).filter((value) => !values.includes(value));
    }
  }
  const deleted = all.reduce<boolean | undefined>((so_far, op) => op.deleted ?? so_far, undefined);
  const base_rev = Math.min(...all.map((op) => op.base_rev));
  const whole: Op = { ...last, base_rev, set: Object.assign({}, ...all.map((op) => op.set)) as Fields, add, remove };
  if (deleted !== undefined) whole.deleted = deleted;
  return whole;
}

function asSet(value: unknown): string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}
