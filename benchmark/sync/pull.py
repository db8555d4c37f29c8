"""Pull: what a device has not seen, per space, in (rev, id) order and never more than a page.

The rev of a space is read first and the rows up to it after: since a push holds the space's row until it commits,
every row up to that rev is there, so no cursor can skip one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from benchmark.sync import store

_CURSOR = re.compile(r"(\d{1,18})(?::([0-9a-f-]{36}))?")
_LAST = "~"
"""Sorts behind every id."""


def pull(
    cursors: Mapping[str, Any], visible: Collection[str], limit: int, clean: Collection[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Changes behind the cursors: {"spaces": {id: page}, "gone": [ids]}. Spaces with nothing new are left out.

    cursors   space id → the cursor of the last answer
    limit     records in the whole answer, at most
    clean     (space, record id) the device has exactly as they are: not echoed
    """
    spaces: dict[str, Any] = {}
    left = limit
    for space, rev in sorted(store.revs(visible).items()):
        after = _position(cursors.get(space), rev)
        if after is not None and after == (rev, _LAST):
            continue
        rows = store.page(space, after or (-1, ""), rev, left + 1) if left else []
        is_more = len(rows) > left or not left
        rows = rows[:left]
        left -= len(rows)
        spaces[space] = {
            "changes": [_change(row) for row in rows if (space, row.id) not in clean],
            "cursor": _cursor(rows, after) if is_more else str(rev),
            "rev": rev,
            "more": is_more,
        }
    return {"spaces": spaces, "gone": sorted(set(cursors) - set(visible))}


def _position(cursor: object, rev: int) -> tuple[int, str] | None:
    """Where a cursor stands; None (from the beginning) for none, an unreadable one, or one ahead of the space."""
    found = _CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if found is None or int(found[1]) > rev:
        return None
    return int(found[1]), found[2] or _LAST


def _cursor(rows: Collection[Any], after: tuple[int, str] | None) -> str | None:
    if rows:
        *_, last = rows
        return f"{last.rev}:{last.id}"
    if after is None:
        return None
    return str(after[0]) if after[1] == _LAST else f"{after[0]}:{after[1]}"


def _change(row: Any) -> orjson.Fragment:
    head = orjson.dumps({"kind": row.kind, "id": row.id, "rev": row.rev})[:-1]
    if row.deleted_at:
        return orjson.Fragment(head + b',"deleted":true}')
    body = row.body[1:-1].encode()
    conflicts = b',"conflicts":' + row.conflicts.encode() if row.conflicts != "[]" else b""
    return orjson.Fragment(head + (b"," + body if body else b"") + conflicts + b"}")
