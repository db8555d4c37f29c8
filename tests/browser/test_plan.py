"""The floor plan: looked into by finger, mouse and keys, pinned on, and there without a network."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.account import demo_lead
from tests.browser.device import DESK, PHONE, Device
from tests.browser.journey import button, say
from tests.browser.server import Server

pytestmark = pytest.mark.timeout(300)

PICTURE_IS_SEEN = (
    """() => [...document.querySelectorAll('.frame img')].some(image => image.naturalWidth > 0)"""
)
PLAN_IS_KEPT = """async () => (await (await caches.open('benchmark-plans')).keys()).length > 0"""
WITHOUT = "Parkkipaikalla oli pyörän pumppu."


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo study, whose observations are pinned on a plan."""
    running = Server(tmp_path_factory.mktemp("plan") / "data", "--demo")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def server(demo: Server) -> Server:
    return demo


def observations(demo: Server) -> list[dict[str, Any]]:
    """Those that the server has now."""
    with closing(demo_lead(demo)) as lead:
        return [record for record in lead.records() if record["kind"] == "observation"]


def pinned(demo: Server) -> list[dict[str, Any]]:
    return [record for record in observations(demo) if record.get("pin")]


def open_map(device: Device, demo: Server) -> Locator:
    """The demo's map with all its pins, for its lead; returns the plan's frame."""
    seen = observations(demo)
    journey.sign_in(device, *demo.demo_lead())
    link = device.page.get_by_role("link").filter(has_text=say("studies.n_observations", n=len(seen)))
    expect(link).to_be_visible()
    return look(device, seen[0]["space"], sum(bool(one.get("pin")) for one in seen))


def look(device: Device, study: str, n_pinned: int) -> Locator:
    page = device.go(f"/s/{study}/plan")
    expect(page.get_by_text(say("plan.n_marks", n=n_pinned))).to_be_visible()
    page.wait_for_function(PICTURE_IS_SEEN)
    return page.locator(".frame")


def marks(frame: Locator) -> Locator:
    return frame.get_by_role("button")


def n_marked(frame: Locator) -> int:
    """How many observations all marks in sight stand for."""
    said = [mark.text_content() or "" for mark in marks(frame).all()]
    return sum(int(text.strip()[1:]) if "×" in text else 1 for text in said)


def test_the_plan_is_there_without_a_network_for_someone_who_never_looked_at_it(
    demo: Server, new_device: Callable[..., Device]
) -> None:
    aino, n_pinned = new_device("aino"), len(pinned(demo))
    study = journey.join(aino, demo.visit_code(), "Aino")
    aino.wait_for_promised(PLAN_IS_KEPT)
    journey.expect_kept(aino)
    demo.stop()
    try:
        assert n_marked(look(aino, study, n_pinned)) == n_pinned
        pin_without_pointing(aino)
    finally:
        demo.start()
    aino.page.evaluate("() => dispatchEvent(new Event('online'))")
    journey.expect_sent(aino, WITHOUT)


def pin_without_pointing(device: Device) -> None:
    """Write an observation whose place is set and moved by keys alone."""
    page = device.page
    journey.open_page(device, "observations")
    journey.start_observation(device)
    journey.field(page, "capture.text").fill(WITHOUT)
    page.wait_for_function(PICTURE_IS_SEEN)
    button(page, "pin.set").press("Enter")
    pin = page.locator(".pin")
    expect(pin).to_be_focused()
    expect(pin).to_have_accessible_name(f"{say('pin.at', x=50, y=50)} {say('pin.keys')}")
    page.keyboard.press("Shift+ArrowLeft")
    expect(pin).not_to_have_accessible_name(f"{say('pin.at', x=50, y=50)} {say('pin.keys')}")
    journey.save(device)
    journey.row(device, WITHOUT).click()
    expect(page.locator(".frame").get_by_role("img", name=WITHOUT)).to_be_visible()
    page.go_back()


@pytest.fixture
def looking(demo: Server, new_device: Callable[..., Device]) -> tuple[Device, Locator]:
    """The demo's lead, looking at the map on a desk."""
    device = new_device("liisa", viewport=DESK)
    return device, open_map(device, demo)


def test_marks_keep_their_size_and_part_while_the_plan_grows(looking: tuple[Device, Locator]) -> None:
    device, frame = looking
    before = size(marks(frame).first)
    heaps = frame.get_by_role("button", name=say("plan.together", n=2))
    n_before = heaps.count()
    frame.focus()
    width = picture_width(frame)
    device.page.keyboard.press("+")
    assert picture_width(frame) > width * 1.5
    assert size(marks(frame).first) == before
    for _ in range(4):
        device.page.keyboard.press("+")
    assert heaps.count() < n_before
    device.page.keyboard.press("ArrowRight")
    device.page.keyboard.press("0")
    assert picture_width(frame) == pytest.approx(width)
    assert heaps.count() == n_before


