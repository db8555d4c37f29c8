"""A guest notes what they see and stays out of the debrief; staff answer the four questions right after the visit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import DESK, Device
from tests.browser.journey import say

pytestmark = pytest.mark.timeout(300)

BEST = "Kartta, jonka sai heti ovella."


def test_guests_note_and_staff_reflect(lead: Account, new_device: Callable[..., Device]) -> None:
    study = lead.create_study("hardware_store")
    liisa = new_device("liisa", viewport=DESK)
    journey.be_lead(liisa, study)
    journey.observe(at_list(liisa, study), "Vetäjän oma havainto")
    code = guest_code(liisa, study)

    guest = new_device("ville")
    assert journey.join(guest, code, "Ville") == study
    journey.observe(guest, "Asiakkaan silmin kaikki on korkealla.")
    journey.expect_sent(guest, "Asiakkaan silmin")
    expect(journey.row(guest, "Vetäjän oma havainto")).to_be_visible()
    expect(guest.page.get_by_role("navigation", name=say("nav.label"))).to_have_count(0)
    for place in ("board", "results", "report", "people", "after"):
        page = guest.go(f"/s/{study}/{place}")
        expect(page.get_by_text(say("ui.lost"))).to_be_visible()

    page = at_list(liisa, study).page
    page.get_by_role("link", name=say("reflection.title")).click()
    journey.field(page, "reflection.best").fill(BEST)
    assert liisa.axe() == []
    page.get_by_role("link", name=say("reflection.done")).click()
    expect(page.get_by_role("link", name=say("reflection.own"))).to_be_visible()
    page = liisa.go(f"/s/{study}/results")
    expect(page.get_by_role("heading", name=say("reflection.best"))).to_be_visible()
    expect(page.get_by_text(BEST)).to_be_visible()
    assert liisa.axe() == []


def at_list(device: Device, study: str) -> Device:
    device.go(f"/s/{study}")
    return device


def guest_code(liisa: Device, study: str) -> str:
    """Make a code for guests, as the lead does."""
    liisa.expected.append("404")
    page = liisa.go(f"/s/{study}/people")
    page.get_by_role("radio", name=say("invite.guests")).check()
    journey.button(page, "invite.guests_make").click()
    expect(page.get_by_role("img", name=say("invite.qr_alt"))).to_be_visible()
    assert liisa.axe() == []
    code: str = liisa.fetch(f"/api/v1/studies/{study}/code?role=guest")["code"]
    return code
