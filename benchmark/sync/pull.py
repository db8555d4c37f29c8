"""Pull: what a device has not seen, per space, in (rev, id) order and never more than a page.

Rev, floor and rows are read in one snapshot: since a push holds the space's row until it commits, every row up to
that rev is there, so no cursor can skip one. A role that some kinds are hidden from has cursors of its own
(`41/guest`), so that whoever becomes a member later gets everything from the beginning. A cursor below the floor may
have missed deletions, unless it says (`5:…@9`) that it is on its way from the beginning and which floor it began with.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from benchmark.sync import kinds, store

_CURSOR = re.compile(r"(\d{1,18})(?::([0-9a-f-]{36}))?(/[a-z]+)?(?:@(\d{1,18}))?")
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
    pages: dict[str, Any] = {}
    left = limit
    for space, rev, floor in store.spaces(roles.keys()):
        hidden = kinds.hidden_from(roles[space])
        view = f"/{roles[space]}" if hidden else ""
        given = cursors.get(space)
        after = _position(given, rev, floor, view)
        if after == _Position(rev):
            continue
        begin = after or _Position(-1, "", floor)
        rows = store.page(space, (begin.rev, begin.id), rev, left + 1, hidden) if left else []
        is_more = len(rows) > left or not left
        rows = rows[:left]
        left -= len(rows)
        pages[space] = {
            "changes": [_change(row) for row in rows if (space, row.id) not in clean],
            "cursor": _cursor(begin.behind(rows), floor, view) if is_more else f"{rev}{view}",
            "rev": rev,
            "more": is_more,
        }
        if given is not None and after is None:
            pages[space]["resync"] = True
    return {"spaces": pages, "gone": sorted(cursors.keys() - roles.keys())}


def pull_afresh(cursors: Mapping[str, Any], roles: Mapping[str, str], limit: int) -> dict[str, Any]:
    """Everything from the beginning, for a device of another epoch.

    The rev told is 0, for the device sends again what it made above that. By now others may have raised the rev over
    that of the copy which was put back, so that no higher one is sure; what is here already is a duplicate.
    """
    answer = pull(dict.fromkeys(cursors), roles, limit)
    for page in answer["spaces"].values():
        page["rev"] = 0
    return answer


def is_ahead(cursors: Mapping[str, Any], roles: Mapping[str, str]) -> bool:
    """Whether a device has seen more of a space than there is, so that an older copy must be in place."""
    heights = {space: rev for space, rev, _ in store.spaces(cursors.keys() & roles.keys())}
    found = {space: _CURSOR.fullmatch(cursors[space] or "") for space in heights}
    return any(cursor is not None and int(cursor[1]) > heights[space] for space, cursor in found.items())


@dataclass(frozen=True)
class _Position:
    """How far a device has seen a space; `floor` is that of the moment when it began at the beginning."""

    rev: int
    id: str = _LAST
    floor: int = 0

    def behind(self, rows: Sequence[Any]) -> _Position:
        return _Position(rows[-1].rev, rows[-1].id, self.floor) if rows else self


def _position(cursor: object, rev: int, floor: int, view: str) -> _Position | None:
    """Where a cursor stands; None (from the beginning) for none and for one that is not good any more."""
    found = _CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if found is None or int(found[1]) > rev or (found[3] or "") != view:
        return None
    position = _Position(int(found[1]), found[2] or _LAST, int(found[4] or 0))
    if max(position.rev, position.floor) < floor:
        return None
    return position if position.rev < floor else replace(position, floor=0)


def _cursor(position: _Position, floor: int, view: str) -> str | None:
    """The cursor of a device that stands here and has more to fetch; None at the beginning."""
    if position.rev < 0:
        return None
    inside = "" if position.id == _LAST else f":{position.id}"
    begun = f"@{position.floor}" if position.rev < floor else ""
    return f"{position.rev}{inside}{view}{begun}"


def _change(row: Any) -> orjson.Fragment:
    head = orjson.dumps({"kind": row.kind, "id": row.id, "rev": row.rev})[:-1]
    if row.deleted_at:
        return orjson.Fragment(head + b',"deleted":true}')
    body = row.body[1:-1].encode()
    conflicts = b',"conflicts":' + row.conflicts.encode() if row.conflicts != "[]" else b""
    return orjson.Fragment(head + (b"," + body if body else b"") + conflicts + b"}")
