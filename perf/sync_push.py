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

from perf.table import Figure, show
from tests.browser.account import Account, first_lead
from tests.browser.server import Server
from tests.factories import make_op

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
                measure(account)
        finally:
            server.stop()


def measure(account: Account) -> None:
    study, cursors = account.create_study("empty"), {}
    session = account.send("GET", "/session")
    request = {"proto": 1, "epoch": None, "device": session["device"], "limit": 1000}
    push(account, {**request, "ops": []}, cursors)
    prepared = list(batches(study, session["person"]["id"]))
    begin = time.perf_counter()
    for ops in prepared:
        push(account, {**request, "ops": ops}, cursors)
    took = time.perf_counter() - begin
    waits = []
    for _ in range(N_EMPTY):
        begin = time.perf_counter()
        push(account, {**request, "ops": []}, cursors)
        waits.append(time.perf_counter() - begin)
    show(
        Figure(
            f"{N_OPS} new observations in batches of {BATCH}, one client",
            N_OPS / took,
            3000,
            "ops/s",
            is_floor=True,
        ),
        Figure(
            "empty sync round trip on loopback, median, client included",
            statistics.median(waits) * 1000,
            3,
            "ms",
        ),
    )


if __name__ == "__main__":
    main()
