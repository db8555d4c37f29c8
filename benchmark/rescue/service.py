"""Takes in what a rescue file holds, by the same two doors as a phone: ops are pushed, pictures are accepted.

So everything has exactly one effect, whether the phone, the file or both bring it, and however often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, BinaryIO

from benchmark.kernel.errors import Problem, name_problems
from benchmark.kernel.files import Files
from benchmark.kernel.ids import is_id
from benchmark.people.service import glance, visible_spaces
from benchmark.photos import service as photos
from benchmark.rescue import archive
from benchmark.rescue.archive import Picture, Rescue
from benchmark.sync import service as sync
from benchmark.sync import store
from benchmark.sync.asked import read
from benchmark.sync.push import Sender, push

name_problems(rescue_other_study=422, rescue_empty=422, rescue_was_deleted=409)

BATCH = 500
NEW, KNOWN = "new", "known"
_Key = tuple[str, str]


@dataclass
class Imported:
    """What became of a file: new things by kind, how many were here already, and how many could not be taken, why."""

    new: Counter[str] = field(default_factory=Counter)
    n_known: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def take(file: BinaryIO, files: Files, leads: Mapping[str, str]) -> Imported:
    """Import a rescue file. Flushes; call it with no transaction open, for pictures are slow to develop.

    leads    the spaces that may be written, each with the lead who stands in for an author who is not there (any more)
    Problems: those of `archive.opened`, rescue_other_study, rescue_empty.
    """
    with archive.opened(file) as rescue:
        if not rescue.ops and not rescue.pictures:
            raise Problem("rescue_empty")
        spaces = {op.get("space") for op in rescue.ops} | {picture.space for picture in rescue.pictures}
        if not any(isinstance(space, str) and space in leads for space in spaces):
            raise Problem("rescue_other_study")
        fates = _Fates()
        developed = _develop(rescue, files, leads, fates)
    _push(rescue, leads, fates)
    for picture, renditions in developed:
        _accept(picture, renditions, fates)
    return fates.count()


class _Fates:
    """What became of each record: `new`, `known` or a problem code; the worst that was said of it stands."""

    def __init__(self) -> None:
        self.kinds: dict[_Key, str] = {}
        self.fates: dict[_Key, str] = {}

    def note(self, key: _Key, kind: str, fate: str) -> None:
        before = self.fates.get(key, KNOWN)
        self.kinds.setdefault(key, kind)
        self.fates[key] = before if before not in (NEW, KNOWN) or fate == KNOWN else fate

    def count(self) -> Imported:
        imported = Imported()
        for key, fate in self.fates.items():
            if fate == NEW:
                imported.new[self.kinds[key]] += 1
            elif fate == KNOWN:
                imported.n_known += 1
            else:
                imported.refused[fate] += 1
        return imported


def _develop(
    rescue: Rescue, files: Files, leads: Mapping[str, str], fates: _Fates
) -> list[tuple[Picture, dict[str, Any]]]:
    """Make the renditions of every picture that is new and sound, one at a time in memory."""
    developed = []
    for picture in rescue.pictures:
        key = (picture.space, picture.id)
        if picture.space not in leads:
            fates.note(key, "photo", "rescue_other_study")
            continue
        try:
            content = rescue.content(picture)
            with glance():
                is_known = photos.check(picture.space, picture.id, content, picture.sha256) is not None
            if is_known:
                fates.note(key, "photo", KNOWN)
            else:
                developed.append((picture, photos.develop(files, content)))
        except Problem as problem:
            fates.note(key, "photo", problem.code)
    return developed


def _accept(picture: Picture, renditions: dict[str, Any], fates: _Fates) -> None:
    key = (picture.space, picture.id)
    try:
        photos.accept(*key, sha256=picture.sha256, renditions=renditions)
        fates.note(key, "photo", NEW)
    except Problem as problem:
        fates.note(key, "photo", problem.code)


def _push(rescue: Rescue, leads: Mapping[str, str], fates: _Fates) -> None:
    """Push the ops in their order, each as the person it counts as here."""
    is_same_history = rescue.epoch == sync.epoch()
    roles = {space: role for space, role in visible_spaces(rescue.person).items() if space in leads}
    answered = store.first_senders([op["op_id"] for op in rescue.ops if is_id(op.get("op_id"))])

    def sender(op: dict[str, Any]) -> str:
        space, before = str(op.get("space")), answered.get(str(op.get("op_id")))
        return before or (rescue.person if space in roles else leads.get(space, ""))

    for person, ops in groupby(rescue.ops, sender):
        if not person:
            for op in ops:
                fates.note(_key(op), str(op.get("kind")), "rescue_other_study")
            continue
        is_author = person == rescue.person
        seen = roles if is_author else dict.fromkeys(leads, "lead")
        batch = [_as_sent(op, rescue, is_author, is_same_history) for op in ops]
        for start in range(0, len(batch), BATCH):
            part = batch[start : start + BATCH]
            outcomes = push(read(part), Sender(person, rescue.device, seen)).outcomes
            for op, outcome in zip(part, outcomes, strict=True):
                fates.note(_key(op), str(op.get("kind")), _fate(outcome))


def _as_sent(op: dict[str, Any], rescue: Rescue, is_author: bool, is_same_history: bool) -> dict[str, Any]:
    """The op as it goes in: without revs of another history; under the author's name where a lead stands in."""
    sent = op if is_same_history else {**op, "base_rev": 0}
    fields = sent.get("set")
    is_made_here = sent.get("kind") == "observation" and isinstance(fields, dict) and "author" in fields
    if is_author or not is_made_here or not rescue.name:
        return sent
    return {**sent, "set": {**sent["set"], "observer": sent["set"].get("observer") or rescue.name}}


def _fate(outcome: dict[str, Any]) -> str:
    said = outcome.get("first", outcome["outcome"])
    if said == "deleted":
        return "rescue_was_deleted"
    if said == "rejected":
        return str(outcome["problem"])
    return KNOWN if outcome["outcome"] == "duplicate" else NEW


def _key(op: dict[str, Any]) -> _Key:
    return str(op.get("space")), str(op.get("id"))
