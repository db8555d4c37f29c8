"""A floor plan that is in use is straightened: its pins stay where they are in the room, and undo brings all back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import DESK, Device
from tests.browser.journey import button, say
from tests.browser.test_plan import CORNERS, corner_colours, push, wall_map

pytestmark = pytest.mark.timeout(300)

SEEN = "Kartta on pylväässä"
HAS_CORNERS_OF = """(colour) => {
  const image = document.querySelector('.picture img');
  if (!image?.naturalWidth) return false;
  const context = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
  context.drawImage(image, 0, 0);
  return (context.getImageData(5, 5, 1, 1).data[0] > 200) === (colour === 'map');
}"""


def test_pins_go_along_and_come_back(
    lead: Account, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    liisa = new_device("liisa", viewport=DESK)
    study = lead.create_study("empty")
    journey.be_lead(liisa, study)
    page = liisa.go(f"/s/{study}/prepare")
    page.get_by_label(say("prepare.add_plan")).set_input_files(wall_map(tmp_path / "wall.png"))
    wait_for_picture(page, "wall")
    pin_at(liisa, study, 0.5, 0.5)
    before = pin_of(liisa)

    liisa.go(f"/s/{study}/prepare")
    wait_for_picture(page, "wall")
    page.get_by_role("button", name=say("prepare.straighten_named", name="")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(say("straighten.preview"))).to_be_visible()
    for corner, (x, y) in zip(dialog.locator(".photo").get_by_role("button").all(), CORNERS, strict=True):
        push(corner, x / 1600, y / 1200)
    button(dialog, "straighten.use").click()
    wait_for_picture(page, "map")
    assert corner_colours(page) == ["map"] * 4
    moved = pin_of(liisa)
    assert moved != before and 0.3 < moved["x"] < 0.7

    button(page, "undo.undo").click()
    wait_for_picture(page, "wall")
    assert pin_of(liisa) == before


def wait_for_picture(page: Page, corners: str) -> None:
    """Until the plan's picture is there, with the map or the wall in its corners; it loads when it is in sight."""
    page.locator(".picture").scroll_into_view_if_needed()
    page.wait_for_function(HAS_CORNERS_OF, arg=corners)


def pin_at(device: Device, study: str, x: float, y: float) -> None:
    """Save an observation at a place of the plan."""
    page = device.go(f"/s/{study}/new")
    journey.field(page, "capture.text").fill(SEEN)
    frame = page.locator(".frame")
    expect(frame.locator("img")).to_be_visible()
    box = frame.bounding_box()
    assert box
    frame.click(position={"x": box["width"] * x, "y": box["height"] * y})
    expect(page.locator(".pin")).to_be_visible()
    journey.save(device)


def pin_of(device: Device) -> dict[str, Any]:
    """Where the observation is pinned, as the device knows it."""
    pin: dict[str, Any] = device.page.evaluate(
        """async (text) => {
          const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
          const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.includes('-'));
          const base = await answer(indexedDB.open(name));
          const rows = await answer(base.transaction('records').objectStore('records').getAll());
          base.close();
          return rows.find((row) => row.data.text === text).data.pin;
        }""",
        SEEN,
    )
    return pin
