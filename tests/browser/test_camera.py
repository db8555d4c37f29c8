"""The camera inside the app beyond taking pictures: its lamp, and the other camera of the phone.

Chromium's make-believe cameras have no lamp, so their tracks say here that they do, and note what is asked of them.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import button, say

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

LAMP = """
  window.lit = [];
  const known = MediaStreamTrack.prototype.getCapabilities;
  MediaStreamTrack.prototype.getCapabilities = function () { return { ...known.call(this), torch: true }; };
  MediaStreamTrack.prototype.applyConstraints = async function ({ advanced: [{ torch }] }) {
    if (window.isBroken) throw new OverconstrainedError('torch');
    lit.push(torch);
  };
"""
NOTE = """
  window.opened = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    opened.push({ facing: wish.video.facingMode.ideal, track: stream.getVideoTracks()[0] });
    return stream;
  };
"""
SLOW = """
  const canvas = document.createElement('canvas');
  const stream = canvas.captureStream(0);
  navigator.mediaDevices.getUserMedia = async () => stream;
  window.showPicture = () => {
    canvas.getContext('2d').fillRect(0, 0, canvas.width, canvas.height);
    stream.getVideoTracks()[0].requestFrame();
  };
"""
FACING = "() => opened.map(({ facing, track }) => [facing, track.readyState])"

OpenCamera = Callable[..., tuple[Device, Locator]]


@pytest.fixture
def open_camera(lead: Account, new_device: Callable[..., Device]) -> OpenCamera:
    """Opens the camera of a phone that has so many, after `script` has run."""

    def opened(n_cameras: int, script: str) -> tuple[Device, Locator]:
        code = lead.visit_code(lead.create_study("empty"))
        make_believe = f"--use-fake-device-for-media-stream=device-count={n_cameras}"
        aino = new_device("aino", args=[make_believe, "--use-fake-ui-for-media-stream"])
        aino.context.add_init_script(script)
        journey.join(aino, code, "Aino")
        journey.start_observation(aino)
        button(aino.page, "photo.take").click()
        return aino, aino.page.get_by_role("dialog", name=say("camera.title"))

    return opened


def test_the_lamp_is_switched_on_and_off(open_camera: OpenCamera) -> None:
    aino, camera = open_camera(1, LAMP)
    lamp = button(camera, "camera.torch")
    lamp.click()
    expect(lamp).to_have_attribute("aria-pressed", "true")
    assert aino.axe() == []
    lamp.click()
    expect(lamp).to_have_attribute("aria-pressed", "false")
    assert aino.page.evaluate("() => lit") == [True, False]
    expect(button(camera, "camera.flip")).to_have_count(0)


def test_a_lamp_that_does_not_light_is_not_said_to_be_on(open_camera: OpenCamera) -> None:
    aino, camera = open_camera(1, f"{LAMP} window.isBroken = true;")
    lamp = button(camera, "camera.torch")
    lamp.click()
    aino.page.wait_for_function("() => document.activeElement.ariaPressed")
    expect(lamp).to_have_attribute("aria-pressed", "false")


def test_the_other_camera_takes_over_and_the_lamp_is_out(open_camera: OpenCamera) -> None:
    aino, camera = open_camera(2, LAMP + NOTE)
    button(camera, "camera.torch").click()
    expect(button(camera, "camera.torch")).to_have_attribute("aria-pressed", "true")
    button(camera, "camera.flip").click()
    aino.page.wait_for_function("() => opened.length === 2")
    expect(button(camera, "camera.shoot")).to_be_enabled()
    expect(button(camera, "camera.torch")).to_have_attribute("aria-pressed", "false")
    assert aino.page.evaluate(FACING) == [["environment", "ended"], ["user", "live"]]
    button(camera, "camera.shoot").click()
    expect(camera.get_by_text(say("camera.n_taken", n=1), exact=True)).to_be_visible()
    button(camera, "camera.ready").click()
    expect(camera).to_be_hidden()
    assert aino.page.evaluate(FACING) == [["environment", "ended"], ["user", "ended"]]


def test_no_picture_can_be_taken_before_the_camera_shows_one(open_camera: OpenCamera) -> None:
    aino, camera = open_camera(1, SLOW)
    aino.page.wait_for_function("() => document.querySelector('video')?.srcObject")
    expect(button(camera, "camera.shoot")).to_be_disabled()
    aino.page.evaluate("() => showPicture()")
    button(camera, "camera.shoot").click()
    expect(camera.get_by_text(say("camera.n_taken", n=1), exact=True)).to_be_visible()


def test_a_phone_without_a_lamp_has_no_button_for_one(open_camera: OpenCamera) -> None:
    _, camera = open_camera(2, "")
    expect(button(camera, "camera.flip")).to_be_visible()
    expect(button(camera, "camera.torch")).to_have_count(0)
