"""Preparing a study by keyboard: going past a button is not pressing it."""

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.conftest import NewDevice
from tests.browser.device import DESK
from tests.browser.journey import say

pytestmark = pytest.mark.timeout(180)


def test_tab_past_the_button_that_removes_a_question_keeps_it(lead: Account, new_device: NewDevice) -> None:
    study = lead.create_study("hardware_store")
    device = new_device("liisa", viewport=DESK)
    journey.be_lead(device, study)
    page = device.go(f"/s/{study}/prepare")
    question = page.get_by_role("textbox", name=say("prepare.question", n=1)).first
    expect(question).not_to_have_value("")
    asked = question.input_value()
    page.get_by_role("button", name=say("prepare.remove_question", n=1)).first.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name=say("prepare.question", n=2)).first).to_be_focused()
    page.reload()
    expect(question).to_have_value(asked)
