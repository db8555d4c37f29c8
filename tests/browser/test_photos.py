"""Photos on the phone: what is covered is gone before anything is kept, and nothing else is ever lost."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import button, field, say
from tests.browser.pictures import take_photo

pytestmark = [pytest.mark.timeout(300), pytest.mark.one_server]

FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
KEEPING = 30_000  # a busy machine makes several pictures ready at once
WALL, FACE = (40, 140, 60), (230, 190, 160)
BOX = (600, 300, 900, 700)
"""Where the face is in a picture of 1600 × 1200."""


@pytest.fixture
def study(lead: Account) -> str:
    return lead.create_study("hardware_store")


@pytest.fixture
def aino(lead: Account, study: str, new_device: Callable[..., Device]) -> Device:
    """A member with the form for a new observation open."""
    device = new_device("aino")
    journey.join(device, lead.visit_code(study), "Aino")
    journey.start_observation(device)
    return device


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A face before a green wall."""
    path = take_photo(tmp_path / "portrait.jpg", WALL)
    with Image.open(path) as picture:
        picture.paste(FACE, BOX)
        picture.save(path, quality=90)
    return path


def choose(device: Device, *files: Path) -> None:
    """Add pictures from the gallery, and wait until they stand in the row."""
    before = thumbs(device).count()
    device.page.get_by_label(say("photo.choose")).set_input_files(list(files))
    expect(thumbs(device)).to_have_count(before + len(files))


def thumbs(device: Device) -> Locator:
    return (
        device.page.get_by_role("region", name=say("photo.photos"))
        .get_by_role("listitem")
        .get_by_role("button")
    )


def open_editor(device: Device, n: int = 1) -> Locator:
    thumbs(device).nth(n - 1).click()
    button(device.page, "photo.edit").click()
    editor = device.page.get_by_role("dialog", name=say("editor.title"))
    expect(editor.locator("canvas")).to_be_visible()
    device.wait_until_still()
    return editor


def draw(device: Device, box: tuple[int, int, int, int], width: int = 1600) -> None:
    """A stroke of the finger from one corner of `box` to the other, given in pixels of the picture."""
    canvas = device.page.get_by_role("dialog", name=say("editor.title")).locator("canvas").bounding_box()
    assert canvas
    scale = canvas["width"] / width
    left, top, right, bottom = (value * scale for value in box)
    device.page.mouse.move(canvas["x"] + left, canvas["y"] + top)
    device.page.mouse.down()
    device.page.mouse.move(canvas["x"] + (left + right) / 2, canvas["y"] + (top + bottom) / 2)
    device.page.mouse.move(canvas["x"] + right, canvas["y"] + bottom)
    device.page.mouse.up()


def finish(device: Device, editor: Locator) -> None:
    button(editor, "editor.ready").click()
    expect(editor).to_be_hidden()
    button(device.page, "photo.ready").click()


def sent_photos(lead: Account, device: Device) -> list[Image.Image]:
    """Save, wait until the server has everything, and get its pictures in their order."""
    field(device.page, "capture.text").fill("Myyjä neuvoo asiakasta")
    journey.save(device)
    journey.expect_sent(device, "Myyjä neuvoo")
    photos = photos_of(lead, journey.study_of(device.page))
    return [picture(lead, photo) for photo in sorted(photos, key=lambda photo: photo["position"])]


def photos_of(lead: Account, study: str) -> list[dict[str, Any]]:
    known = [record for record in lead.records() if record["space"] == study]
    return [record for record in known if record["kind"] == "photo" and not record.get("deleted")]


def picture(lead: Account, photo: dict[str, Any]) -> Image.Image:
    path = f"/photos/{photo['id']}/screen?space={photo['space']}"
    return Image.open(io.BytesIO(lead.fetch("GET", path))).convert("RGB")


def on_the_phone(device: Device) -> list[dict[str, Any]]:
    """Every picture, large or small, in this phone's database: what it is and its colour in the middle of the face."""
    found: list[dict[str, Any]] = device.page.evaluate(
        """async (box) => {
          const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.includes('-'));
          const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
          const base = await answer(indexedDB.open(name));
          const rows = (table) => answer(base.transaction(table).objectStore(table).getAll());
          const found = [];
          for (const table of ['bytes', 'thumbs']) {
            for (const { id, buffer, type } of await rows(table)) {
              const picture = await createImageBitmap(new Blob([buffer], { type }));
              const canvas = new OffscreenCanvas(1600, 1200);
              const context = canvas.getContext('2d');
              context.drawImage(picture, 0, 0, 1600, 1200);
              const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
              found.push({ id, table, colour: [...context.getImageData(x, y, 1, 1).data].slice(0, 3) });
            }
          }
          base.close();
          return found;
        }""",
        BOX,
    )
    return found


