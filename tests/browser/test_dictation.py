"""Dictation where the device understands speech by itself; nowhere else, so that no sound ever leaves it.

Chromium on a desk has no language for it, so a scripted stand-in for the browser's class says what was heard.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import button, field, say

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

SPEECH = """
  window.asked = [];
  window.SpeechRecognition = class extends EventTarget {
    processLocallyAsked = false;
    get processLocally() { return this.processLocallyAsked; }
    set processLocally(is) { this.processLocallyAsked = is; }
    static async available(options) { asked.push(options); return 'AVAILABLE'; }
    static async install(options) { asked.push(options); return true; }
    start() { window.recognition = this; }
    stop() { this.dispatchEvent(new Event('end')); }
  };
  window.hear = (...said) => recognition.dispatchEvent(Object.assign(new Event('result'), {
    resultIndex: 0,
    results: said.map(([transcript, isFinal]) => Object.assign([{ transcript }], { isFinal })),
  }));
"""


@pytest.fixture
def understanding(lead: Account, new_device: Callable[..., Device]) -> Callable[[str], Device]:
    """Opens the form for a member whose browser understands Finnish so far."""

    def open_form(availability: str) -> Device:
        code = lead.visit_code(lead.create_study("empty"))
        device = new_device("aino")
        device.context.add_init_script(SPEECH.replace("AVAILABLE", availability))
        journey.join(device, code, "Aino")
        journey.start_observation(device)
        return device

    return open_form


def hear(device: Device, *said: tuple[str, bool]) -> None:
    device.page.evaluate("said => hear(...said)", said)


@pytest.mark.parametrize("availability", ["available", "downloadable"])
def test_what_is_said_stands_behind_what_was_written(
    understanding: Callable[[str], Device], availability: str
) -> None:
    aino = understanding(availability)
    start, text = button(aino.page, "dictation.start"), field(aino.page, "capture.text")
    text.fill("Ovella on kartta.")
    start.click()
    expect(aino.page.get_by_text(say("dictation.listening"))).to_be_visible()
    assert aino.axe() == []
    hear(aino, ("se näkyy", False))
    expect(aino.page.get_by_text("se näkyy")).to_be_visible()
    expect(text).to_have_value("Ovella on kartta.")
    hear(aino, ("Se näkyy kauas.", True))
    expect(text).to_have_value("Ovella on kartta. Se näkyy kauas.")
    journey.expect_draft_kept(aino)
    button(aino.page, "dictation.stop").click()
    expect(start).to_be_visible()
    assert asked(aino) == [{"langs": ["fi-FI"], "processLocally": True}] * 2
    assert aino.page.evaluate("() => recognition.processLocally && recognition.continuous")


def test_a_refused_microphone_is_said_and_typing_goes_on(understanding: Callable[[str], Device]) -> None:
    aino = understanding("available")
    start = button(aino.page, "dictation.start")
    start.click()
    expect(button(aino.page, "dictation.stop")).to_be_visible()
    aino.page.evaluate(
        """() => {
          recognition.dispatchEvent(Object.assign(new Event('error'), { error: 'not-allowed' }));
          recognition.stop();
        }"""
    )
    expect(aino.page.get_by_text(say("dictation.failed"))).to_be_visible()
    expect(start).to_be_enabled()
    assert aino.axe() == []


def test_where_sound_would_be_sent_away_there_is_no_button(understanding: Callable[[str], Device]) -> None:
    aino = understanding("unavailable")
    aino.page.wait_for_function("() => asked.length > 0")
    expect(aino.page.get_by_text(say("late.title"))).to_be_visible()
    expect(button(aino.page, "dictation.start")).to_have_count(0)


def asked(device: Device) -> list[dict[str, Any]]:
    """What the app has asked the browser for."""
    found: list[dict[str, Any]] = device.page.evaluate("() => asked")
    return found