def size(mark: Locator) -> tuple[float, float]:
    box = mark.bounding_box()
    assert box
    return box["width"], box["height"]


def picture_width(frame: Locator) -> float:
    box = frame.locator(".plan").bounding_box()
    assert box
    return float(box["width"])


def test_wheel_and_double_click_zoom_where_they_point_and_dragging_opens_nothing(
    looking: tuple[Device, Locator],
) -> None:
    device, frame = looking
    mouse, box = device.page.mouse, frame.bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6
    before = under(frame, x, y)
    mouse.move(x, y)
    mouse.wheel(0, -400)
    device.page.wait_for_function("() => document.querySelector('.frame.zoomed')")
    assert under(frame, x, y) == pytest.approx(before, abs=0.005)
    width = picture_width(frame)
    mouse.dblclick(x, y)
    assert picture_width(frame) == pytest.approx(width * 2, rel=0.01)
    assert under(frame, x, y) == pytest.approx(before, abs=0.005)
    first = marks(frame).first.bounding_box()
    assert first
    mouse.move(first["x"] + 24, first["y"] + 24)
    mouse.down()
    mouse.move(first["x"] + 90, first["y"] + 60, steps=5)
    mouse.up()
    expect(device.page.get_by_role("dialog")).to_be_hidden()


def under(frame: Locator, x: float, y: float) -> tuple[float, float]:
    """Which point of the plan is at a place of the screen."""
    box = frame.locator(".plan").bounding_box()
    assert box
    return (x - box["x"]) / box["width"], (y - box["y"]) / box["height"]


def test_a_pinch_zooms_between_the_fingers(demo: Server, new_device: Callable[..., Device]) -> None:
    device = new_device("liisa", viewport=PHONE, has_touch=True)
    frame = open_map(device, demo)
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before, width = under(frame, x, y), picture_width(frame)
    touch = device.context.new_cdp_session(device.page)

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 30)
    for apart in (40, 60, 80, 90):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    assert picture_width(frame) == pytest.approx(width * 3, rel=0.1)
    assert under(frame, x, y) == pytest.approx(before, abs=0.02)


def test_a_mark_opens_its_observation_and_filters_leave_the_others_out(
    looking: tuple[Device, Locator], demo: Server
) -> None:
    device, frame = looking
    page, seen = device.page, pinned(demo)
    assert n_marked(frame) == len(seen)
    frame.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name=say("plan.open")).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    focus = page.get_by_label(say("plan.focus"))
    chosen = next(one["focus_id"] for one in seen if one.get("focus_id"))
    focus.select_option(chosen)
    about = [one for one in seen if one.get("focus_id") == chosen]
    expect(page.get_by_text(say("plan.n_marks", n=len(about)))).to_be_visible()
    assert n_marked(frame) == len(about)
    author = about[0]["author"]
    page.get_by_label(say("plan.person")).select_option(author)
    theirs = [one for one in about if one["author"] == author]
    expect(page.get_by_text(say("plan.n_marks", n=len(theirs)))).to_be_visible()


def test_where_we_look_is_drawn_and_said(looking: tuple[Device, Locator]) -> None:
    device, frame = looking
    device.page.get_by_role("radio", name=say("plan.look_heat")).check()
    expect(device.page.get_by_text(say("plan.heat_most", where="").rstrip("."))).to_be_visible()
    inked = """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"""
    assert frame.locator("canvas").evaluate(inked)
    expect(marks(frame)).to_have_count(0)


def test_what_was_saved_without_a_place_is_placed_one_after_another(
    looking: tuple[Device, Locator], demo: Server
) -> None:
    device, frame = looking
    page = device.page
    placeless = [one for one in observations(demo) if not one.get("pin")]
    button(page, "plan.place_all", n=len(placeless)).click()
    expect(page.get_by_role("heading", name=say("plan.placing", n=1, all=len(placeless)))).to_be_focused()
    frame.click(position={"x": 400, "y": 200})
    button(page, "plan.place").click()
    expect(page.get_by_role("heading", name=say("plan.placing", n=2, all=len(placeless)))).to_be_focused()
    button(page, "plan.stop").click()
    expect(button(page, "plan.place_all", n=len(placeless) - 1)).to_be_visible()
    page.get_by_role("button", name=say("undo.undo")).click()
    expect(button(page, "plan.place_all", n=len(placeless))).to_be_visible()


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_map(
    demo: Server, new_device: Callable[..., Device], viewport: dict[str, int], scheme: str
) -> None:
    device = new_device("liisa", viewport=viewport, color_scheme=scheme)
    page, frame = device.page, open_map(device, demo)
    findings = {"marks": device.axe()}
    page.get_by_role("radio", name=say("plan.look_heat")).check()
    findings["heat"] = device.axe()
    page.get_by_role("radio", name=say("plan.look_marks")).check()
    marks(frame).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    findings["opened"] = device.axe()
    page.keyboard.press("Escape")
    n_placeless = sum(not one.get("pin") for one in observations(demo))
    button(page, "plan.place_all", n=n_placeless).click()
    expect(frame).to_be_visible()
    findings["placing"] = device.axe()
    assert {name: found for name, found in findings.items() if found} == {}


