"""The same on a phone's link: 5,000 observations up and down, nothing new; and a bad link, where bytes are everything.

Ours is the app itself in Chromium, from the moment that it hears of the network until all is in its database. The
others talk over open connections, and their second device is told of nothing: it asks at the very moment when the
first has sent all. That is kind to them.
"""

import gzip
import statistics
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

import orjson

from perf.sync.contender import Contender
from perf.sync.http_device import cut
from perf.sync.link import Link, Speed, mbit
from perf.sync.link_check import FEW, MANY, beside_computed
from perf.sync.observations import Observation, observations
from perf.sync.ours import Benchmark
from perf.sync.phone import BrowserPhone, phones
from perf.sync.rounds import nothing_new, pulled
from perf.sync.stage import EVERYONE, started
from perf.table import Figure

FIELD, BAD = mbit(up=5, down=20, rtt=0.05), mbit(up=0.1, down=0.1, rtt=0.4)
N, N_BAD = 5_000, 40
BODY = 500
"""Observations in a body: as many as the protocol lets through at once."""
TRUE, PUSH, PULL, NOTHING, BAD_LIMIT = 1.05, 1.15, 1.5, 1.2, 4.0


@dataclass
class Waits:
    """Seconds on the phone's link, and from sending to seeing on the bad one. `n_asked` for nothing new."""

    name: str
    push: float
    pull: float
    nothing: float
    bad: float
    n_asked: int = 1


def on_links() -> list[Figure]:
    """Ours beside the bound and beside the others."""
    ours = our_waits()
    others = their_waits()
    n_bytes = least_bytes(observations(N, 0))
    bound = Waits("bound", FIELD.seconds_up(n_bytes), FIELD.seconds_down(n_bytes), FIELD.rtt, 0)
    print(
        "\na link of 50 ms, 5 Mbit/s up, 20 down; and one of 400 ms, 100 kbit/s: 40 observations sent and seen"
    )
    print(f"{'':<34}{'push s':>9}{'pull s':>9}{'nothing ms':>12}{'bad link s':>12}")
    for one in (ours, *others):
        print(f"{one.name:<34}{one.push:>9.2f}{one.pull:>9.2f}{1000 * one.nothing:>12.1f}{one.bad:>12.2f}")
    least = f"bound, for {n_bytes / 1000:,.0f} KB"
    print(f"{least:<34}{bound.push:>9.2f}{bound.pull:>9.2f}{1000 * bound.nothing:>12.1f}")
    return [
        Figure("link: many bytes through it / computed", beside_computed(FIELD, MANY), TRUE, "×"),
        Figure("link: few bytes through it / computed", beside_computed(FIELD, FEW), TRUE, "×"),
        Figure(f"link: push {N:,} / bound", ours.push / bound.push, PUSH, "×"),
        Figure(f"link: pull {N:,} / bound", ours.pull / bound.pull, PULL, "×"),
        Figure("link: nothing new / bound", ours.nothing / bound.nothing, NOTHING, "×"),
        Figure("link: requests for nothing new", ours.n_asked, 1, ""),
        Figure(f"bad link: {N_BAD} sent and seen elsewhere", ours.bad, BAD_LIMIT, "s"),
        Figure("bad link: time of ours / fastest other", ours.bad / min(one.bad for one in others), 1, "×"),
    ]


def least_bytes(all_of: Sequence[Observation]) -> int:
    """What these weigh when nothing else is sent: gzipped, in bodies as large as ours may be."""
    return sum(len(gzip.compress(orjson.dumps([one.flat() for one in body]))) for body in cut(all_of, BODY))


def our_waits() -> Waits:
    """One browser is open for what one phone does."""
    with phones() as (server, phone):
        first = phone("first")
        first.become(FIELD)
        first.fill(observations(N, 0))
        push = first.push()
        asked = first.nothing_new()
        first.become(Speed())
        server.new_place()
        first.join(server.code)
        second = phone("second")
        bad = sent_and_seen(first, second)
        return Waits(
            server.name + ", Chromium",
            push,
            fetched(server, second),
            statistics.median(seconds for seconds, _ in asked),
            bad,
            max(n for _, n in asked),
        )


def sent_and_seen(first: BrowserPhone, second: BrowserPhone) -> float:
    """Both on a bad link of their own; the first sends, the second is only looked at."""
    for one in (first, second):
        one.become(BAD)
    sent = observations(N_BAD, -1)
    first.fill(sent)
    begin = first.send()
    seconds = second.hear(sent) - begin
    second.become(Speed())
    return seconds


def fetched(server: Benchmark, browser: BrowserPhone) -> float:
    """The browser joins a study that somebody has filled, and fetches it over the phone's link."""
    server.new_place()
    with closing(server.device(server.port)) as writer:
        writer.prepare(observations(N, 1))
        writer.push()
    browser.join(server.code)
    browser.become(FIELD)
    return browser.pull(observations(N, 1))


def their_waits() -> list[Waits]:
    """Everyone who does not write to PostgreSQL."""
    with started(EVERYONE[1:]) as contenders:
        return [waits_of(contender) for contender in contenders]


def waits_of(contender: Contender) -> Waits:
    contender.new_place()
    with Link(contender.port, FIELD) as link:
        with closing(contender.device(link.port)) as sender:
            sender.prepare(observations(N, 0))
            push = sender.push()
        with closing(contender.device(link.port)) as empty:
            pull, nothing = pulled(empty, N), nothing_new(empty)
    return Waits(contender.name, push, pull, nothing, bad_wait(contender))


def bad_wait(contender: Contender) -> float:
    """One sends and the other has it, both on a bad link of their own."""
    contender.new_place()
    with Link(contender.port, BAD) as link, Link(contender.port, BAD) as other_link, ExitStack() as stack:
        sender = stack.enter_context(closing(contender.device(link.port)))
        other = stack.enter_context(closing(contender.device(other_link.port)))
        other.pull()
        sender.prepare(observations(N_BAD, 0))
        return sender.push() + other.wait_for(N_BAD)
