"""Photos over the whole screen, under fingers: two look closer at where they are, one goes on to the next or moves."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import journey
from tests.browser.account import first_lead
from tests.browser.device import Device
from tests.browser.journey import button, say
from tests.browser.pictures import take_photo
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(300)

Finger = tuple[float, float]


class Hand:
    """Fingers on the screen of a device."""

    def __init__(self, device: Device) -> None:
        self.screen = device.context.new_cdp_session(device.page)

    def move(self, *way: list[Finger]) -> None:
        """Put the fingers down at the first places, lead them through the others, lift them."""
        for n, places in enumerate([*way, []]):
            kind = "touchMove" if 0 < n < len(way) else "touchEnd" if n else "touchStart"
            points = [{"x": x, "y": y, "id": id} for id, (x, y) in enumerate(places)]
            self.screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_fingers_zoom_move_and_turn(
    server: Server, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    with closing(first_lead(server)) as lead:
        code = lead.visit_code(lead.create_study("empty"))
    aino = new_device("aino", has_touch=True)
    journey.join(aino, code, "Aino")
    journey.start_observation(aino)
    page = aino.page
    files = [take_photo(tmp_path / f"{n}.jpg", (60 * n, 90, 120)) for n in (1, 2)]
    page.get_by_label(say("photo.choose")).set_input_files(files)
    expect(page.get_by_role("button", name=say("photo.nth", n=2))).to_be_visible()
    journey.save(aino)
    page.get_by_role("link").filter(has_text=say("observations.only_photo")).click()
    page.get_by_role("button", name=say("observations.look_closer")).first.click()
    viewer, hand = page.get_by_role("dialog"), Hand(aino)
    expect(viewer).to_have_accessible_name(say("viewer.nth", n=1, of=2))
    aino.wait_until_still()

    x, y = 150.0, 450.0
    before, width = under(viewer, x, y), box_of(viewer)["width"]
    hand.move(*([(x - apart, y), (x + apart, y)] for apart in (30, 45, 60, 75, 90)))
    assert box_of(viewer)["width"] == pytest.approx(width * 3, rel=0.05)
    assert under(viewer, x, y)[0] == pytest.approx(before[0], abs=0.02)
    expect(viewer).to_have_accessible_name(say("viewer.nth", n=1, of=2))

    left = box_of(viewer)["x"]
    hand.move([(200, 450)], [(180, 450)], [(140, 450)])
    assert box_of(viewer)["x"] == pytest.approx(left - 60, abs=2)
    expect(viewer).to_have_accessible_name(say("viewer.nth", n=1, of=2))

    page.keyboard.press("0")
    expect(button(viewer, "viewer.smaller")).to_be_disabled()
    hand.move([(300, 450)], [(200, 455)], [(80, 460)])
    expect(viewer).to_have_accessible_name(say("viewer.nth", n=2, of=2))


def box_of(viewer: Locator) -> dict[str, float]:
    """Where the picture is on the screen."""
    box = viewer.locator(".picture").bounding_box()
    assert box
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def under(viewer: Locator, x: float, y: float) -> tuple[float, float]:
    """Which point of the picture is at a place of the screen."""
    box = box_of(viewer)
    return (x - box["x"]) / box["width"], (y - box["y"]) / box["height"]
