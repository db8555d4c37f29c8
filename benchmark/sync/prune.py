"""What is deleted leaves in two steps: its content and history after 30 days in the bin, its tombstone after 400.

An emptied record still tells phones that it is deleted. When its tombstone goes too, the floor of its space rises:
a phone that has not seen so far pulls everything anew. The op log keeps hash and outcome as long as the tombstone,
so that an op which comes again that late still has no second effect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from benchmark.kernel import clock
from benchmark.sync import store
from benchmark.sync.kinds import find

BIN = timedelta(days=30)
TOMBSTONE = timedelta(days=400)


def prune() -> int:
    """Do both steps wherever they are due; returns how many records lost their content. Flushes, does not commit."""
    long_ago, very_long_ago = (
        (clock.now() - age).isoformat(timespec="milliseconds") for age in (BIN, TOMBSTONE)
    )
    n_emptied = 0
    for space in store.spaces_with_deleted(long_ago):
        store.hold([space])
        emptied = store.empty(space, long_ago)
        _forget(space, emptied)
        store.remove(space, very_long_ago)
        n_emptied += len(emptied)
    return n_emptied


def _forget(space: str, emptied: Sequence[tuple[str, str]]) -> None:
    by_kind = defaultdict(list)
    for name, id_ in emptied:
        by_kind[name].append(id_)
    for name, ids in by_kind.items():
        kind = find(name)
        if kind is not None and kind.forget is not None:
            kind.forget(space, ids)
