"""Noted later, or on paper: the observation stands at its own time, under the name of the one who saw it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.device import DESK, Device
from tests.browser.journey import say
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(300)

SEEN = "Hintalapussa oli kuva tuotteesta."


def test_a_lead_types_in_a_paper_card(server: Server, new_device: Callable[..., Device]) -> None:
    lead = new_device("liisa", viewport=DESK)
    journey.become_first_lead(lead, server.printed(r"(/setup#\S+)"))
    study = journey.create_study(lead, "Rautakauppa")
    page = lead.go(f"/s/{study}/cards")
    expect(page.get_by_role("img", name=say("invite.qr_alt"))).to_be_visible()
    assert lead.axe() == []

    page = lead.go(f"/s/{study}/new")
    journey.field(page, "capture.text").fill(SEEN)
    page.get_by_text(say("late.title")).click()
    page.get_by_label(say("late.when")).fill("2017-10-03T10:12")
    journey.field(page, "late.observer").fill("Raija")
    assert lead.axe() == []
    journey.save(lead)
    expect(journey.row(lead, SEEN)).to_contain_text(re.compile(r"Raija.*10\.12"))
    journey.row(lead, SEEN).click()
    expect(page.get_by_text("Raija")).to_be_visible()


def test_a_paper_card_is_found_by_whom_it_names(server: Server, new_device: Callable[..., Device]) -> None:
    own = "Myyjä tuli luokse."
    lead = new_device("liisa", viewport=DESK)
    journey.become_first_lead(lead, server.printed(r"(/setup#\S+)"))
    study = journey.create_study(lead, "Rautakauppa")
    lead.go(f"/s/{study}")
    journey.observe(lead, own)
    journey.start_observation(lead)
    page = lead.page
    journey.field(page, "capture.text").fill(SEEN)
    page.get_by_text(say("late.title")).click()
    journey.field(page, "late.observer").fill("Raija")
    journey.save(lead)
    expect(journey.row(lead, SEEN)).to_be_visible()

    search = page.get_by_role("searchbox", name=say("find.search"))
    search.fill("raija")
    expect(journey.row(lead, own)).to_have_count(0)
    expect(journey.row(lead, SEEN)).to_be_visible()
    search.fill("")
    expect(journey.row(lead, own)).to_be_visible()

    narrow = page.get_by_role("button", name=say("find.filter"))
    narrow.click()
    people = page.get_by_label(say("find.by_person"))
    people.select_option("Raija (1)")
    journey.button(page, "find.show", n=1).click()
    expect(journey.row(lead, own)).to_have_count(0)
    expect(journey.row(lead, SEEN)).to_be_visible()
    narrow.click()
    people.select_option("Liisa (1)")
    journey.button(page, "find.show", n=1).click()
    expect(journey.row(lead, own)).to_be_visible()
    expect(journey.row(lead, SEEN)).to_have_count(0)
