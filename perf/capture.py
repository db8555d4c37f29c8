"""From the tap on *Save* to a row that is seen and safely stored, on a CPU four times slower than this one."""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from perf.phone import SLOWER, slow_down
from perf.table import Figure, show
from tests.browser import journey
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.pictures import take_photo
from tests.browser.server import Server

N_RUNS = 5
# Notes when Save is tapped, and when a row with the text has been drawn; the row appears after the transaction.
WATCH = """text => {
    addEventListener('click', event => { window.tapped ??= event.timeStamp }, { capture: true });
    window.drawn = new Promise(resolve => {
        const look = () => [...document.querySelectorAll('main li a')].some(row => row.textContent.includes(text))
            ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - window.tapped)))
            : requestAnimationFrame(look);
        look();
    });
}"""


def milliseconds_to_save(device: Device, text: str, photo: Path | None) -> float:
    """Write an observation, choose its picture, tap Save, and wait until its row is drawn."""
    journey.start_observation(device)
    page = device.page
    if photo:
        page.get_by_label(say("photo.choose")).set_input_files(photo)
        page.get_by_role("button", name=say("photo.nth", n=1)).wait_for()
    journey.field(page, "capture.text").fill(text)
    save = journey.button(page, "capture.save")
    save.wait_for()
    page.evaluate("() => { window.tapped = undefined }")
    page.evaluate(WATCH, text)
    save.click()
    waited: float = page.evaluate("() => window.drawn")
    return waited


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data", "--demo")
        server.start()
        device = Device(playwright, Path(folder) / "phone", server.address)
        journey.join(device, server.visit_code(), "Aino")
        photo = take_photo(Path(folder) / "12mp.jpg", (120, 90, 60), width=4000, height=3000)
        device.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        device.context.set_offline(True)
        slow_down(device)
        with_photo = [milliseconds_to_save(device, f"kuva {n}.", photo) for n in range(N_RUNS)]
        text_only = [milliseconds_to_save(device, f"sana {n}.", None) for n in range(N_RUNS)]
        device.close()
        server.stop()
    show(
        Figure(
            f"save with a 12 MP photo chosen, CPU {SLOWER}× slower", statistics.median(with_photo), 1500, "ms"
        ),
        Figure(f"save text only, CPU {SLOWER}× slower", statistics.median(text_only), 100, "ms"),
    )


if __name__ == "__main__":
    main()
