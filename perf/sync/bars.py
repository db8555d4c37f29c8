"""How far ahead we want to be, as figures that are met or missed."""

from perf.sync.limits import IN_HUNDREDS
from perf.sync.rounds import Results
from perf.table import Figure

OURS, OURS_PG = "Benchmark, SQLite", "Benchmark, PostgreSQL"
POUCHDB, POUCHDB_RAW = "pouchdb-server, PouchDB", "pouchdb-server, plain HTTP"
RXDB, HOCUSPOCUS = "RxDB server, plain HTTP", "Hocuspocus, Y.Map"
KINTO, KINTO_PG = "Kinto, memory", "Kinto, PostgreSQL"
OVER_HTTP = (POUCHDB, POUCHDB_RAW, RXDB, KINTO)

AHEAD = {
    "push": {POUCHDB: 8, KINTO: 18, HOCUSPOCUS: 1.3},
    "pull": {POUCHDB: 30, RXDB: 2, KINTO: 1.2},
    "crowd": {POUCHDB: 5, KINTO: 30, RXDB: 0.4},
}
"""Work → contender → how many times as fast we are to be."""
OF_OURS_ON_SQLITE = 0.4
OF_SQLITE_ALONE = 0.2
OF_THE_FASTEST = 1.1
SPREAD = 1.3
Everyone = dict[str, Results]


def bars(everyone: Everyone, limits: dict[str, float], n_pushed: int) -> list[Figure]:
    """Everything that can be judged of those who could be measured."""
    found = [
        figure
        for work, ahead in AHEAD.items()
        for name, factor in ahead.items()
        for figure in times_as_fast(everyone, OURS, name, work, factor)
    ]
    rate = n_pushed / everyone[OURS].cost("push").seconds
    found.append(
        Figure(f"push: ours / {IN_HUNDREDS}", rate / limits[IN_HUNDREDS], OF_SQLITE_ALONE, "×", is_floor=True)
    )
    return [*found, *nothing_new(everyone), *crowd(everyone[OURS]), *on_postgresql(everyone)]


def times_as_fast(everyone: Everyone, ours: str, name: str, work: str, factor: float) -> list[Figure]:
    if name not in everyone or ours not in everyone:
        return []
    value = everyone[name].cost(work).seconds / everyone[ours].cost(work).seconds
    return [Figure(f"{work}: {ours} / {name}", value, factor, "×", is_floor=True)]


def nothing_new(everyone: Everyone) -> list[Figure]:
    """One request, and no slower than the fastest of those who are asked over HTTP too."""
    ours, others = everyone[OURS], [name for name in OVER_HTTP if name in everyone]
    fastest = sorted(others, key=lambda name: everyone[name].cost("nothing").seconds)[:1]
    return [
        *(
            Figure(f"nothing: time of {OURS} / {name}", slower(ours, everyone[name]), OF_THE_FASTEST, "×")
            for name in fastest
        ),
        Figure("nothing: requests", ours.traffic["nothing"].trips, 1, ""),
        Figure("exchange: round trips to send 200 and fetch 200", ours.traffic["exchange"].trips, 2, ""),
    ]


def slower(ours: Results, other: Results) -> float:
    return ours.cost("nothing").seconds / other.cost("nothing").seconds


def crowd(ours: Results) -> list[Figure]:
    return [
        Figure("crowd: slowest client / median", ours.spread(), SPREAD, "×"),
        Figure("crowd: batches refused", ours.n_refused, 0, ""),
    ]


def on_postgresql(everyone: Everyone) -> list[Figure]:
    """Not far behind SQLite, and ahead of every other that writes to a disk."""
    works = ("push", "pull", "crowd")
    return [
        figure
        for name, factor in ((OURS, OF_OURS_ON_SQLITE), (KINTO_PG, 1), (POUCHDB, 1))
        for work in works
        for figure in times_as_fast(everyone, OURS_PG, name, work, factor)
    ]
