"""Noted later, or on paper: the observation stands at its own time, under the name of the one who saw it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import DESK, Device
from tests.browser.journey import say

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

SEEN = "Hintalapussa oli kuva tuotteesta."


def test_a_lead_types_in_a_paper_card(lead: Account, new_device: Callable[..., Device]) -> None:
    study = lead.create_study("hardware_store")
    liisa = new_device("liisa", viewport=DESK)
    journey.be_lead(liisa, study)
    page = liisa.go(f"/s/{study}/cards")
    expect(page.get_by_role("img", name=say("invite.qr_alt"))).to_be_visible()
    assert liisa.axe() == []

    page = liisa.go(f"/s/{study}/new")
    journey.field(page, "capture.text").fill(SEEN)
    page.get_by_text(say("late.title")).click()
    page.get_by_label(say("late.when")).fill("2017-10-03T10:12")
    journey.field(page, "late.observer").fill("Raija")
    assert liisa.axe() == []
    journey.save(liisa)
    expect(journey.row(liisa, SEEN)).to_contain_text(re.compile(r"Raija.*10\.12"))
    journey.row(liisa, SEEN).click()
    expect(page.get_by_text("Raija")).to_be_visible()


def test_a_paper_card_is_found_by_whom_it_names(lead: Account, new_device: Callable[..., Device]) -> None:
    own = "Myyjä tuli luokse."
    study = lead.create_study("hardware_store")
    liisa = new_device("liisa", viewport=DESK)
    journey.be_lead(liisa, study)
    liisa.go(f"/s/{study}")
    journey.observe(liisa, own)
    journey.start_observation(liisa)
    page = liisa.page
    journey.field(page, "capture.text").fill(SEEN)
    page.get_by_text(say("late.title")).click()
    journey.field(page, "late.observer").fill("Raija")
    journey.save(liisa)
    expect(journey.row(liisa, SEEN)).to_be_visible()

    search = page.get_by_role("searchbox", name=say("find.search"))
    search.fill("raija")
    expect(journey.row(liisa, own)).to_have_count(0)
    expect(journey.row(liisa, SEEN)).to_be_visible()
    search.fill("")
    expect(journey.row(liisa, own)).to_be_visible()

    narrow = page.get_by_role("button", name=say("find.filter"))
    narrow.click()
    people = page.get_by_label(say("find.by_person"))
    people.select_option("Raija (1)")
    journey.button(page, "find.show", n=1).click()
    expect(journey.row(liisa, own)).to_have_count(0)
    expect(journey.row(liisa, SEEN)).to_be_visible()
    narrow.click()
    people.select_option("Liisa (1)")
    journey.button(page, "find.show", n=1).click()
    expect(journey.row(liisa, own)).to_be_visible()
    expect(journey.row(liisa, SEEN)).to_have_count(0)
