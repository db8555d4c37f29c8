"""The rounds: in each one every contender does the same work in turn, since disks and neighbours have their moods."""

import gc
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from perf.processes import cpu_seconds, own_cpu_seconds
from perf.sync.contender import Contender, Device
from perf.sync.http_device import cut
from perf.sync.link import Link
from perf.sync.observations import observations

N_PUSHED, N_EMPTY = 5_000, 30
N_CLIENTS, N_EACH, N_EXCHANGED = 20, 200, 200


@dataclass(frozen=True)
class Cost:
    """Seconds that a work took, and seconds of CPU that the server and the client spent on it."""

    seconds: float
    server: float
    client: float

    def times(self, n: int) -> "Cost":
        """As if it had been done n times over."""
        return Cost(n * self.seconds, n * self.server, n * self.client)


@dataclass(frozen=True)
class Traffic:
    """Bytes up and down, and how often the client spoke and waited."""

    up: int
    down: int
    trips: int


@dataclass
class Results:
    """What was measured of one contender, by the name of the work: a cost for each round, and the traffic of one."""

    costs: dict[str, list[Cost]] = field(default_factory=dict)
    traffic: dict[str, Traffic] = field(default_factory=dict)
    spreads: list[float] = field(default_factory=list)
    """How much longer the slowest of the clients at once took than their median, for each round."""
    n_refused: int = 0

    def add(self, work: str, cost: Cost) -> None:
        self.costs.setdefault(work, []).append(cost)

    def spread(self) -> float:
        return statistics.median(self.spreads)

    def cost(self, work: str) -> Cost:
        """The medians."""
        rounds = self.costs[work]
        return Cost(
            statistics.median(cost.seconds for cost in rounds),
            statistics.median(cost.server for cost in rounds),
            statistics.median(cost.client for cost in rounds),
        )


def run_round(contender: Contender, results: Results, number: int) -> None:
    """Push, pull, ask for nothing new; then many clients at once."""
    contender.new_place()
    n = N_PUSHED // contender.part
    with closing(contender.device(contender.port)) as sender:
        sender.prepare(observations(n, number))
        results.add("push", cost(contender, sender.push).times(contender.part))
    with closing(contender.device(contender.port)) as empty:
        results.add("pull", cost(contender, lambda: pulled(empty, n)).times(contender.part))
        results.add("nothing", cost(contender, lambda: nothing_new(empty)))
    many_at_once(contender, results, number)


def cost(contender: Contender, work: Callable[[], float]) -> Cost:
    """Do it, and see what it took; our own rubbish is not collected meanwhile."""
    gc.collect()
    gc.disable()
    server, client = cpu_seconds(contender.processes), own_cpu_seconds(contender.client_processes)
    try:
        seconds = work()
    finally:
        gc.enable()
    return Cost(
        seconds,
        cpu_seconds(contender.processes) - server,
        own_cpu_seconds(contender.client_processes) - client,
    )


def pulled(device: Device, expected: int) -> float:
    found, seconds = device.pull()
    assert found == expected, f"{found} observations instead of {expected}"
    return seconds


def nothing_new(device: Device) -> float:
    return statistics.median(pulled(device, 0) for _ in range(N_EMPTY))


def many_at_once(contender: Contender, results: Results, number: int) -> None:
    """New observations from many devices at the same time, into one place."""
    contender.new_place()
    n = N_EACH // contender.part
    devices = [contender.device(contender.port) for _ in range(N_CLIENTS)]
    for device, share in zip(devices, cut(observations(N_CLIENTS * n, -number), n), strict=True):
        device.prepare(share)
    waits: list[float] = []
    results.add("crowd", cost(contender, lambda: together(devices, waits)).times(contender.part))
    results.spreads.append(max(waits) / statistics.median(waits))
    results.n_refused += sum(device.n_refused for device in devices)
    for device in devices:
        device.close()


def together(devices: list[Device], waits: list[float]) -> float:
    """Let all push at once; returns when the last one is done, with the time of each in `waits`."""
    line = threading.Barrier(len(devices) + 1)

    def push(device: Device) -> float:
        line.wait()
        return device.push()

    with ThreadPoolExecutor(len(devices)) as pool:
        pushing = [pool.submit(push, device) for device in devices]
        line.wait()
        begin = time.perf_counter()
        waits += [one.result() for one in pushing]
        return time.perf_counter() - begin


def see_traffic(contender: Contender, results: Results) -> None:
    """What goes over the wire for the same work, with nothing to slow it down."""
    contender.new_place()
    with Link(contender.port) as link:

        def seen(work: str, do: Callable[[], object], part: int = 1) -> None:
            link.forget()
            do()
            up, down, trips = link.up.n_bytes, link.down.n_bytes, link.n_trips
            results.traffic[work] = Traffic(part * up, part * down, part * trips)

        with closing(contender.device(link.port)) as sender:
            sender.prepare(observations(N_PUSHED // contender.part, 0))
            seen("push", sender.push, contender.part)
        with closing(contender.device(link.port)) as empty:
            seen("pull", empty.pull, contender.part)
            seen("nothing", empty.pull)
        exchange(contender, link, seen)


def exchange(contender: Contender, link: Link, seen: Callable[..., None]) -> None:
    """A phone comes back with something to send and something to fetch."""
    contender.new_place()
    all_of = observations(2 * N_EXCHANGED, 0)
    with closing(contender.device(contender.port)) as other, closing(contender.device(link.port)) as device:
        device.prepare(all_of[N_EXCHANGED:])
        other.prepare(all_of[:N_EXCHANGED])
        other.push()
        seen("exchange", device.exchange)
