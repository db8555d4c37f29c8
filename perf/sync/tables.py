"""One table for each work: who did it how fast, and with what."""

from collections.abc import Mapping

from perf.sync.bars import OURS
from perf.sync.contender import Contender
from perf.sync.rounds import N_CLIENTS, N_EACH, N_EMPTY, N_EXCHANGED, N_PUSHED, Results

TITLES = {
    "push": f"push {N_PUSHED:,} new, one client, batches of 100",
    "pull": f"pull {N_PUSHED:,} into an empty device",
    "nothing": "nothing new",
    "crowd": f"{N_CLIENTS} clients × {N_EACH} new at once",
}
N = {"push": N_PUSHED, "pull": N_PUSHED, "crowd": N_CLIENTS * N_EACH}
HEAD = ("rows/s", "server s", "client s", "KB up", "KB down", "trips", "ours is")
HEADS = {
    "nothing": ("ms", "server ms", "client ms", *HEAD[3:]),
    "crowd": (*HEAD[:3], "slowest", "refused", "", "ours is"),
}
Row = tuple[Contender, Results]


def print_tables(rows: list[Row]) -> None:
    """Everything that the rounds found."""
    for work, title in TITLES.items():
        print(f"\n{title}")
        print(f"{'':<34}{'answered when':<15}" + "".join(f"{head:>11}" for head in HEADS.get(work, HEAD)))
        ours = next((results for contender, results in rows if contender.name == OURS), None)
        for contender, results in rows:
            figures = (*amounts(work, results), *traffic(work, results), ratio(work, results, ours))
            print(f"{contender.name:<34}{contender.storage:<15}" + "".join(f"{text:>11}" for text in figures))
    print(f"\nround trips to send {N_EXCHANGED} and fetch {N_EXCHANGED}")
    for contender, results in rows:
        seen = results.traffic["exchange"]
        print(
            f"{contender.name:<34}{seen.trips:>4}, {seen.up / 1000:,.0f} KB up, {seen.down / 1000:,.0f} KB down"
        )


def amounts(work: str, results: Results) -> tuple[str, str, str]:
    """Speed, and CPU: of the whole work, or of one question when there is nothing new."""
    cost = results.cost(work)
    if work == "nothing":
        server, client = 1000 * cost.server / N_EMPTY, 1000 * cost.client / N_EMPTY
        return f"{1000 * cost.seconds:.2f}", f"{server:.2f}", f"{client:.2f}"
    return f"{N[work] / cost.seconds:,.0f}", f"{cost.server:.2f}", f"{cost.client:.2f}"


def traffic(work: str, results: Results) -> tuple[str, str, str]:
    """What went over the wire; of many at once rather how they fared."""
    if work == "crowd":
        return f"{results.spread():.2f} ×", str(results.n_refused), ""
    seen = results.traffic[work]
    return f"{seen.up / 1000:,.1f}", f"{seen.down / 1000:,.1f}", str(seen.trips)


def ratio(work: str, results: Results, ours: Results | None) -> str:
    """How many times as fast ours is."""
    return f"{results.cost(work).seconds / ours.cost(work).seconds:.2f} ×" if ours else ""


def print_limits(limits: Mapping[str, float], constant: float) -> None:
    """What no server could beat here."""
    print("\nlimits of this machine")
    for name, rate in limits.items():
        print(f"{name:<49}{rate:>11,.0f} rows/s")
    print(f"{'a constant answer from the same gunicorn':<49}{1000 * constant:>11.2f} ms")
