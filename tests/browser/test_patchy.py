"""A network that comes and goes before the service worker keeps the app: the list and the form stand all the same.

The worker is kept out of most of it, so that what the page lacks stays lacking until the test gives it.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import button, field, row, say
from tests.browser.pictures import take_photo

SEEN = "Ovella on kartta."
BEGUN = "Jäi kesken"
ASSET = re.compile(r"/assets/(.+)-.{8}\.\w+$")
# What the list asks for at once; what the tools among it ask for; what is asked for once the worker has answered.
PARTS, FINDER, OFFERS = ("Waiting", "Browse"), "finder.worker", ("ReflectionOffer", "Install")
# A picture can be made ready from now on.
PREPARES = (
    "() => performance.getEntriesByType('resource').some((one) => one.name.includes('/assets/prepare-'))"
)


class Lacking:
    """Files of the build that do not come through, until they are given."""

    def __init__(self, context: BrowserContext, *names: str) -> None:
        self.names, self.refused = set(names), set[str]()
        self.context = context
        context.route(ASSET, self.decide)

    def decide(self, route: Route, request: Request) -> None:
        found = ASSET.search(request.url)
        assert found
        if found[1] in self.names:
            self.refused.add(found[1])
            route.abort()
        else:
            route.fallback()

    def refusing(self, name: str) -> AbstractContextManager[object]:
        """Wait, at the end of the block, until this has been asked for in vain."""
        return self.context.expect_event("requestfailed", lambda request: f"/assets/{name}-" in request.url)

    def give(self, page: Page, *names: str) -> None:
        """Let these through, after they have been asked for in vain, and say that the network is back."""
        assert self.refused >= set(names)
        self.names -= set(names)
        page.evaluate("() => dispatchEvent(new Event('online'))")


pytestmark = pytest.mark.one_server


@pytest.fixture
def code(lead: Account) -> str:
    return lead.visit_code(lead.create_study("empty"))


@pytest.fixture
def aino(new_device: Callable[..., Device]) -> Device:
    device = new_device("aino", service_workers="block")
    device.expected.append("Service Worker registration blocked")
    return device


def test_the_list_stands_without_its_parts_and_takes_them_in_when_they_come(code: str, aino: Device) -> None:
    lacking = Lacking(aino.context, *PARTS, FINDER, *OFFERS, "Detail")
    page = aino.page
    journey.join(aino, code, "Aino")
    journey.observe(aino, SEEN)
    journey.start_observation(aino)
    field(page, "capture.text").fill(BEGUN)
    journey.expect_draft_kept(aino)
    button(page, "ui.back").click()
    journey.expect_sent(aino, SEEN)
    expect(page.get_by_role("region", name=say("find.drafts"))).to_contain_text(BEGUN)
    lacking.give(page, *PARTS)
    page.get_by_role("searchbox").fill("kartta")
    lacking.give(page, FINDER)
    expect(page.get_by_text(say("find.found", n=1, of="1"))).to_be_visible()
    assert page.locator(".search").evaluate("box => getComputedStyle(box).position") == "relative"
    lacking.give(page, *OFFERS)
    expect(page.get_by_role("link", name=say("reflection.title"))).to_be_visible()
    row(aino, SEEN).click()
    expect(page.get_by_text(say("ui.not_loaded"))).to_be_visible()
    lacking.give(page, "Detail")
    expect(page.get_by_role("heading", name=say("observations.one"))).to_be_visible()


def test_a_picture_is_kept_though_the_network_went_right_after_joining(
    code: str, aino: Device, tmp_path: Path
) -> None:
    """The sheet that describes it has not come; that is said, and the next tap after it has come opens it."""
    page, study = aino.page, journey.join(aino, code, "Aino")
    lacking = Lacking(aino.context, "PhotoSheet", "background")
    with lacking.refusing("background"):
        aino.go(f"/s/{study}")
    lacking.give(page, "background")
    page.wait_for_function(PREPARES)
    aino.context.set_offline(True)
    journey.start_observation(aino)
    page.get_by_label(say("photo.choose")).set_input_files(take_photo(tmp_path / "red.jpg", (200, 30, 30)))
    photo = page.get_by_role("button", name=say("photo.nth", n=1))
    photo.click()
    expect(page.get_by_role("status").filter(has_text=say("ui.not_loaded"))).to_be_visible()
    aino.context.set_offline(False)
    lacking.give(page, "PhotoSheet")
    photo.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    journey.save(aino)
    journey.expect_sent(aino, say("observations.only_photo"))


def test_what_finds_no_room_is_said_though_the_rest_of_the_app_has_not_come(code: str, aino: Device) -> None:
    study = journey.join(aino, code, "Aino")
    journey.observe(aino, SEEN)
    journey.expect_sent(aino, SEEN)
    # The browser asks itself for the room that is left when it starts, and then only now and then.
    aino.context.close()
    aino.open()
    quota = aino.context.new_cdp_session(aino.page)
    quota.send("Storage.overrideQuotaForOrigin", {"origin": aino.address, "quotaSize": 1})
    lacking = Lacking(aino.context, "background")
    with lacking.refusing("background"):
        page = aino.go(f"/s/{study}")
    row(aino, SEEN).click()
    button(page, "observations.delete").click()
    lacking.give(page, "background")
    expect(page.get_by_role("region", name=say("ui.notice"))).to_have_text(say("caution.not_kept"))


def test_the_app_is_kept_in_the_end_though_a_file_of_it_did_not_come(
    code: str, new_device: Callable[..., Device]
) -> None:
    device = new_device("aino")
    lacking = Lacking(device.context, "Poster")
    with lacking.refusing("Poster"):
        journey.join(device, code, "Aino")
    lacking.give(device.page, "Poster")
    journey.expect_kept(device)
