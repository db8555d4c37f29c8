"""Every screen, and the states that people meet: nothing for axe to find, light or dark, narrow or wide."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.account import Account, demo_lead
from tests.browser.device import DESK, PHONE, Device
from tests.browser.journey import say
from tests.browser.pictures import take_photo
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(600)

DOORS = ("/", "/join", "/sign-in", "/setup")
NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo study, shared by these tests: they only look."""
    running = Server(tmp_path_factory.mktemp("screens") / "data", "--demo")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def places(server: Server) -> list[str]:
    """The paths of all screens for a lead: of the demo study, and of one where nothing has happened yet."""
    with closing(demo_lead(server)) as lead:
        full = next(record["space"] for record in lead.records() if record["kind"] == "observation")
        empty = lead.create_study("empty")
        return [
            "/",
            "/new",
            "/me",
            "/status",
            "/nowhere",
            *study_pages(full, lead),
            *study_pages(empty, lead),
        ]


def study_pages(study: str, lead: Account) -> list[str]:
    home = f"/s/{study}"
    pages = ["", "/new", "/prepare", "/tags", "/people", "/poster", "/board", "/results", "/report"]
    first: dict[str, Any] = {}
    for record in lead.records():
        if record["space"] == study:
            first.setdefault(record["kind"], record["id"])
    if "observation" in first:
        pages += [f"/o/{first['observation']}", f"/o/{first['observation']}/edit", f"/g/{first['group']}"]
    return [home + page for page in pages]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_any_screen(
    server: Server,
    new_device: Callable[..., Device],
    places: list[str],
    viewport: dict[str, int],
    scheme: str,
) -> None:
    device = new_device("liisa", viewport=viewport, color_scheme=scheme)
    findings = {path: look(device, path) for path in DOORS}
    sign_in(device, server)
    findings |= {path: look(device, path) for path in places}
    assert {path: found for path, found in findings.items() if found} == {}


def look(device: Device, path: str) -> list[str]:
    settle(device, path)
    return device.axe()


def sign_in(device: Device, server: Server) -> None:
    """As the demo's lead, and wait until the whole study is on the device: screens show what is there."""
    journey.sign_in(device, *server.demo_lead())
    expect(
        device.page.get_by_role("link").filter(has_text=say("studies.n_observations", n=40))
    ).to_be_visible()


def settle(device: Device, path: str) -> None:
    """Open a screen and wait until it stands still: its heading is there, its pictures are drawn."""
    page = device.go(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main > *").first).to_be_attached()
    device.wait_until_still()


def on_all_screens(
    device: Device, server: Server, places: list[str], see: Callable[[Device], list[str]]
) -> dict[str, list[str]]:
    """What `see` finds wrong, by screen; a screen without faults is left out."""
    found = {}
    for path in DOORS:
        settle(device, path)
        found[path] = see(device)
    sign_in(device, server)
    for path in places:
        settle(device, path)
        found[path] = see(device)
    return {path: faults for path, faults in found.items() if faults}


def test_no_screen_scrolls_sideways_at_320_pixels(
    server: Server, new_device: Callable[..., Device], places: list[str]
) -> None:
    device = new_device("liisa", viewport=NARROW)
    assert on_all_screens(device, server, places, sideways) == {}


def test_nothing_moves_for_those_who_ask_for_calm(
    server: Server, new_device: Callable[..., Device], places: list[str]
) -> None:
    device = new_device("liisa", reduced_motion="reduce")
    assert on_all_screens(device, server, places, moving) == {}


def sideways(device: Device) -> list[str]:
    wide: int = device.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [f"{wide} px too wide"] if wide > 0 else []


def moving(device: Device) -> list[str]:
    found: list[str] = device.page.evaluate(
        """() => [...document.querySelectorAll('body *')]
          .filter((one) => ['transitionDuration', 'animationDuration'].some((name) =>
            getComputedStyle(one)[name].split(',').some((time) => parseFloat(time) > 0)))
          .map((one) => `moves: ${one.outerHTML.slice(0, 120)}`)"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_in_the_middle_of_things(
    server: Server, new_device: Callable[..., Device], tmp_path: Path, viewport: dict[str, int], scheme: str
) -> None:
    """Sheets, errors, the undo message and the offline notice, as a lead of the demo study comes to them."""
    device = new_device("liisa", viewport=viewport, color_scheme=scheme)
    findings = {name: device.axe() for name in states(device, server, tmp_path)}
    assert {name: found for name, found in findings.items() if found} == {}


def states(device: Device, server: Server, folder: Path) -> Iterator[str]:
    """Walk through the states; at each name the screen stands still in it."""
    device.expected.append("404")
    settle(device, "/join")
    journey.field(device.page, "join.code").fill("2222 2222")
    journey.field(device.page, "join.name").fill("Aino")
    journey.button(device.page, "join.join").click()
    expect(device.page.get_by_role("alert")).to_be_visible()
    yield "wrong code"
    sign_in(device, server)
    with closing(demo_lead(server)) as lead:
        study = next(record["space"] for record in lead.records() if record["kind"] == "group")
    settle(device, f"/s/{study}")
    yield from while_capturing(device, folder)
    yield from at_the_board(device, study)
    settle(device, f"/s/{study}/prepare")
    journey.button(device.page, "invite.renew").click()
    yield from dialog(device, "asking before a new code")


def while_capturing(device: Device, folder: Path) -> Iterator[str]:
    page = device.page
    journey.start_observation(device)
    journey.button(page, "capture.save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "nothing to save"
    page.get_by_label(say("photo.choose")).set_input_files(take_photo(folder / "photo.jpg", (90, 120, 80)))
    page.get_by_role("button", name=say("photo.nth", n=1)).click()
    yield from dialog(device, "describing a photo")
    letter = folder / "letter.jpg"
    letter.write_text("This is no picture.")
    page.get_by_label(say("photo.choose")).set_input_files(letter)
    expect(page.get_by_role("alert").filter(has_text="letter.jpg")).to_be_visible()
    yield "a text file renamed .jpg"
    journey.field(page, "capture.text").fill("Hyllyn päädyssä on pino ilmaisia karttoja.")
    device.context.set_offline(True)
    journey.save(device)
    journey.expect_only_here(device, "ilmaisia karttoja")
    yield "only on this phone"
    device.page.get_by_role("link", name=say("badge.unsent", n=2)).click()
    expect(device.page.get_by_role("heading", level=1)).to_be_visible()
    yield "what is not sent yet"
    device.page.go_back()
    device.context.set_offline(False)
    journey.expect_sent(device, "ilmaisia karttoja")
    journey.row(device, "ilmaisia karttoja").click()
    journey.button(device.page, "observations.delete").click()
    expect(device.page.get_by_role("button", name=say("undo.undo"))).to_be_visible()
    yield "deleted, with undo"


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
    journey.button(device.page, "board.select").click()
    yield "choosing several cards"


def open_board(device: Device, study: str) -> None:
    """The board with a group in sight, which on a phone is a chip away."""
    settle(device, f"/s/{study}/board")
    chips = device.page.get_by_role("group", name=say("board.title")).get_by_role("button")
    if chips.count():
        chips.nth(1).click()


def dialog(device: Device, name: str) -> Iterator[str]:
    """The sheet that just opened; closed afterwards."""
    expect(device.page.get_by_role("dialog")).to_be_visible()
    yield name
    device.page.keyboard.press("Escape")
    expect(device.page.get_by_role("dialog")).to_be_hidden()
