"""The phone's main job in other makers' browsers: what is written and photographed offline survives and is sent.

What an engine needs is installed by `make test-engines`; `make test` drives those that are there.
"""

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser.account import Account
from tests.browser.engines import ENGINES, Screen, join
from tests.browser.journey import SENDING, say
from tests.browser.pictures import take_photo
from tests.browser.server import Server

pytestmark = [
    pytest.mark.timeout(180),
    # Selenium's own class for WebKitGTK does what selenium deprecates.
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
]

TEXT = "Ovella on kartta, josta näkee heti <minne> mennä."
COLOURS = {"red": (200, 30, 30), "green": (30, 200, 30), "white": (255, 255, 255), "black": (0, 0, 0)}
ORIENTATION = 0x0112  # of the EXIF standard: how the camera was held
IS_DRAWN = "() => [...document.images].some((one) => one.complete && one.naturalWidth > 0)"


@pytest.fixture
def study(lead: Account) -> str:
    return lead.create_study("hardware_store")


@pytest.fixture(params=ENGINES)
def screen(
    request: pytest.FixtureRequest, server: Server, lead: Account, study: str, tmp_path: Path
) -> Iterator[Screen]:
    """An engine in which Aino has joined, and which holds all it needs to go offline."""
    open_screen, _ = ENGINES[request.param]
    code = lead.visit_code(study)
    with open_screen(server.address, tmp_path) as screen:
        join(screen, code, "Aino")
        yield screen


def test_captured_offline_reloaded_and_sent(
    server: Server, lead: Account, screen: Screen, tmp_path: Path
) -> None:
    server.stop()
    screen.driver.reload()
    capture(screen, take_photo(tmp_path / "red.jpg", COLOURS["red"]))
    screen.driver.reload()
    screen.wait("text => document.querySelector('textarea')?.value === text", TEXT)
    screen.wait(IS_DRAWN)
    screen.click("button", say("capture.save"))
    expect_row(screen, say("where.here"))
    screen.driver.reload()
    expect_row(screen, say("where.here"))
    screen.wait(IS_DRAWN)

    server.start()
    expect_row(screen, say("where.sent"))
    assert [one["text"] for one in records(lead, "observation")] == [TEXT]
    assert pictures(lead) == [((1600, 1200), "red")]


@pytest.mark.long
def test_pictures_of_every_kind_become_upright_jpegs(lead: Account, screen: Screen, tmp_path: Path) -> None:
    screen.click("link", say("observations.new"))
    files = pictures_of_every_kind(tmp_path)
    for n, (file, _, _) in enumerate(files, start=1):
        screen.choose(say("photo.choose"), file)
        screen.wait("n => [...document.images].filter((one) => one.naturalWidth > 0).length === n", n)
    screen.type(say("capture.text"), TEXT)
    screen.click("button", say("capture.save"))
    expect_row(screen, say("where.sent"))
    assert pictures(lead) == [(size, name) for _, size, name in files]


def pictures_of_every_kind(folder: Path) -> list[tuple[Path, tuple[int, int], str]]:
    """Files as phones and friends send them: each with the size and colour that its photo shall have."""
    sideways = Image.Exif()
    sideways[ORIENTATION] = 6
    take_photo(folder / "12mp.jpg", COLOURS["red"], 4000, 3000)
    Image.new("RGB", (800, 600), COLOURS["green"]).save(folder / "sideways.jpg", exif=sideways)
    Image.new("RGB", (800, 600), COLOURS["green"]).save(folder / "green.webp")
    Image.new("RGBA", (640, 480), (0, 0, 0, 0)).save(folder / "nothing.png")
    return [
        (folder / "12mp.jpg", (2048, 1536), "red"),
        (folder / "sideways.jpg", (600, 800), "green"),
        (folder / "green.webp", (800, 600), "green"),
        (folder / "nothing.png", (640, 480), "white"),
    ]


def capture(screen: Screen, photo: Path) -> None:
    screen.click("link", say("observations.new"))
    screen.choose(say("photo.choose"), photo)
    screen.wait(IS_DRAWN)
    screen.type(say("capture.text"), TEXT)
    screen.wait(
        "text => document.querySelector('[aria-busy=false]')?.textContent === text", say("capture.draft_kept")
    )


def expect_row(screen: Screen, where: str) -> None:
    """Wait until the list says of the observation where it is."""
    is_there = (
        "(...said) => [...document.links].some((one) => said.every((each) => one.textContent.includes(each)))"
    )
    screen.wait(is_there, TEXT, where, patience=SENDING / 1000)


def records(lead: Account, kind: str) -> list[dict[str, Any]]:
    return [record for record in lead.records() if record["kind"] == kind]


def pictures(lead: Account) -> list[tuple[tuple[int, int], str]]:
    """Of the photos that the server has: their sizes, and the colour in their middle."""
    found = []
    for photo in sorted(records(lead, "photo"), key=lambda photo: photo["position"]):
        assert photo["is_received"]
        content = lead.fetch("GET", f"/photos/{photo['id']}/screen?space={photo['space']}")
        with Image.open(io.BytesIO(content)) as picture:
            found.append(((photo["width"], photo["height"]), colour(picture)))
    return found


def colour(picture: Image.Image) -> str:
    """Which of the colours that these tests use the middle of the picture is."""
    middle = picture.convert("RGB").resize((3, 3)).getpixel((1, 1))
    assert isinstance(middle, tuple)
    return min(COLOURS, key=lambda name: math.dist(COLOURS[name], middle))
