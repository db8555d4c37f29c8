"""Much to fetch or to send goes on off the screen's thread, and all of it arrives."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.kept import IS_SENT, N_UNSENT, PERSON, READ, SAVE, expect_promises
from tests.browser.server import Server
from tests.factories import make_op

pytestmark = pytest.mark.timeout(300)

N_FETCHED, N_SENT = 400, 700
IS_OBSERVATION = "({ kind }) => kind === 'observation'"


def test_a_full_study_is_taken_in_by_a_worker(lead: Account, new_device: Callable[..., Device]) -> None:
    study = lead.create_study("hardware_store")
    said = {
        "author": lead.send("GET", "/session")["person"]["id"],
        "observed_at": "2017-10-03T10:12:09+03:00",
    }
    lead.push(
        *(make_op(study, "observation", set={**said, "text": f"Paikka {n}."}) for n in range(N_FETCHED))
    )
    aino = new_device("aino")
    journey.join(aino, lead.visit_code(study), "Aino")

    aino.page.get_by_role("searchbox").fill("paikka")
    expect(aino.page.get_by_text(say("find.found", n=N_FETCHED, of=N_FETCHED))).to_be_visible()
    expect_worker(aino)


def test_much_that_waits_is_sent_by_a_worker_once_there_is_a_network(
    server: Server, lead: Account, new_device: Callable[..., Device]
) -> None:
    aino = new_device("aino")
    study = journey.join(aino, lead.visit_code(lead.create_study("hardware_store")), "Aino")
    author = aino.page.evaluate(PERSON)
    said = {"author": author, "observed_at": "2017-10-03T10:12:09+03:00"}
    ops = [make_op(study, "observation", set={**said, "text": f"Paikka {n}."}) for n in range(N_SENT)]
    aino.page.evaluate(SAVE, [author, ops])
    server.stop()
    aino.page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(aino.page.get_by_text(say("banner.offline"))).to_be_visible()
    expect_worker(aino)
    assert aino.page.evaluate(N_UNSENT) == N_SENT

    server.start()
    aino.wait_for_promised(IS_SENT, patience=60_000)
    there = {record["text"] for record in lead.records() if record["kind"] == "observation"}
    assert there == {f"Paikka {n}." for n in range(N_SENT)}


def test_what_others_write_while_much_is_on_its_way_is_not_missed(
    server: Server, lead: Account, new_device: Callable[..., Device]
) -> None:
    aino = new_device("aino")
    study = journey.join(aino, lead.visit_code(lead.create_study("empty")), "Aino")
    author = aino.page.evaluate(PERSON)
    said = {"author": author, "observed_at": "2017-10-03T10:12:09+03:00"}
    mine = [make_op(study, "observation", set={**said, "text": f"Paikka {n}."}) for n in range(2 * N_SENT)]
    theirs: list[str] = []

    def write_meanwhile(route: Route) -> None:
        """Something new, and a feeling on what Aino has noted first."""
        theirs.append(f"Vetäjän {len(theirs)}.")
        new = make_op(study, "observation", set={"text": theirs[-1], "observed_at": said["observed_at"]})
        lead.push(new, make_op(study, "observation", id=mine[0]["id"], set={"feeling": "works"}))
        route.continue_()

    aino.page.context.route("**/api/v1/sync", write_meanwhile)
    aino.page.evaluate(SAVE, [author, mine])
    aino.page.evaluate("() => dispatchEvent(new Event('online'))")
    aino.wait_for_promised(IS_SENT, patience=60_000)
    aino.page.context.unroute("**/api/v1/sync")
    n_all = len(mine) + len(theirs)
    aino.wait_for_promised(
        f"async () => (await ({READ})()).records.filter({IS_OBSERVATION}).length === {n_all}"
    )
    saved = dict.fromkeys([*theirs, *(op["set"]["text"] for op in mine)], 0)
    expect_promises(aino.page.evaluate(READ), server.data, study, saved)


def expect_worker(device: Device) -> None:
    """One that fails is ended, and the page does its work."""
    assert any("/exchange.worker" in worker.url for worker in device.page.workers)
