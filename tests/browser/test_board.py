"""The board under real hands: keyboard, mouse and finger move the same cards, and other screens see it at once."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser import journey
from tests.browser.account import demo_lead
from tests.browser.device import DESK, PHONE, Device
from tests.browser.journey import button, say
from tests.browser.server import Server
from tests.factories import make_op

pytestmark = pytest.mark.timeout(180)

LOW = {"width": 390, "height": 560}
NEW = ("Kassalla soi kello", "Ovi avautui itsestään")
# Nothing was asked of the server for a while: a device rests for a second between two requests.
QUIET = """() => performance.getEntriesByType('resource').every(
    one => !one.name.endsWith('/sync') || performance.now() - one.responseEnd > 1500)"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo study, which these tests share: each counts the cards that it finds."""
    running = Server(tmp_path_factory.mktemp("board") / "data", "--demo")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def open_board(server: Server, new_device: Callable[..., Device]) -> Callable[..., Page]:
    """Opens the demo's board as its lead on a new device, and waits until the cards are there, two of them new."""
    with closing(demo_lead(server)) as lead:
        study = next(record["space"] for record in lead.records() if record["kind"] == "group")
        author = lead.send("GET", "/session")["person"]["id"]
        seen = [make_op(study, "observation", set={"text": text, "author": author}) for text in NEW]
        assert lead.push(*seen) == ["applied"] * len(NEW)

    def opened(name: str, **options: Any) -> Page:
        device = new_device(name, **options)
        journey.sign_in(device, *server.demo_lead())
        device.go(f"/s/{study}/board")
        expect(cards(pile(device.page, say("board.ungrouped")))).not_to_have_count(0)
        return device.page

    return opened


def pile(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def first_group(page: Page) -> Locator:
    return page.locator("section[data-drop]").nth(1)


def cards(within: Locator) -> Locator:
    return within.locator("[data-card]")


def inside(box: Locator) -> tuple[float, float]:
    """A point near the element's upper left corner: on the screen also when the rest of it is not."""
    found = box.bounding_box()
    assert found
    return found["x"] + 40, found["y"] + 24


def test_keys_carry_a_card_to_the_next_group_and_back(open_board: Callable[..., Page]) -> None:
    page = open_board("marja", viewport=DESK)
    ungrouped, group = pile(page, say("board.ungrouped")), first_group(page)
    before, there = cards(ungrouped).count(), cards(group).count()
    name = group.get_by_role("link").first.inner_text()
    moved = cards(ungrouped).first.get_attribute("data-card")
    cards(ungrouped).first.get_by_role("button").first.focus()

    page.keyboard.press("Alt+ArrowRight")
    expect(group.locator(f'[data-card="{moved}"]')).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text(say("board.moved_to", group=name))
    expect(group.locator(f'[data-card="{moved}"] .open')).to_be_focused()

    page.keyboard.press("Alt+ArrowLeft")
    expect(cards(ungrouped)).to_have_count(before)
    page.keyboard.press("Control+z")
    expect(cards(group)).to_have_count(there + 1)
    page.keyboard.press("Control+z")
    expect(cards(group)).to_have_count(there)
    expect(ungrouped.locator(f'[data-card="{moved}"] .open')).to_be_focused()


def test_several_cards_are_chosen_and_moved_by_searching_for_a_group(open_board: Callable[..., Page]) -> None:
    page = open_board("marja", viewport=DESK)
    ungrouped, group = pile(page, say("board.ungrouped")), first_group(page)
    before, there = cards(ungrouped).count(), cards(group).count()
    name = group.get_by_role("link").first.inner_text()
    cards(ungrouped).first.get_by_role("button").first.focus()

    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar")).to_contain_text(say("board.n_selected", n=2))
    page.keyboard.press("m")
    page.get_by_role("searchbox", name=say("board.search_groups")).fill(name[:12].upper())
    page.keyboard.press("Enter")

    expect(cards(group)).to_have_count(there + 2)
    expect(cards(ungrouped)).to_have_count(before - 2)
    button(page.get_by_role("region", name=say("ui.notice")), "undo.undo").click()
    expect(cards(group)).to_have_count(there)


def test_a_mouse_drags_a_card_and_escape_puts_it_back(open_board: Callable[..., Page]) -> None:
    page = open_board("marja", viewport=DESK)
    ungrouped, group = pile(page, say("board.ungrouped")), first_group(page)
    there = cards(group).count()

    def drag() -> None:
        page.mouse.move(*inside(cards(ungrouped).first))
        page.mouse.down()
        page.mouse.move(*inside(group), steps=8)

    drag()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(cards(group)).to_have_count(there)
    expect(page.get_by_role("dialog")).to_have_count(0)
    drag()
    page.mouse.up()
    expect(cards(group)).to_have_count(there + 1)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_finger_scrolls_at_once_and_drags_after_a_long_press(open_board: Callable[..., Page]) -> None:
    page = open_board("marja", viewport=LOW, has_touch=True, is_mobile=True)
    finger = page.context.new_cdp_session(page)
    ungrouped = pile(page, say("board.ungrouped"))
    before = cards(ungrouped).count()
    chip = page.locator("button[data-drop]").nth(1)

    touch(finger, "touchStart", inside(cards(ungrouped).first))
    expect(page.locator(".card.dragged")).to_be_visible()
    glide(finger, inside(cards(ungrouped).first), inside(chip))
    touch(finger, "touchEnd")
    expect(cards(ungrouped)).to_have_count(before - 1)
    assert page.evaluate("() => scrollY") == 0, "the page scrolled away under the card"

    touch(finger, "touchStart", (200, 400))
    glide(finger, (200, 400), (200, 150))
    touch(finger, "touchEnd")
    page.wait_for_function("() => scrollY > 30")
    expect(cards(ungrouped)).to_have_count(before - 1)


def test_what_one_does_is_soon_on_the_other_screens(open_board: Callable[..., Page]) -> None:
    one = open_board("marja", viewport=DESK)
    other = open_board("marja-by-phone", viewport=PHONE)
    for page in (one, other):
        page.wait_for_function(QUIET)
    button(one, "board.new_group").first.click()
    expect(other.get_by_role("button", name=say("board.unnamed"))).to_be_visible()
    name = one.get_by_role("textbox", name=say("board.group_name"))
    expect(name).to_be_focused()
    name.fill("Kahvi tuoksuu ovelle asti")
    name.press("Enter")
    expect(one.get_by_role("link", name="Kahvi tuoksuu ovelle asti")).to_be_focused()
    expect(other.get_by_role("button", name="Kahvi tuoksuu ovelle asti")).to_be_visible()


def touch(finger: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    finger.send(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
    )


def glide(finger: CDPSession, start: tuple[float, float], end: tuple[float, float]) -> None:
    for step in range(1, 11):
        x, y = ((a + (b - a) * step / 10) for a, b in zip(start, end, strict=True))
        touch(finger, "touchMove", (x, y))
