"""What the server makes of a sync beside what its database alone would: pushing, pulling, asking, and many at once.

Against a real server with its default settings: SQLite with full durability, every batch on disk before its answer.
Medians of rounds, which take turns with those of the limit, since disks and neighbours have their moods. `python -m
perf.sync_push postgresql` does the same on a PostgreSQL of its own.
"""

import gc
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson

from perf.table import Figure, show
from tests.browser.account import Account, first_lead
from tests.browser.server import Server
from tests.cluster import running_cluster
from tests.factories import make_op

ROUNDS, N_OPS, BATCH, N_EMPTY = 5, 5_000, 100, 300
N_CLIENTS, N_EACH = 20, 200
TEXT = "Ovella on pohjakartta, josta näkee heti, missä mikin osasto on. Henkilökunta tervehtii ensin."
THOUGHT = "Meillekin sopisi kartta ovelle, vaikka tila on pieni: sama teline, josta saa kartan mukaan."
UPSERT = (
    "INSERT INTO record VALUES (?, ?, ?, ?)"
    " ON CONFLICT (space, id) DO UPDATE SET rev = excluded.rev, body = excluded.body"
)


class Phone:
    """A device that sends bytes made beforehand, so that making them does not count."""

    def __init__(self, account: Account, space: str) -> None:
        self.account, self.space = account, space
        person = account.send("GET", "/session")
        self.author = person["person"]["id"]
        self.asking = {"proto": 1, "epoch": None, "device": person["device"], "limit": 1000}
        self.cursors: dict[str, str] = {}

    def prepare(self, n: int) -> list[bytes]:
        """Requests that bring `n` new observations, without their end."""
        ops = [observation(self.space, self.author, number) for number in range(n)]
        return [self.head(ops[start : start + BATCH]) for start in range(0, n, BATCH)]

    def head(self, ops: list[dict[str, Any]]) -> bytes:
        return orjson.dumps({**self.asking, "ops": ops})[:-1]

    def sync(self, head: bytes) -> Any:
        """One round trip, after which the cursors have moved to where the answer ends."""
        body = head + b',"cursors":' + orjson.dumps(self.cursors) + b"}"
        connection = self.account.connection
        connection.request("POST", "/api/v1/sync", body, self.account.headers)
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, content
        answer = orjson.loads(content)
        assert all(outcome["outcome"] == "applied" for outcome in answer["outcomes"]), answer["outcomes"]
        self.cursors.update({space: page["cursor"] for space, page in answer["spaces"].items()})
        return answer

    def pull(self) -> int:
        """Fetch everything that is new; returns how many records came."""
        n_records, is_more = 0, True
        while is_more:
            pages = self.sync(self.head([]))["spaces"].values()
            n_records += sum(len(page["changes"]) for page in pages)
            is_more = any(page["more"] for page in pages)
        return n_records


def observation(space: str, author: str, number: int) -> dict[str, Any]:
    """An op of about 600 bytes, as people write them."""
    said = {"text": f"{number}: {TEXT}", "thought": THOUGHT, "feeling": "works", "author": author}
    return make_op(
        space,
        "observation",
        set={**said, "observed_at": "2017-10-03T10:12:09.120+03:00"},
        add={"tags": ["pohjakartta", "opasteet"]},
    )


class Limit:
    """The same rows in one bare table of the same SQLite, as fast as its driver can."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE record (space, id, rev, body, PRIMARY KEY (space, id))")

    def seconds(self, rows: list[tuple[str, str, int, str]], each: int) -> float:
        """How long it takes to write rows in transactions of `each`."""
        begin = time.perf_counter()
        for start in range(0, len(rows), each):
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany(UPSERT, rows[start : start + each])
            self.connection.execute("COMMIT")
        return time.perf_counter() - begin


def rows_of(space: str) -> list[tuple[str, str, int, str]]:
    ops = [observation(space, space, number) for number in range(N_OPS)]
    return [(space, op["id"], 1, orjson.dumps(op["set"]).decode()) for op in ops]


def cpu_seconds(server: Server) -> float:
    """Seconds of CPU that the server's processes have used."""
    assert server.process
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children]
    return sum(int(fields[11]) + int(fields[12]) for fields in ticks) / 100


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Gives a function that tells the seconds since; the client's rubbish is not collected meanwhile."""
    gc.collect()
    gc.disable()
    begin = time.perf_counter()
    try:
        yield lambda: time.perf_counter() - begin
    finally:
        gc.enable()


