"""Pushing: 5,000 new observations in batches of 100 by one client, and how long an empty round trip takes.

Against a real server with its default settings: SQLite with full durability, every batch on disk before its answer.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import benchmark
from benchmark.config import Config
from benchmark.kernel.db import bring_up_to_date
from perf.table import Figure, show
from tests.browser.account import Account, first_lead
from tests.browser.server import Server
from tests.factories import make_lead, make_op, make_study

N_OPS, BATCH, N_EMPTY = 5_000, 100, 500
TEXT = "Ovella on pohjakartta, josta näkee heti, missä mikin osasto on. Henkilökunta tervehtii ensin."


def observation(space: str, author: str, number: int) -> dict[str, Any]:
    said = {"text": f"{number}: {TEXT}", "thought": "Meillekin sopisi kartta ovelle.", "feeling": "works"}
    return make_op(
        space,
        "observation",
        set={**said, "author": author, "observed_at": "2017-10-03T10:12:09.120+03:00"},
        add={"tags": ["pohjakartta", "opasteet"]},
    )


def batches(space: str, author: str) -> Iterator[list[dict[str, Any]]]:
    ops = [observation(space, author, number) for number in range(N_OPS)]
    yield from (ops[start : start + BATCH] for start in range(0, N_OPS, BATCH))


def push(account: Account, request: dict[str, Any], cursors: dict[str, str]) -> None:
    """One round trip, after which `cursors` have moved to where the answer ends."""
    answer = account.send("POST", "/sync", {**request, "cursors": cursors})
    refused = [outcome for outcome in answer["outcomes"] if outcome["outcome"] != "applied"]
    assert not refused, refused[0]
    cursors.update({space: page["cursor"] for space, page in answer["spaces"].items()})


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        server.start()
        try:
            with closing(first_lead(server)) as account:
                pushing = n_per_second(account)
                print(f"  empty round trip, client included: {1000 * seconds_of_empty(account):.2f} ms")
        finally:
            server.stop()
        inside = seconds_inside(Path(folder))
    show(
        Figure(
            f"{N_OPS} new observations in batches of {BATCH}, one client",
            pushing,
            3000,
            "ops/s",
            is_floor=True,
        ),
        Figure("empty sync round trip, server side, median", 1000 * inside, 3, "ms"),
    )


def n_per_second(account: Account) -> float:
    study, session = account.create_study("empty"), account.send("GET", "/session")
    request, cursors = asking(session), {}
    push(account, {**request, "ops": []}, cursors)
    prepared = list(batches(study, session["person"]["id"]))
    begin = time.perf_counter()
    for ops in prepared:
        push(account, {**request, "ops": ops}, cursors)
    return N_OPS / (time.perf_counter() - begin)


def asking(session: dict[str, Any]) -> dict[str, Any]:
    """A sync request without ops and cursors."""
    return {"proto": 1, "epoch": None, "device": session["device"], "limit": 1000}


def seconds_of_empty(account: Account) -> float:
    """The median of a round trip that has nothing to send and nothing to fetch."""
    request, cursors = {**asking(account.send("GET", "/session")), "ops": []}, {}
    push(account, request, cursors)
    waits = []
    for _ in range(N_EMPTY):
        begin = time.perf_counter()
        push(account, request, cursors)
        waits.append(time.perf_counter() - begin)
    return statistics.median(waits)


def seconds_inside(folder: Path) -> float:
    """The same, from the request's entry into the application to the end of its answer."""
    app = benchmark.create_app(Config(data=folder, database=f"sqlite:///{folder / 'inside.db'}"))
    bring_up_to_date(app)
    lead = make_lead(app, "Liisa", "Kirjasto")
    make_study(app, lead)
    request = {**asking(lead.client.get("/api/v1/session").get_json()), "ops": []}
    answer = lead.client.post("/api/v1/sync", json={**request, "cursors": {}}).get_json()
    request["cursors"] = {space: page["cursor"] for space, page in answer["spaces"].items()}
    waits = []
    for _ in range(N_EMPTY):
        begin = time.perf_counter()
        lead.client.post("/api/v1/sync", json=request)
        waits.append(time.perf_counter() - begin)
    return statistics.median(waits)


if __name__ == "__main__":
    main()
