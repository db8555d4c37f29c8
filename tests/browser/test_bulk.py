"""A phone that joins a study which others have filled takes it in off its screen's thread, and has all of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import say
from tests.factories import make_op

pytestmark = pytest.mark.timeout(300)

N = 250


def test_a_full_study_is_taken_in_by_a_worker(lead: Account, new_device: Callable[..., Device]) -> None:
    study = lead.create_study("hardware_store")
    said = {
        "author": lead.send("GET", "/session")["person"]["id"],
        "observed_at": "2017-10-03T10:12:09+03:00",
    }
    lead.push(*(make_op(study, "observation", set={**said, "text": f"Paikka {n}."}) for n in range(N)))
    aino = new_device("aino")
    journey.join(aino, lead.visit_code(study), "Aino")

    aino.page.get_by_role("searchbox").fill("paikka")
    expect(aino.page.get_by_text(say("find.found", n=N, of=N))).to_be_visible()
    # One that fails is ended, and the page does its work.
    assert any("/taking.worker" in worker.url for worker in aino.page.workers)
