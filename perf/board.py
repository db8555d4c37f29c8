"""From one person's click on the board to another person's screen, over the server: on a quiet board, five times."""

import statistics
import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from perf.table import Figure, show
from tests.browser import journey
from tests.browser.account import demo_lead
from tests.browser.device import DESK, PHONE, Device
from tests.browser.journey import button
from tests.browser.server import Server

N_RUNS = 5
# Both pages are on one machine, so that their clocks are one.
NOTE_CLICK = "() => addEventListener('click', () => { window.clicked = Date.now() }, { capture: true })"
CARDS = "() => document.querySelectorAll('main button').length"
NOTE_MORE = """before => {
    window.drawn = new Promise(resolve => {
        const look = () => document.querySelectorAll('main button').length > before
            ? resolve(Date.now())
            : requestAnimationFrame(look);
        look();
    });
}"""
QUIET = """() => performance.getEntriesByType('resource').every(
    one => !one.name.endsWith('/sync') || performance.now() - one.responseEnd > 1500)"""


def milliseconds_to_other(one: Page, other: Page) -> float:
    """Make a group on one screen; wait until the other has one more."""
    for page in (one, other):
        page.wait_for_function(QUIET)
    other.evaluate(NOTE_MORE, other.evaluate(CARDS))
    button(one, "board.new_group").first.click()
    seen: float = other.evaluate("() => window.drawn")
    clicked: float = one.evaluate("() => window.clicked")
    return seen - clicked


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data", "--demo")
        server.start()
        with closing(demo_lead(server)) as lead:
            study = next(record["space"] for record in lead.records() if record["kind"] == "group")
        devices = [
            Device(playwright, Path(folder) / f"{size['width']}", server.address, viewport=size)
            for size in (DESK, PHONE)
        ]
        for device in devices:
            journey.sign_in(device, *server.demo_lead())
            device.go(f"/s/{study}/board")
            expect(button(device.page, "board.new_group").first).to_be_visible()
        one, other = (device.page for device in devices)
        one.evaluate(NOTE_CLICK)
        waits = [milliseconds_to_other(one, other) for _ in range(N_RUNS)]
        for device in devices:
            device.close()
        server.stop()
    show(Figure("from a click on the board to another person's screen", statistics.median(waits), 1000, "ms"))


if __name__ == "__main__":
    main()
