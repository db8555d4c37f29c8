"""Pull: what a device has not seen, per space, in (rev, id) order and never more than a page.

Rev, floor and rows are read in one snapshot: since a push holds the space's row until it commits, every row up to
that rev is there, so no cursor can skip one. A role that some kinds are hidden from has cursors of its own
(`41/guest`), so that whoever becomes a member later gets everything from the beginning. A cursor below the floor may
have missed deletions, unless it says (`5:…@9`) that it is on its way from the beginning and which floor it began with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from benchmark.sync import kinds, store
from benchmark.sync.push import Pushed
from benchmark.sync.schema import MAX_OPS
from benchmark.sync.store import Found, Seen

_CURSOR = re.compile(r"(\d{1,18})(?::([0-9a-f-]{36}))?(/[a-z]+)?(?:@(\d{1,18}))?")


def pull(spaces: Sequence[Seen], cursors: Mapping[str, Any], limit: int, pushed: Pushed) -> dict[str, Any]:
    """Changes behind the cursors: {"spaces": {id: page}, "gone": [ids]}. Spaces with nothing new are left out.

    spaces    what the person may see, as `store.seen` has it
    cursors   space id → the cursor of the last answer
    limit     records in the whole answer, at most
    pushed    what the device has just brought and has exactly as it is: not echoed, unless somebody has changed it
              since, or the device is on its way from the beginning, at the end of which it drops all that the pages
              left out
    """
    pages: dict[str, Any] = {}
    left = limit
    for space, rev, floor, role in spaces:
        hidden, view = _view(role)
        given = cursors.get(space)
        after = _position(given, rev, floor, view)
        if after == _Position(rev):
            continue
        begin = after or _Position(-1, floor=floor)
        is_own = after == _Position(rev - 1) and pushed.whole.get(space) == rev
        rows = store.page(space, begin.edge, rev, left + 1, hidden) if left and not is_own else []
        is_more = len(rows) > left or not (left or is_own)
        rows, clean = rows[:left], pushed.clean.get(space, {}) if after and not after.id else {}
        left -= len(rows)
        pages[space] = {
            "changes": _changes(rows, clean),
            "cursor": _cursor(begin.behind(rows), floor, view) if is_more else f"{rev}{view}",
            "rev": rev,
            "more": is_more,
        }
        if given is not None and after is None:
            pages[space]["resync"] = True
    return {"spaces": pages, "gone": sorted(cursors.keys() - {space.id for space in spaces})}


def own(spaces: Sequence[Seen], pushed: Pushed) -> dict[str, Any]:
    """What a push did, for a device that has others on their way: from just before its rev to just behind."""
    pages: dict[str, Any] = {}
    for space, _, _, role in spaces:
        if space not in pushed.revs:
            continue
        rev, (hidden, view) = pushed.revs[space], _view(role)
        rows = [] if space in pushed.whole else store.page(space, (rev, ""), rev, MAX_OPS, hidden)
        pages[space] = {
            "after": f"{rev - 1}{view}",
            "changes": _changes(rows, pushed.clean.get(space, {})),
            "cursor": f"{rev}{view}",
            "rev": rev,
            "more": True,
        }
    return {"spaces": pages, "gone": []}


def pull_afresh(spaces: Sequence[Seen], cursors: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Everything from the beginning, for a device of another epoch.

    The rev told is 0, for the device sends again what it made above that. By now others may have raised the rev over
    that of the copy which was put back, so that no higher one is sure; what is here already is a duplicate.
    """
    answer = pull(spaces, dict.fromkeys(cursors), limit, Pushed())
    for page in answer["spaces"].values():
        page["rev"] = 0
    return answer


def is_ahead(spaces: Sequence[Seen], cursors: Mapping[str, Any]) -> bool:
    """Whether a device has seen more of a space than there is, so that an older copy must be in place."""
    found = ((space.rev, _CURSOR.fullmatch(cursors.get(space.id) or "")) for space in spaces)
    return any(cursor is not None and int(cursor[1]) > rev for rev, cursor in found)


@dataclass(frozen=True)
class _Position:
    """How far a device has seen a space: all of `rev`, or with an `id` up to that one.

    floor     that of the moment when it began at the beginning
    """

    rev: int
    id: str = ""
    floor: int = 0

    @property
    def edge(self) -> tuple[int, str]:
        """What comes is behind this (rev, id). No id sorts last in every language; the empty one sorts first."""
        return (self.rev, self.id) if self.id else (self.rev + 1, "")

    def behind(self, rows: Sequence[Found]) -> _Position:
        return _Position(rows[-1].rev, rows[-1].id, self.floor) if rows else self


def _view(role: str) -> tuple[list[str], str]:
    """The kinds that a role never gets, and how its cursors say so."""
    hidden = kinds.hidden_from(role)
    return hidden, f"/{role}" if hidden else ""


def _position(cursor: object, rev: int, floor: int, view: str) -> _Position | None:
    """Where a cursor stands; None (from the beginning) for none and for one that is not good any more."""
    found = _CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if found is None or int(found[1]) > rev or (found[3] or "") != view:
        return None
    position = _Position(int(found[1]), found[2] or "", int(found[4] or 0))
    if max(position.rev, position.floor) < floor:
        return None
    return position if position.rev < floor else replace(position, floor=0)


def _cursor(position: _Position, floor: int, view: str) -> str | None:
    """The cursor of a device that stands here and has more to fetch; None at the beginning."""
    if position.rev < 0:
        return None
    inside = f":{position.id}" if position.id else ""
    begun = f"@{position.floor}" if position.rev < floor else ""
    return f"{position.rev}{inside}{view}{begun}"


def _changes(rows: Sequence[Found], clean: Mapping[str, int]) -> list[orjson.Fragment]:
    """The records as they travel, but for those that the device has just as they are."""
    return [_change(*row) for row in rows if clean.get(row.id) != row.rev]


def _change(
    id_: str, kind: str, rev: int, body: bytes, conflicts: str, deleted_at: str | None
) -> orjson.Fragment:
    """A record as it travels. Put together as it is stored, for its fields have the form there that they have here."""
    head = f'{{"kind":"{kind}","id":"{id_}","rev":{rev}'.encode()
    if deleted_at:
        return orjson.Fragment(head + b',"deleted":true}')
    if conflicts != "[]":
        head += f',"conflicts":{conflicts}'.encode()
    return orjson.Fragment(head + b"," + body[1:] if body != b"{}" else head + b"}")