def pushing(server: Server, account: Account) -> tuple[float, float]:
    """Seconds to push all observations into a new study, and seconds of the server's CPU."""
    phone = Phone(account, account.create_study("empty"))
    phone.pull()
    requests, begin = phone.prepare(N_OPS), cpu_seconds(server)
    with timed() as seconds:
        for request in requests:
            phone.sync(request)
        return seconds(), cpu_seconds(server) - begin


def pulling(account: Account) -> float:
    """Records per second into an empty device."""
    phone = Phone(account, "")
    with timed() as seconds:
        n = phone.pull()
        return n / seconds()


def asking(account: Account) -> float:
    """Seconds of a round trip that has nothing to send and nothing to fetch, the median."""
    phone = Phone(account, "")
    phone.pull()
    head, waits = phone.head([]), []
    for _ in range(N_EMPTY):
        begin = time.perf_counter()
        phone.sync(head)
        waits.append(time.perf_counter() - begin)
    return statistics.median(waits)


def many_at_once(server: Server, lead: Account) -> tuple[float, float]:
    """Observations per second of all clients, and how much longer the slowest took than the median."""
    study = lead.create_study("empty")
    code = lead.visit_code(study)
    phones = []
    for number in range(N_CLIENTS):
        account = Account(server)
        account.send("POST", "/join", {"code": code, "name": f"Aino {number}", "language": "fi"})
        phones.append(Phone(account, study))
        phones[-1].pull()
        phones[-1].asking["limit"] = 1  # what the others push is another measurement
    prepared = [phone.prepare(N_EACH) for phone in phones]

    def run(phone: Phone, requests: list[bytes]) -> float:
        for request in requests:
            phone.sync(request)
        return seconds()

    with ThreadPoolExecutor(N_CLIENTS) as pool, timed() as seconds:
        ends = list(pool.map(run, phones, prepared))
    for phone in phones:
        phone.account.close()
    return N_CLIENTS * N_EACH / max(ends), max(ends) / statistics.median(ends)


def measure(server: Server, limit: Limit) -> dict[str, list[float]]:
    """What was measured in each round."""
    found: dict[str, list[float]] = {name: [] for name in ("push", "cpu", "one", "each", "many", "slowest")}
    with closing(first_lead(server)) as lead:
        found["empty"] = [asking(lead)]
        for number in range(ROUNDS):
            rows, (seconds, cpu) = rows_of(f"round {number}"), pushing(server, lead)
            found["push"].append(N_OPS / seconds)
            found["cpu"].append(1e6 * cpu / N_OPS)
            found["each"].append(N_OPS / limit.seconds(rows, BATCH))
            found["one"].append(N_OPS / limit.seconds(rows_of(f"one {number}"), N_OPS))
        found["pull"] = [pulling(lead) for _ in range(ROUNDS)]
        for _ in range(ROUNDS):
            rate, ratio = many_at_once(server, lead)
            found["many"].append(rate)
            found["slowest"].append(ratio)
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        if "postgresql" in sys.argv[1:]:
            with running_cluster() as cluster:
                server.environment["BENCHMARK_DATABASE"] = cluster.address("postgres")
                report(server, Limit(Path(folder) / "limit.db"))
        else:
            report(server, Limit(Path(folder) / "limit.db"))


def report(server: Server, limit: Limit) -> None:
    server.start()
    try:
        found = {name: statistics.median(values) for name, values in measure(server, limit).items()}
    finally:
        server.stop()
    print(f"  limit: {found['one']:,.0f} rows/s in one transaction, {found['each']:,.0f} in hundreds")
    new = f"{N_OPS} new observations in batches of {BATCH}, one client"
    show(
        Figure(new, found["push"], 3000, "ops/s", is_floor=True),
        Figure("of the limit", found["push"] / found["each"], 0.2, "", is_floor=True),
        Figure("CPU of the server for each", found["cpu"], 100, "µs"),
        Figure("all of them and more into an empty device", found["pull"], 30_000, "rows/s", is_floor=True),
        Figure("nothing new, client included", 1000 * found["empty"], 3, "ms"),
        Figure(f"{N_CLIENTS} clients × {N_EACH} at once", found["many"], 3000, "ops/s", is_floor=True),
        Figure("the slowest client beside the median", found["slowest"], 1.3, "×"),
    )


if __name__ == "__main__":
    main()
