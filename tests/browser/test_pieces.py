"""A large picture over a network that breaks after every 200 KB: it arrives whole, and hardly a byte goes twice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from benchmark.kernel.sqlite import sqlite3
from tests.browser import journey
from tests.browser.account import Account
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.pictures import take_photo
from tests.browser.proxy import LOGIN_PAGE, Fault, Proxy, proxy_before
from tests.browser.server import Server

SEEN = "Ovella on kartta."
REACH = 200_000

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A picture so grainy that the phone's own JPEG of it has about a megabyte."""
    return take_photo(tmp_path / "large.jpg", (40, 140, 60), 2048, 1536)


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with proxy_before(server.port) as proxy:
        yield proxy


@pytest.fixture
def aino(lead: Account, proxy: Proxy, new_device: Callable[..., Device]) -> Device:
    """A member behind the proxy, whose phone has the whole app."""
    device = new_device("aino")
    device.address = proxy.address
    journey.join(device, lead.visit_code(lead.create_study("hardware_store")), "Aino")
    journey.expect_kept(device)
    return device


def test_a_large_picture_arrives_although_every_connection_breaks(
    server: Server, proxy: Proxy, aino: Device, large: Path
) -> None:
    proxy.fault = Fault(path="/", up=REACH, down=REACH)
    journey.observe(aino, SEEN, large)
    journey.expect_sent(aino, SEEN)
    size, sha256 = kept_on(aino)
    assert size > 900_000
    assert received_by(server) == [sha256]
    cut = [one for one in proxy.passed if one.up == REACH]
    assert len(cut) >= size // REACH
    assert proxy.bytes_up("/photos/") < 1.1 * size


def test_the_status_page_says_how_much_of_a_large_picture_has_arrived(
    proxy: Proxy, aino: Device, large: Path
) -> None:
    proxy.fault = Fault(path="/upload", rate=100_000)
    journey.observe(aino, SEEN, large)
    aino.go("/status")
    expect(aino.page.get_by_text(say("sending.photo_arrived", n=262, of="X").split("/")[0])).to_be_visible()
    assert aino.axe() == []
    proxy.mend()
    expect(aino.page.get_by_role("heading", name=say("sending.all_sent"))).to_be_visible(
        timeout=journey.SENDING
    )


def test_where_pieces_are_refused_on_the_way_the_picture_goes_as_a_whole(
    server: Server, proxy: Proxy, aino: Device, large: Path
) -> None:
    aino.expected.append("Failed to load resource")
    proxy.fault = Fault(
        "/upload", "PATCH", status=405, headers=LOGIN_PAGE.headers, body=b"Method not allowed"
    )
    journey.observe(aino, SEEN, large)
    journey.expect_sent(aino, SEEN)
    _, sha256 = kept_on(aino)
    assert received_by(server) == [sha256]


def test_words_are_not_called_unsent_where_no_picture_gets_through(
    proxy: Proxy, aino: Device, large: Path
) -> None:
    aino.expected.append("Failed to load resource")
    proxy.fault = Fault("/photos/", status=403, headers=LOGIN_PAGE.headers, body=LOGIN_PAGE.body)
    journey.observe(aino, SEEN, large)
    aino.go("/status")
    expect(aino.page.get_by_text(say("sending.words_only"))).to_be_visible()
    expect(aino.page.get_by_text(say("sending.offline"))).to_be_hidden()
    assert aino.axe() == []


def kept_on(device: Device) -> tuple[int, str]:
    """How many bytes the phone's own picture has, and their SHA-256."""
    size, sha256 = device.page.evaluate(
        """async () => {
          const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.includes('-'));
          const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
          const base = await answer(indexedDB.open(name));
          const [{ buffer }] = await answer(base.transaction('bytes').objectStore('bytes').getAll());
          base.close();
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', buffer));
          return [buffer.byteLength, [...digest].map((one) => one.toString(16).padStart(2, '0')).join('')];
        }"""
    )
    return size, sha256


def received_by(server: Server) -> list[str]:
    """The SHA-256 of every picture that the server has."""
    with sqlite3.connect(server.data / "benchmark.db") as database:
        return [sha256 for (sha256,) in database.execute("SELECT sha256 FROM photo_file")]