def colour_at(picture: Image.Image, x: int, y: int) -> Any:
    """Of a small area, since one point of a grainy picture may have any colour."""
    area = (x - 8, y - 8, x + 8, y + 8)
    return picture.resize((1, 1), Image.Resampling.BOX, area).getpixel((0, 0))


def is_near(colour: Any, other: tuple[int, int, int], reach: int = 40) -> bool:
    return all(abs(a - b) <= reach for a, b in zip(colour, other, strict=True))


def test_a_covered_face_is_on_no_phone_and_on_no_server(aino: Device, lead: Account, portrait: Path) -> None:
    choose(aino, portrait)
    editor = open_editor(aino)
    button(editor, "editor.cover").click()
    draw(aino, (580, 280, 920, 720))
    finish(aino, editor)

    kept = on_the_phone(aino)
    assert [row["table"] for row in kept] == ["bytes", "thumbs"]
    assert not [row for row in kept if is_near(row["colour"], FACE)], "the face is still on the phone"
    (sent,) = sent_photos(lead, aino)
    assert sent.size == (1600, 1200)
    assert not any(
        is_near(colour_at(sent, x, y), FACE, 70) for x in range(600, 900, 20) for y in range(300, 700, 20)
    )
    assert is_near(colour_at(sent, 100, 100), WALL, 60), "the rest is as it was"


