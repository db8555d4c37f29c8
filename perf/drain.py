"""A phone whose CPU is four times slower than this one, while 5,000 observations come, and while 2,000 changes go.

Somebody taps twice a second meanwhile, and the screen must answer. Only the page's thread is slowed down; what the
browser's other processes take to store things counts as it is. The network is fast, so that it hides nothing.
"""

import statistics
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from perf.phone import SLOWER, slow_down
from perf.sync.observations import Observation, observations
from perf.sync.ours import Benchmark
from perf.sync.phone import FETCHED, SENT, BrowserPhone, phones
from perf.table import Figure, show
from tests.browser.journey import button, say

N_COMING, N_GOING, N_RUNS = 5_000, 2_000, 3
BETWEEN_TAPS = 500
# From here on, notes whatever blocks the page, and how long taps wait for the frame that answers them.
WATCH = """() => {
    window.blocked = [];
    window.answered = [];
    window.watches = ['longtask', 'event'].map(type => {
        const found = type === 'event' ? answered : blocked;
        const watch = new PerformanceObserver(list => found.push(
            ...list.getEntries().filter(one => type !== 'event' || one.interactionId).map(one => one.duration)));
        watch.observe({type, durationThreshold: 16});
        return watch;
    });
}"""
SEEN = "() => { watches.forEach(watch => watch.disconnect()); return [blocked, answered]; }"
REST = "() => new Promise(resolve => setTimeout(() => resolve(5), 5000))"
BEGIN = "(given) => {{ window.took = undefined; ({script})(given).then(seconds => {{ window.took = seconds; }}); }}"


@dataclass
class Busy:
    """Seconds that it took; meanwhile the longest task and the longest wait for an answer to a tap, in milliseconds."""

    took: float
    blocked: float
    answered: float


def while_tapping(page: Page, script: str, given: object = None) -> Busy:
    """Let a script run to its end, and open and close the filters as long."""
    page.evaluate(WATCH)
    page.evaluate(BEGIN.format(script=script), given)
    while page.evaluate("() => window.took") is None:
        button(page, "find.filter").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.wait_for_timeout(BETWEEN_TAPS)
    blocked, answered = page.evaluate(SEEN)
    return Busy(page.evaluate("() => window.took"), max(blocked, default=0), max(answered, default=0))


def coming(server: Benchmark, one: BrowserPhone, all_of: Sequence[Observation]) -> Busy:
    """The person joins a study that others have filled."""
    server.new_place()
    with closing(server.device(server.port)) as writer:
        writer.prepare(all_of)
        writer.push()
    one.join(server.code)
    return while_tapping(one.page, FETCHED, [one.study, all_of[-1].id])


def going(one: BrowserPhone, all_of: Sequence[Observation]) -> Busy:
    """What waited since the network went away is sent."""
    one.fill(all_of)
    return while_tapping(one.page, SENT)


def main() -> None:
    with phones() as (server, phone):
        one = phone("phone")
        one.fill(observations(1, -1))
        one.push()
        expect(one.page.get_by_role("searchbox", name=say("find.search"))).to_be_visible()
        slow_down(one.device)
        while_tapping(one.page, REST)  # the filters come in a chunk of their own
        calm = while_tapping(one.page, REST)
        gone = [going(one, observations(N_GOING, run)) for run in range(N_RUNS)]
        come = [coming(server, one, observations(N_COMING, run)) for run in range(N_RUNS)]
    on = f"CPU {SLOWER}× slower"
    print(
        f"with sync at rest: longest task {calm.blocked:.0f} ms, from a tap to its answer {calm.answered:.0f} ms"
    )
    show(
        Figure(f"{N_COMING:,} records fetched and stored, {on}", middle(come, "took"), 1.5, "s"),
        *answers(f"while {N_COMING:,} records come, {on}", come),
        *answers(f"while {N_GOING:,} changes go, {on}", gone),
    )


def answers(when: str, runs: Sequence[Busy]) -> list[Figure]:
    return [
        Figure(f"{when}, longest task", middle(runs, "blocked"), 100, "ms"),
        Figure(f"{when}, from a tap to its answer", middle(runs, "answered"), 100, "ms"),
    ]


def middle(runs: Sequence[Busy], what: str) -> float:
    return statistics.median(getattr(run, what) for run in runs)


if __name__ == "__main__":
    main()
