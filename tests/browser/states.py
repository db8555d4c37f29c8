"""The states that people meet between one screen and the next: sheets, errors, choices, the camera, no network.

Each function walks a lead of the demo study into its states; at each name that it yields the screen stands still.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Locator, Route, expect

from tests.browser import journey
from tests.browser.account import demo_lead
from tests.browser.device import Device
from tests.browser.journey import button, field, say
from tests.browser.pictures import take_photo
from tests.browser.server import Server
from tests.factories import make_op

SEEN = "Hyllyn päädyssä on pino ilmaisia karttoja."
FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def settle(device: Device, path: str) -> None:
    """Open a screen and wait until it stands still: its heading is there, its pictures are drawn."""
    page = device.go(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main > *").first).to_be_attached()
    expect(page.get_by_text(say("past.fetching"))).to_be_hidden()
    device.wait_until_still()


def dialog(device: Device, name: str) -> Iterator[str]:
    """The sheet that just opened; closed afterwards."""
    sheets = device.page.get_by_role("dialog")
    expect(sheets.last).to_be_visible()
    n = sheets.count()
    yield name
    device.page.keyboard.press("Escape")
    expect(sheets).to_have_count(n - 1)


def at_the_door(device: Device) -> Iterator[str]:
    device.expected.append("404")
    settle(device, "/join")
    field(device.page, "join.code").fill("2222 2222")
    field(device.page, "join.name").fill("Aino")
    button(device.page, "join.join").click()
    expect(device.page.get_by_role("alert")).to_be_visible()
    yield "a wrong code"


def while_writing(device: Device, study: str, folder: Path) -> Iterator[str]:
    """A form with nothing in it, with pictures, with what is no picture; leaves a draft with one photo."""
    settle(device, f"/s/{study}")
    page = device.page
    journey.start_observation(device)
    button(page, "capture.save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "nothing to save"
    page.get_by_label(say("photo.choose")).set_input_files(take_photo(folder / "photo.jpg", (90, 120, 80)))
    thumb = page.get_by_role("button", name=say("photo.nth", n=1))
    thumb.click()
    yield from dialog(device, "describing a photo")
    thumb.click()
    button(page, "photo.edit").click()
    expect(page.get_by_role("dialog", name=say("editor.title")).locator("canvas")).to_be_visible()
    yield from dialog(device, "drawing on a photo")
    button(page, "photo.ready").click()
    letter = folder / "letter.jpg"
    letter.write_text("This is no picture.")
    page.get_by_label(say("photo.choose")).set_input_files(letter)
    expect(page.get_by_role("alert").filter(has_text="letter.jpg")).to_be_visible()
    yield "a text file renamed .jpg"
    button(page, "capture.discard").click()
    yield from dialog(device, "asking before a draft is thrown away")
    page.get_by_text(say("late.title")).click()
    yield "noting something later"


def without_a_network(device: Device) -> Iterator[str]:
    """Save the draft, see where it is, delete it again when it has been sent."""
    page = device.page
    field(page, "capture.text").fill(SEEN)
    device.context.set_offline(True)
    journey.save(device)
    journey.expect_only_here(device, SEEN)
    yield "only on this phone"
    page.get_by_role("link", name=say("badge.unsent", n=2)).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    yield "what is not sent yet"
    page.go_back()
    device.context.set_offline(False)
    journey.expect_sent(device, SEEN)
    journey.row(device, SEEN).click()
    page.get_by_role("button", name=say("observations.look_closer")).first.click()
    yield from dialog(device, "a photo in full")
    button(page, "observations.delete").click()
    expect(page.get_by_role("button", name=say("undo.undo"))).to_be_visible()
    yield "deleted, with undo"


def while_finding(device: Device, study: str) -> Iterator[str]:
    settle(device, f"/s/{study}")
    page = device.page
    button(page, "find.filter").click()
    page.get_by_role("dialog").get_by_role("radio").first.check(force=True)
    yield from dialog(device, "what to narrow the list with")
    page.get_by_role("radio", name=say("find.gallery")).check()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"\d"))).to_be_visible()
    yield "a narrowed gallery"
    page.get_by_role("searchbox").fill("avaruus")
    expect(page.get_by_text(say("find.nothing"))).to_be_visible()
    yield "nothing found"


def on_the_plan(device: Device, study: str) -> Iterator[str]:
    settle(device, f"/s/{study}/plan")
    page = device.page
    page.locator(".frame").get_by_role("button").first.press("Enter")
    yield from dialog(device, "what was seen at a place")
    page.get_by_role("radio", name=say("plan.look_heat")).check()
    yield "where everyone looks"


def with_the_camera(device: Device, study: str) -> Iterator[str]:
    """Pictures now, words later. The camera has no screen of its own without one."""
    page = device.go(f"/s/{study}/pictures")
    camera = page.get_by_role("dialog", name=say("camera.title"))
    page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    button(camera, "camera.shoot").click()
    expect(camera.get_by_text(say("camera.n_taken", n=1), exact=True)).to_be_visible()
    yield "the camera"
    button(camera, "camera.ready").click()
    page.get_by_role("link", name=say("catch_up.waiting", n=1)).click()
    expect(page.get_by_text(say("catch_up.left", n=1))).to_be_visible()
    yield "words for a picture"


def at_the_board(device: Device, study: str) -> Iterator[str]:
    menu = say("board.group_menu", name="").strip()
    for name, opener in (
        ("a card in full", device.page.locator("[data-card] .open").first),
        ("where to move a card", device.page.locator("[data-card] .move").first),
        ("what to do with a group", device.page.get_by_role("button", name=menu).first),
    ):
        open_board(device, study)
        opener.click()
        yield from dialog(device, name)
    open_board(device, study)
    button(device.page, "board.select").click()
    yield "choosing several cards"


def open_board(device: Device, study: str) -> None:
    """The board with a group in sight, which on a phone is a chip away."""
    settle(device, f"/s/{study}/board")
    chips = device.page.get_by_role("group", name=say("board.title")).get_by_role("button")
    if chips.count():
        chips.nth(1).click()


def while_preparing(device: Device, study: str, folder: Path) -> Iterator[str]:
    settle(device, f"/s/{study}/prepare")
    page = device.page
    button(page, "invite.renew").click()
    yield from dialog(device, "asking before a new code")
    wall = take_photo(folder / "wall.jpg", (200, 200, 190))
    page.get_by_label(say("prepare.photograph_plan")).set_input_files(wall)
    expect(page.get_by_role("dialog").get_by_text(say("straighten.preview"))).to_be_visible()
    yield from dialog(device, "straightening a wall map")
    settle(device, f"/s/{study}/tags")
    page.get_by_role("button", name=say("tags.rename_named", name="").strip()).first.click()
    yield from dialog(device, "another word for a tag")


def among_people(device: Device, server: Server, study: str) -> Iterator[str]:
    """Also in a study to which no guest has been invited yet."""
    settle(device, f"/s/{study}/people")
    page = device.page
    remove: Locator = page.get_by_role("button", name=say("participants.remove_named", name="").strip())
    remove.first.click()
    yield from dialog(device, "asking before somebody is removed")
    with closing(demo_lead(server)) as lead:
        fresh = lead.create_study("empty")
    settle(device, f"/s/{fresh}/people")
    page.get_by_role("radio", name=say("invite.guests")).check()
    make = button(page, "invite.guests_make")
    expect(make).to_be_visible()
    yield "no code for guests yet"
    make.click()
    expect(page.get_by_role("img", name=say("invite.qr_alt"))).to_be_visible()
    yield "a code for guests"


def at_the_report(device: Device, study: str) -> Iterator[str]:
    settle(device, f"/s/{study}/report")
    button(device.page, "export.make").click()
    expect(device.page.get_by_role("link", name=say("export.download"))).to_be_visible()
    yield "a report to download"


def looking_back(device: Device, study: str, observation: str, disputed: str) -> Iterator[str]:
    """The history without a network, a refused change being mended, a text written from two."""
    page = device.page
    device.context.set_offline(True)
    page.goto(f"{device.address}/s/{study}/history/{observation}")
    expect(page.get_by_text(say("past.offline"))).to_be_visible()
    yield "a history that is elsewhere"
    device.context.set_offline(False)
    settle(device, f"/s/{study}/refused")
    mend = page.get_by_role("button", name=say("quarantine.mend"))
    mend.first.click()
    yield from dialog(device, "mending a refused change")
    page.get_by_role("button", name=say("quarantine.settle")).first.click()
    expect(page.get_by_text(say("quarantine.settled"), exact=True)).to_be_visible()
    yield "a settled change"
    settle(device, f"/s/{study}/o/{disputed}")
    button(page, "conflict.edit").click()
    expect(button(page, "conflict.edit_save")).to_be_visible()
    yield "one text from two"


def too_old(device: Device, study: str) -> Iterator[str]:
    """The server takes nothing from this version any more; goes away again."""

    def as_of_old(route: Route) -> None:
        route.continue_(post_data={**route.request.post_data_json, "proto": 0})

    device.expected.append("426")
    device.context.route("**/api/v1/sync", as_of_old)
    page = device.go(f"/s/{study}")
    expect(page.get_by_role("heading", name=say("outdated.title"))).to_be_visible()
    yield "a version too old to send"
    device.context.unroute("**/api/v1/sync")


def refused(device: Device, server: Server, study: str, observation: str) -> Iterator[str]:
    """Changed without a network what somebody else deletes meanwhile: it is set aside, and asked about."""
    settle(device, f"/s/{study}/o/{observation}/edit")
    page = device.page
    device.context.set_offline(True)
    field(page, "capture.text").fill(SEEN)
    button(page, "capture.save_edit").click()
    expect(page.get_by_role("heading", name=say("observations.one"))).to_be_visible()
    with closing(demo_lead(server)) as lead:
        lead.push(make_op(study, "observation", id=observation, deleted=True))
    device.context.set_offline(False)
    expect(page.get_by_role("heading", name=say("refused.title"))).to_be_visible(timeout=journey.SENDING)
    yield "a change to what was deleted, at its address"
    settle(device, f"/s/{study}")
    expect(page.get_by_text(say("refused.deleted"))).to_be_visible()
    yield "a change to what was deleted, above the list"
    settle(device, "/status")
    expect(page.get_by_role("heading", name=say("refused.title"))).to_be_visible()
    yield "a change to what was deleted"
    button(page, "refused.discard").click()
    yield from dialog(device, "asking before a change is thrown away")
    settle(device, "/me")
    button(page, "me.sign_out").click()
    yield from dialog(device, "leaving with something unsent")