def test_blocks_leave_at_most_twelve_colours_of_a_face(aino: Device, lead: Account, portrait: Path) -> None:
    choose(aino, portrait)
    editor = open_editor(aino)
    button(editor, "editor.cover").click()
    draw(aino, BOX)
    editor.get_by_role("radio", name=say("editor.blocks")).check()
    finish(aino, editor)
    (sent,) = sent_photos(lead, aino)
    left, top, right, bottom = BOX
    small = sent.crop((left + 16, top + 16, right - 16, bottom - 16)).quantize(64).convert("RGB").tobytes()
    colours = {tuple(value // 12 for value in small[at : at + 3]) for at in range(0, len(small), 3)}
    assert len(colours) <= 12


def test_everything_in_the_editor_works_from_the_keyboard(
    aino: Device, lead: Account, portrait: Path
) -> None:
    choose(aino, portrait)
    editor = open_editor(aino)
    button(editor, "editor.cover").press("Enter")
    button(editor, "editor.add").press("Enter")
    cover = editor.get_by_role("button", name=say("editor.mark_cover", n=1))
    expect(cover.first).to_be_focused()
    for _ in range(3):
        aino.page.keyboard.press("Shift+ArrowLeft")
    corner = say("editor.corner_to")
    editor.get_by_role("button", name=corner).press("Shift+ArrowDown")
    moved = cover.first.get_attribute("aria-label")
    aino.page.keyboard.press("Control+z")
    expect(cover.first).not_to_have_attribute("aria-label", moved or "")
    aino.page.keyboard.press("Control+Shift+z")
    expect(cover.first).to_have_attribute("aria-label", moved or "")
    button(editor, "editor.turn").press("Enter")
    finish(aino, editor)
    (sent,) = sent_photos(lead, aino)
    assert sent.size == (1200, 1600)


def test_crop_leaves_only_what_was_chosen(aino: Device, lead: Account, portrait: Path) -> None:
    choose(aino, portrait)
    editor = open_editor(aino)
    button(editor, "editor.crop").click()
    draw(aino, (600, 300, 1000, 600))
    button(editor, "editor.arrow").click()
    draw(aino, (700, 550, 800, 400))
    button(editor, "editor.word").click()
    draw(aino, (620, 520, 900, 590))
    field(editor, "editor.word").fill("Kartta")
    finish(aino, editor)
    (sent,) = sent_photos(lead, aino)
    assert abs(sent.width - 400) <= 8
    assert abs(sent.height - 300) <= 8


def test_strokes_outlive_a_killed_browser(aino: Device, lead: Account, portrait: Path) -> None:
    aino.put_away(aino.page.url.removeprefix(aino.address))
    choose(aino, portrait)
    editor = open_editor(aino)
    button(editor, "editor.cover").click()
    draw(aino, (580, 280, 920, 720))
    button(editor, "editor.word").click()
    draw(aino, (100, 900, 700, 1100))
    field(editor, "editor.word").fill("Kartta")
    journey.expect_draft_kept(aino)
    form = aino.page.url
    aino.kill()
    aino.open()
    aino.page.goto(form)
    editor = aino.page.get_by_role("dialog", name=say("editor.title"))
    expect(editor.get_by_role("button", name="Kartta")).to_be_visible()
    button(editor, "editor.undo").click()
    button(editor, "editor.undo").click()
    expect(editor.get_by_role("button", name=say("editor.mark_word", n=1))).to_be_hidden()
    expect(button(editor, "editor.redo")).to_be_enabled()
    finish(aino, editor)
    (sent,) = sent_photos(lead, aino)
    assert not is_near(colour_at(sent, 750, 500), FACE, 70)
    assert is_near(colour_at(sent, 300, 1000), WALL, 60)


def test_what_was_left_undone_in_the_editor_is_not_kept(aino: Device, portrait: Path) -> None:
    choose(aino, portrait)
    editor = open_editor(aino)
    button(editor, "editor.turn").click()
    aino.page.keyboard.press("Escape")
    button(editor, "editor.leave").click()
    expect(editor).to_be_hidden()
    journey.expect_draft_kept(aino)
    aino.page.reload()
    expect(thumbs(aino)).to_have_count(1)
    expect(aino.page.get_by_role("dialog")).to_have_count(0)


def test_suggested_faces_are_covered_or_refused(aino: Device, lead: Account, portrait: Path) -> None:
    """Chromium on a desk has no FaceDetector: here it finds the face, and something that is none."""
    aino.page.evaluate(
        """(box) => {
          window.FaceDetector = class {
            async detect() {
              const [x, y, right, bottom] = box;
              return [
                { boundingBox: { x: 20, y: 20, width: 100, height: 100 } },
                { boundingBox: { x, y, width: right - x, height: bottom - y } },
              ];
            }
          };
        }""",
        BOX,
    )
    choose(aino, portrait)
    editor = open_editor(aino)
    button(editor, "editor.face_leave").click()
    button(editor.get_by_role("group", name=say("editor.faces", n=1)), "editor.face_cover").click()
    finish(aino, editor)
    (sent,) = sent_photos(lead, aino)
    assert not is_near(colour_at(sent, 750, 500), FACE, 70)
    assert is_near(colour_at(sent, 70, 70), WALL, 60)


def open_camera(device: Device) -> Locator:
    button(device.page, "photo.take_more" if thumbs(device).count() else "photo.take").click()
    camera = device.page.get_by_role("dialog", name=say("camera.title"))
    expect(button(camera, "camera.shoot")).to_be_enabled()
    device.page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    return camera


def shoot(camera: Locator, n: int) -> None:
    """Take a picture, the `n`th, and wait until it is kept."""
    button(camera, "camera.shoot").click()
    expect(camera.get_by_text(say("camera.n_taken", n=n), exact=True)).to_be_visible(timeout=KEEPING)


def test_pictures_taken_in_a_row_outlive_a_killed_browser(
    lead: Account, study: str, new_device: Callable[..., Device]
) -> None:
    pekka = new_device("pekka", args=FAKE_CAMERA)
    code = lead.visit_code(study)
    journey.join(pekka, code, "Pekka")
    pekka.put_away(f"/s/{study}")
    journey.start_observation(pekka)
    camera = open_camera(pekka)
    for n in (1, 2, 3):
        shoot(camera, n)
    assert pekka.axe() == []
    pekka.kill()
    pekka.open()
    pekka.go(f"/s/{study}/new")
    expect(thumbs(pekka)).to_have_count(3)
    shoot(open_camera(pekka), 4)
    button(pekka.page, "capture.save_short").click()
    journey.expect_sent(pekka, say("observations.only_photo"))
    photos = photos_of(lead, study)
    assert len(photos) == 4
    assert all(photo["is_received"] for photo in photos)


def test_without_a_camera_the_phone_s_own_is_offered(aino: Device) -> None:
    button(aino.page, "photo.take").click()
    expect(aino.page.get_by_role("alert")).to_contain_text(say("photo.no_camera"))
    expect(button(aino.page, "photo.take")).to_be_hidden()
    expect(aino.page.get_by_label(say("photo.system_camera"))).to_be_attached()


def test_photos_change_places_and_come_back(aino: Device, lead: Account, tmp_path: Path) -> None:
    red, blue = (200, 30, 30), (30, 30, 200)
    choose(aino, take_photo(tmp_path / "red.jpg", red), take_photo(tmp_path / "blue.jpg", blue))
    thumbs(aino).nth(1).press("Alt+ArrowLeft")
    thumbs(aino).nth(1).click()
    button(aino.page, "photo.remove").click()
    expect(thumbs(aino)).to_have_count(1)
    button(aino.page, "undo.undo").click()
    expect(thumbs(aino)).to_have_count(2)
    first, second = sent_photos(lead, aino)
    assert is_near(colour_at(first, 800, 600), blue, 60)
    assert is_near(colour_at(second, 800, 600), red, 60)


def test_a_photo_moves_to_another_observation_and_back(aino: Device, lead: Account, portrait: Path) -> None:
    field(aino.page, "capture.text").fill("Opaste oven vieressä")
    journey.save(aino)
    journey.observe(aino, "Myyjä neuvoo asiakasta", portrait)
    journey.row(aino, "Myyjä neuvoo").click()
    aino.page.get_by_role("link", name=say("observations.edit")).click()
    thumbs(aino).nth(0).click()
    button(aino.page, "photo.move").click()
    aino.page.get_by_role("button").filter(has_text="Opaste oven").click()
    expect(thumbs(aino)).to_have_count(0)
    button(aino.page, "undo.undo").click()
    button(aino.page, "capture.save_edit").click()
    expect(aino.page.get_by_role("heading", name=say("observations.one"))).to_be_visible()
    expect(aino.page.get_by_role("button", name=say("observations.look_closer"))).to_have_count(1)


def test_the_viewer_is_walked_by_keys_and_wheel(aino: Device, tmp_path: Path) -> None:
    files = [take_photo(tmp_path / f"{n}.jpg", (60 * n, 90, 120)) for n in (1, 2)]
    choose(aino, *files)
    field(aino.page, "capture.text").fill("Kaksi kuvaa")
    journey.save(aino)
    journey.row(aino, "Kaksi kuvaa").click()
    aino.page.get_by_role("button", name=say("observations.look_closer")).first.click()
    viewer = aino.page.get_by_role("dialog")
    expect(viewer).to_have_accessible_name(say("viewer.nth", n=1, of=2))
    assert aino.axe() == []
    aino.page.keyboard.press("ArrowRight")
    expect(viewer).to_have_accessible_name(say("viewer.nth", n=2, of=2))
    expect(button(viewer, "viewer.smaller")).to_be_disabled()
    aino.page.mouse.move(195, 400)
    aino.page.mouse.wheel(0, -300)
    expect(button(viewer, "viewer.smaller")).to_be_enabled()
    aino.page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_ten_pictures_now_and_the_words_later(
    lead: Account, study: str, new_device: Callable[..., Device]
) -> None:
    pekka = new_device("pekka", args=FAKE_CAMERA)
    journey.join(pekka, lead.visit_code(study), "Pekka")
    page = pekka.page
    page.get_by_role("link", name=say("observations.pictures")).click()
    camera = page.get_by_role("dialog", name=say("camera.title"))
    page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    for n in range(1, 11):
        shoot(camera, n)
    assert pekka.axe() == []
    button(camera, "camera.ready").click()
    page.get_by_role("link", name=say("catch_up.waiting", n=10)).click()
    expect(page.get_by_text(say("catch_up.left", n=10))).to_be_visible()
    assert pekka.axe() == []
    field(page, "capture.text").fill("Kartta ovella")
    button(page, "catch_up.save_next").click()
    expect(page.get_by_text(say("catch_up.left", n=9))).to_be_visible()
    button(page, "catch_up.skip").click()
    expect(page.get_by_text(say("catch_up.left", n=8))).to_be_visible()
    page.get_by_role("button", name=say("ui.back")).click()
    expect(page.get_by_role("link", name=say("catch_up.waiting", n=9))).to_be_visible()
    journey.expect_sent(pekka, "Kartta ovella")
