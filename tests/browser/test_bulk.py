"""Much to fetch or to send goes on off the screen's thread, and all of it arrives."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.browser import journey
from tests.browser.account import LEAD, PASSWORD, Account
from tests.browser.device import Device
from tests.browser.journey import button, say
from tests.browser.kept import IS_SENT, N_UNSENT, PERSON, READ, SAVE, expect_promises
from tests.browser.server import Server
from tests.factories import make_op

pytestmark = pytest.mark.timeout(300)

N_FETCHED, N_SENT = 400, 700
SEEN_AT = "2017-10-03T10:12:09+03:00"
N_LONG = 1100
"""More than one answer of the server tells."""
MOST = 500
"""As many as it takes at once."""

# Whether this phone has no database of anybody.
IS_EMPTY = """async () =>
  !(await indexedDB.databases()).some((one) => one.name.startsWith('benchmark-'))"""
IS_OBSERVATION = "({ kind }) => kind === 'observation'"


def test_a_full_study_is_taken_in_by_a_worker(lead: Account, new_device: Callable[..., Device]) -> None:
    study = full_study(lead, N_FETCHED)
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
    save_many(aino, study, N_SENT)
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
    mine = save_many(aino, study, 2 * N_SENT)
    theirs: list[str] = []

    def write_meanwhile(route: Route) -> None:
        """Something new, and a feeling on what Aino has noted first."""
        theirs.append(f"Vetäjän {len(theirs)}.")
        new = make_op(study, "observation", set={"text": theirs[-1], "observed_at": SEEN_AT})
        lead.push(new, make_op(study, "observation", id=mine[0]["id"], set={"feeling": "works"}))
        route.continue_()

    aino.page.context.route("**/api/v1/sync", write_meanwhile)
    aino.page.evaluate("() => dispatchEvent(new Event('online'))")
    aino.wait_for_promised(IS_SENT, patience=60_000)
    aino.page.context.unroute("**/api/v1/sync")
    n_all = len(mine) + len(theirs)
    aino.wait_for_promised(
        f"async () => (await ({READ})()).records.filter({IS_OBSERVATION}).length === {n_all}"
    )
    saved = dict.fromkeys([*theirs, *(op["set"]["text"] for op in mine)], 0)
    expect_promises(aino.page.evaluate(READ), server.data, study, saved)


def test_who_signs_out_in_the_middle_of_a_long_answer_has_all_of_it_after_signing_in_again(
    lead: Account, new_device: Callable[..., Device]
) -> None:
    study = full_study(lead, N_LONG)
    liisa = new_device("liisa")
    page = liisa.page
    answers: list[tuple[Route, APIResponse]] = []

    def hold_the_second(route: Route) -> None:
        answers.append((route, route.fetch()))
        if len(answers) != 2:
            route.fulfill(response=answers[-1][1])

    liisa.context.route("**/api/v1/sync", hold_the_second)
    journey.be_lead(liisa, study)
    while len(answers) < 2:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.get_by_role("link", name=say("studies.me")).click()
    button(page, "me.sign_out").click()
    button(page.get_by_role("dialog"), "me.sign_out").click()
    expect(page.get_by_role("heading", name=say("join.title"))).to_be_visible()
    liisa.wait_for_promised(IS_EMPTY)
    route, answer = answers[1]
    route.fulfill(response=answer)

    # Without leaving the page, whose worker may be at it still.
    page.get_by_role("link", name=say("join.lead_sign_in")).click()
    journey.give_password(liisa, LEAD["email"], PASSWORD)
    page.locator(f"a[href='/s/{study}']").click()
    page.get_by_role("searchbox").fill("paikka")
    found = say("find.found", n=N_LONG, of=f"{N_LONG:,}".replace(",", "\xa0"))
    expect(page.get_by_text(found)).to_be_visible()


def full_study(lead: Account, n: int) -> str:
    """A study with so many observations."""
    study = lead.create_study("hardware_store")
    ops = many(study, lead.send("GET", "/session")["person"]["id"], n)
    for k in range(0, n, MOST):
        lead.push(*ops[k : k + MOST])
    return study


def save_many(device: Device, study: str, n: int) -> list[dict[str, Any]]:
    """Have so many observations saved, to be sent; returns their ops."""
    author = device.page.evaluate(PERSON)
    ops = many(study, author, n)
    device.page.evaluate(SAVE, [author, ops])
    return ops


def many(study: str, author: str, n: int) -> list[dict[str, Any]]:
    """Ops that make so many observations."""
    said = {"author": author, "observed_at": SEEN_AT}
    return [make_op(study, "observation", set={**said, "text": f"Paikka {k}."}) for k in range(n)]


def expect_worker(device: Device) -> None:
    """One that fails is ended, and the page does its work."""
    assert any("/exchange.worker" in worker.url for worker in device.page.workers)
