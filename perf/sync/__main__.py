"""Our sync beside others', on one machine, in one run, with the same observations. docs/speed.md tells how to read it.

Usage: python -m perf.sync [rounds] [links] [live]; all of it when nothing is named. ROUNDS=1 for a quick look.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from perf.sync.bars import bars
from perf.sync.contender import TROUBLE, Contender
from perf.sync.install import install
from perf.sync.limits import constant_seconds, sqlite_limits
from perf.sync.links import on_links
from perf.sync.live import listeners
from perf.sync.observations import observations
from perf.sync.ours import Benchmark
from perf.sync.rounds import N_PUSHED, Results, run_round, see_traffic
from perf.sync.stage import EVERYONE, started_with_postgresql
from perf.sync.tables import print_limits, print_tables
from perf.table import Figure, show

N_ROUNDS = int(os.environ.get("ROUNDS", "5"))


def in_rounds() -> list[Figure]:
    """Speed and traffic beside the others, and beside what the machine could do at most."""
    with tempfile.TemporaryDirectory() as folder, started_with_postgresql(EVERYONE) as contenders:
        rows = {contender: Results() for contender in contenders}
        limits: list[dict[str, float]] = []
        for number in range(1, N_ROUNDS + 1):
            limits.append(sqlite_limits(Path(folder), observations(N_PUSHED, number)))
            in_turn(rows, f"round {number}", lambda *row, number=number: run_round(*row, number))
        in_turn(rows, "traffic", see_traffic)
        constant = constant_seconds(Path(folder))
    medians = {name: statistics.median(one[name] for one in limits) for name in limits[0]}
    print_tables([*rows.items()])
    print_limits(medians, constant)
    return bars({contender.name: results for contender, results in rows.items()}, medians, N_PUSHED)


def in_turn(rows: dict[Contender, Results], what: str, work: Callable[[Contender, Results], None]) -> None:
    """Let each do a work; another's server that fails is named and left out from then on, ours may not."""
    for contender, results in [*rows.items()]:
        if sys.stderr.isatty():
            print(f"\r{what}: {contender.name:<40}", end="", file=sys.stderr, flush=True)
        try:
            work(contender, results)
        except TROUBLE as problem:
            if isinstance(contender, Benchmark):
                raise
            print(f"{contender.name}: fails in {what}. {problem!r}", flush=True)
            del rows[contender]


PARTS = {"rounds": in_rounds, "links": on_links, "live": listeners}


def main() -> None:
    asked = sys.argv[1:] or [*PARTS]
    install()
    figures = [figure for name in asked for figure in PARTS[name]()]
    print()
    show(*figures)


if __name__ == "__main__":
    main()
