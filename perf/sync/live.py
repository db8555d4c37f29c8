"""200 phones that listen: how soon the last one hears of a change, and what they cost while nothing happens.

The time runs from when the change is sent, so it holds the push as well as the telling. All other settings are the
default ones.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmark.live.service import TICK
from perf.processes import cpu_seconds, memory
from perf.sync.contender import Contender
from perf.sync.observations import observations
from perf.sync.ours import Benchmark, Phone
from perf.sync.stage import on_database
from perf.table import Figure
from tests.cluster import SAFE, running_cluster

N_LISTENERS, N_BEFORE, N_CHANGES, IDLE = 200, 5, 15, 10


def listeners() -> list[Figure]:
    """The same on both databases."""
    with running_cluster(SAFE) as cluster:
        return measured(Benchmark) + measured(lambda: on_database(cluster, Benchmark, "listened"))


def measured(make: Callable[[], Contender]) -> list[Figure]:
    server = make()
    with tempfile.TemporaryDirectory() as folder:
        server.start(Path(folder))
        try:
            server.new_place()
            return asyncio.run(listen(server))
        finally:
            server.stop()


async def listen(server: Contender) -> list[Figure]:
    phones = [server.device(server.port) for _ in range(N_LISTENERS)]
    for phone in phones:
        # Joining them all may take longer than the server keeps a silent connection; it opens by itself.
        phone.close()
    sender = server.device(server.port)
    sender.prepare(observations(N_CHANGES + 1, 0))
    # What so many requests at once take stays, whatever they asked for: as many come and go till all threads are there.
    for _ in range(N_BEFORE):
        for _, writer in await asyncio.gather(*(connect(phone) for phone in phones)):
            writer.close()
    await asyncio.sleep(2 * TICK)
    before = memory(server.processes)
    connections = await asyncio.gather(*(connect(phone) for phone in phones))
    lines = [reader for reader, _ in connections]
    await tell_all(sender, lines)
    taken = memory(server.processes) - before
    begin = cpu_seconds(server.processes)
    await asyncio.sleep(IDLE)
    idle = (cpu_seconds(server.processes) - begin) / IDLE
    waits = [await tell_all(sender, lines) for _ in range(N_CHANGES)]
    what = f"{N_LISTENERS} listeners, {server.name.partition(', ')[2]}"
    return [
        Figure(f"{what}: change sent → last one told", 1000 * statistics.median(waits), 30, "ms"),
        Figure(f"{what}: memory of each", taken / N_LISTENERS / 1000, 35, "KB"),
        Figure(f"{what}: of a core while nothing happens", 100 * idle, 1.5, "%"),
    ]


async def connect(phone: Phone) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Listen as an EventSource does; returns when the server has begun to answer. A forgotten writer hangs up."""
    phone.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", phone.connection.port)
    head = f"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {phone.headers['Cookie']}\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.readuntil(b"retry: 3000\n\n")
    assert b" 200 OK" in answer, answer
    return reader, writer


async def tell_all(sender: Phone, lines: list[asyncio.StreamReader]) -> float:
    """Send one change; returns the seconds until the last one has heard of it."""
    begin = time.perf_counter()
    sending = asyncio.to_thread(sender.push_batch, [sender.batches[0].pop()])
    await asyncio.gather(sending, *(line.readuntil(b"data: ") for line in lines))
    return time.perf_counter() - begin