CORNERS = [(300, 180), (1350, 300), (1250, 1050), (200, 900)]


def test_a_wall_map_is_straightened_and_a_sketch_takes_pins(
    demo: Server, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    """By the keyboard alone; the map fills the picture afterwards, and the wall is gone."""
    device = new_device("liisa", viewport=DESK)
    page, study = device.page, study_of_its_own(device, demo)
    page.get_by_label(say("prepare.photograph_plan")).set_input_files(wall_map(tmp_path / "wall.png"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(say("straighten.preview"))).to_be_visible()
    assert device.axe() == []
    for corner, (x, y) in zip(dialog.locator(".photo").get_by_role("button").all(), CORNERS, strict=True):
        push(corner, x / 1600, y / 1200)
    button(dialog, "straighten.use").click()
    expect(dialog).to_be_hidden()
    expect(journey.field(page, "prepare.plan_title")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('.picture img')?.naturalWidth > 0")
    assert corner_colours(page) == ["map"] * 4
    button(page, "prepare.add_sketch").click()
    expect(journey.field(page, "prepare.plan_title")).to_have_count(2)
    assert device.axe() == []
    pin_on_the_sketch(device, study)


def study_of_its_own(device: Device, demo: Server) -> str:
    """A new study without a plan, open at its preparation."""
    with closing(demo_lead(demo)) as lead:
        study = lead.create_study("empty")
    journey.sign_in(device, *demo.demo_lead())
    expect(device.page.locator(f"a[href='/s/{study}']")).to_be_visible()
    device.go(f"/s/{study}/prepare")
    return study


def wall_map(path: Path) -> Path:
    """A pale map on a dark wall, photographed at an angle."""
    picture = Image.new("RGB", (1600, 1200), (60, 50, 40))
    ImageDraw.Draw(picture).polygon(CORNERS, fill=(250, 245, 230))
    picture.save(path)
    return path


def push(corner: Locator, x: float, y: float) -> None:
    """Move a corner to a place of the photo: half a hundredth for each press, ten times that with Shift."""
    at = corner.evaluate("node => [parseFloat(node.style.left) / 100, parseFloat(node.style.top) / 100]")
    for key, way in (("ArrowRight", x - at[0]), ("ArrowDown", y - at[1])):
        name = key if way > 0 else {"ArrowRight": "ArrowLeft", "ArrowDown": "ArrowUp"}[key]
        tens, ones = divmod(round(abs(way) / 0.005), 10)
        for _ in range(tens):
            corner.press(f"Shift+{name}")
        for _ in range(ones):
            corner.press(name)


def corner_colours(page: Page) -> list[str]:
    """What is in each corner of the plan's picture, a little inside: the map or the wall."""
    lightness = page.evaluate("""() => {
        const image = document.querySelector('.picture img');
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        context.drawImage(image, 0, 0);
        return [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]].map(([x, y]) =>
            context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data[0]);
    }""")
    return ["map" if red > 200 else "wall" for red in lightness]


def pin_on_the_sketch(device: Device, study: str) -> None:
    page = device.page
    device.go(f"/s/{study}/new")
    journey.field(page, "capture.text").fill("Oven vieressä on infopiste.")
    page.get_by_role("radio", name=say("prepare.sketch_title")).check()
    sketch = page.get_by_role("img", name=say("plan.sketch_alt"))
    box = sketch.bounding_box()
    assert box
    sketch.click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.9})
    expect(page.locator(".pin")).to_be_visible()
    journey.save(device)
    page = device.go(f"/s/{study}/plan")
    page.get_by_role("radio", name=say("prepare.sketch_title")).check()
    page.get_by_role("radio", name=say("plan.look_heat")).check()
    expect(page.get_by_text(say("plan.heat_most", where=f"{say('plan_zone.entrance')} (1)"))).to_be_visible()
