"""Our sync beside others', on one machine, in one run, with the same observations. docs/speed.md tells how to read it.

Usage: python -m perf.sync [rounds] [links] [live]; all of it when nothing is named. ROUNDS=1 for a quick look.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from perf.sync.bars import bars
from perf.sync.contender import Contender
from perf.sync.install import install
from perf.sync.limits import constant_seconds, sqlite_limits
from perf.sync.links import on_links
from perf.sync.live import listeners
from perf.sync.observations import observations
from perf.sync.rounds import N_PUSHED, Results, run_round, see_traffic
from perf.sync.stage import EVERYONE, started_with_postgresql
from perf.sync.tables import print_limits, print_tables
from perf.table import Figure, show

N_ROUNDS = int(os.environ.get("ROUNDS", "5"))
LONG = 15
"""Seconds of a push from which on one round must do."""


def in_rounds() -> list[Figure]:
    """Speed and traffic beside the others, and beside what the machine could do at most."""
    with tempfile.TemporaryDirectory() as folder, started_with_postgresql(EVERYONE) as contenders:
        rows = [(contender, Results()) for contender in contenders]
        limits: list[dict[str, float]] = []
        for number in range(1, N_ROUNDS + 1):
            limits.append(sqlite_limits(Path(folder), observations(N_PUSHED, number)))
            for contender, results in rows:
                if number == 1 or results.cost("push").seconds < LONG:
                    tell(contender, number)
                    run_round(contender, results, number)
        for contender, results in rows:
            tell(contender, "traffic")
            see_traffic(contender, results)
        constant = constant_seconds(Path(folder))
    medians = {name: statistics.median(one[name] for one in limits) for name in limits[0]}
    print_tables(rows)
    print_limits(medians, constant)
    return bars({contender.name: results for contender, results in rows}, medians, N_PUSHED)


def tell(contender: Contender, what: object) -> None:
    """Say on a terminal where we are; it takes a quarter of an hour."""
    if sys.stderr.isatty():
        print(f"\r{what}: {contender.name:<40}", end="", file=sys.stderr, flush=True)


PARTS = {"rounds": in_rounds, "links": on_links, "live": listeners}


def main() -> None:
    asked = sys.argv[1:] or [*PARTS]
    install()
    figures = [figure for name in asked for figure in PARTS[name]()]
    print()
    show(*figures)


if __name__ == "__main__":
    main()
