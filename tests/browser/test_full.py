"""A phone with no room left: it gives up what the server has before anything else, and says why nothing goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.journey import button, field, say
from tests.browser.kept import READ
from tests.browser.pictures import take_photo
from tests.factories import make_op

pytestmark = [pytest.mark.timeout(180), pytest.mark.one_server]

MAP, SIGNS, FLOOR = "Ovella on kartta", "Opasteet roikkuvat katosta", "Lattiassa on reitti"
USED = "async () => (await navigator.storage.estimate()).usage"
# What a newer release in another tab does. This page gives way to it.
UPGRADE = """async () => {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.startsWith('benchmark-'));
  const opening = indexedDB.open(name, 99);
  await new Promise((done) => (opening.onsuccess = done));
  opening.result.close();
}"""


@pytest.fixture
def study(lead: Account) -> str:
    return lead.create_study("empty")


@pytest.fixture
def aino(lead: Account, study: str, new_device: NewDevice) -> Device:
    device = new_device("aino")
    journey.join(device, lead.visit_code(study), "Aino")
    journey.expect_kept(device)
    return device


@pytest.fixture
def leave_room(aino: Device) -> Callable[[int], CDPSession]:
    """From now on so many bytes more fit on the phone, or fewer."""

    def leave(n_bytes: int) -> CDPSession:
        # The browser asks itself for the room that is left when it starts, and then only now and then.
        aino.context.close()
        aino.open()
        page = aino.go("/healthz")
        # It counts what it has opened.
        page.evaluate(READ)
        used = page.evaluate(USED)
        quota = aino.context.new_cdp_session(page)
        quota.send(
            "Storage.overrideQuotaForOrigin", {"origin": aino.address, "quotaSize": max(1, used + n_bytes)}
        )
        return quota

    return leave


def bytes_on(device: Device) -> list[Any]:
    """The state of each picture that the phone has whole."""
    return [one["state"] for one in device.page.evaluate(READ)["bytes"] if one["is_whole"]]


def test_a_picture_that_the_server_has_gives_way_to_a_new_one(
    study: str, aino: Device, leave_room: Callable[[int], CDPSession], tmp_path: Path
) -> None:
    for text in (SIGNS, FLOOR):
        journey.observe(aino, text, take_photo(tmp_path / "old.jpg", (40, 140, 60), 2048, 1536))
        journey.expect_sent(aino, text)
    assert bytes_on(aino) == ["sent", "sent"]
    # Less than half of what the new one takes.
    leave_room(400_000)
    aino.context.set_offline(True)
    aino.go(f"/s/{study}")
    journey.observe(aino, MAP, take_photo(tmp_path / "new.jpg", (140, 40, 60), 2048, 1536))
    journey.expect_only_here(aino, MAP)
    assert bytes_on(aino) == ["waiting"]


def test_a_phone_that_cannot_take_in_an_answer_says_why_nothing_goes_on(
    lead: Account, study: str, aino: Device, leave_room: Callable[[int], CDPSession]
) -> None:
    quota = leave_room(-1_000_000_000)
    me = lead.send("GET", "/session")["person"]["id"]
    lead.push(
        make_op(
            study,
            "observation",
            set={"author": me, "observed_at": "2017-10-03T10:12:09+03:00", "text": SIGNS},
        )
    )
    page = aino.go(f"/s/{study}")
    expect(page.get_by_text(say("caution.full"))).to_be_visible()
    assert aino.axe() == []
    quota.send("Storage.overrideQuotaForOrigin", {"origin": aino.address})
    expect(journey.row(aino, SIGNS)).to_be_visible(timeout=journey.SENDING)
    expect(page.get_by_text(say("caution.full"))).to_be_hidden()


def test_what_cannot_be_saved_for_another_reason_is_not_blamed_on_the_room(aino: Device) -> None:
    page = aino.page
    journey.start_observation(aino)
    field(page, "capture.text").fill(MAP)
    journey.expect_draft_kept(aino)
    aino.expected.append("VersionError")
    page.evaluate(UPGRADE)
    # The person comes back to this tab.
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(button(page, "update.take")).to_be_visible()
    button(page, "capture.save").click()
    expect(page.get_by_role("alert")).to_have_text(say("capture.not_kept"))
    expect(field(page, "capture.text")).to_have_value(MAP)
    assert aino.axe() == []
