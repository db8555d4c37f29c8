"""Pull: what a device has not seen, per space, in (rev, id) order and never more than a page.

The rev of a space is read first and the rows up to it after: since a push holds the space's row until it commits,
every row up to that rev is there, so no cursor can skip one. A role that some kinds are hidden from has cursors of its
own (`41/guest`), so that whoever becomes a member later gets everything from the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson

from benchmark.sync import kinds, store

_CURSOR = re.compile(r"(\d{1,18})(?::([0-9a-f-]{36}))?(/[a-z]+)?")
_LAST = "~"
"""Sorts behind every id."""


def pull(
    cursors: Mapping[str, Any], roles: Mapping[str, str], limit: int, clean: Collection[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Changes behind the cursors: {"spaces": {id: page}, "gone": [ids]}. Spaces with nothing new are left out.

    cursors   space id → the cursor of the last answer
    roles     space id → the person's role there, for the spaces that may be seen
    limit     records in the whole answer, at most
    clean     (space, record id) the device has exactly as they are: not echoed
    """
    spaces: dict[str, Any] = {}
    left = limit
    for space, rev in sorted(store.revs(roles.keys()).items()):
        hidden = kinds.hidden_from(roles[space])
        view = f"/{roles[space]}" if hidden else ""
        after = _position(cursors.get(space), rev, view)
        if after is not None and after == (rev, _LAST):
            continue
        rows = store.page(space, after or (-1, ""), rev, left + 1, hidden) if left else []
        is_more = len(rows) > left or not left
        rows = rows[:left]
        left -= len(rows)
        spaces[space] = {
            "changes": [_change(row) for row in rows if (space, row.id) not in clean],
            "cursor": _cursor(rows, after, view) if is_more else f"{rev}{view}",
            "rev": rev,
            "more": is_more,
        }
    return {"spaces": spaces, "gone": sorted(cursors.keys() - roles.keys())}


def _position(cursor: object, rev: int, view: str) -> tuple[int, str] | None:
    """Where a cursor stands; None (from the beginning) for none, one nobody can read, of another view, or ahead."""
    found = _CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if found is None or int(found[1]) > rev or (found[3] or "") != view:
        return None
    return int(found[1]), found[2] or _LAST


def _cursor(rows: Collection[Any], after: tuple[int, str] | None, view: str) -> str | None:
    """The cursor behind these rows; where there are none, the one that was given."""
    if rows:
        *_, last = rows
        after = (last.rev, last.id)
    if after is None:
        return None
    rev, id_ = after
    return f"{rev}{view}" if id_ == _LAST else f"{rev}:{id_}{view}"


def _change(row: Any) -> orjson.Fragment:
    head = orjson.dumps({"kind": row.kind, "id": row.id, "rev": row.rev})[:-1]
    if row.deleted_at:
        return orjson.Fragment(head + b',"deleted":true}')
    body = row.body[1:-1].encode()
    conflicts = b',"conflicts":' + row.conflicts.encode() if row.conflicts != "[]" else b""
    return orjson.Fragment(head + (b"," + body if body else b"") + conflicts + b"}")
