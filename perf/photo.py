"""Photos on a phone: time until one is safe in the draft, whether typing goes on meanwhile, memory with 200 waiting.

The browser can slow down a page's own thread, not its workers, where pictures are made: that time is measured at
full speed and multiplied.
"""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, expect, sync_playwright

from perf.processes import resident
from perf.table import Figure, show
from tests.browser import journey
from tests.browser.account import first_lead
from tests.browser.device import Device
from tests.browser.journey import say
from tests.browser.pictures import take_photo
from tests.browser.server import Server

SLOWER = 4
N_TAKEN = 5
N_QUEUED, N_WARM = 200, 40
PATIENCE = 900_000

WATCH = """() => {
  window.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
    .observe({ type: 'longtask' });
  addEventListener('change', () => {
    const start = performance.now();
    const n = document.querySelectorAll('ul li button img').length;
    window.took = new Promise((done) => {
      const watch = new MutationObserver(() => {
        if (document.querySelectorAll('ul li button img').length === n) return;
        watch.disconnect();
        done(performance.now() - start);
      });
      watch.observe(document.body, { childList: true, subtree: true });
    });
  }, { capture: true });
}"""


def ms_to_draft(device: Device, photo: Path) -> float:
    """From choosing a file until its small picture stands in the draft, which is after its bytes were read back."""
    device.page.get_by_label(say("photo.choose")).set_input_files(photo)
    took: float = device.page.evaluate("() => window.took")
    return took


def photo_times(device: Device, photo: Path) -> tuple[float, float]:
    """Seconds to the draft on a slower phone, the median; and the longest time its screen stood still, in ms."""
    journey.start_observation(device)
    device.page.evaluate(WATCH)
    ms_to_draft(device, photo)
    times = sorted(ms_to_draft(device, photo) for _ in range(N_TAKEN))
    session = device.context.new_cdp_session(device.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    device.page.evaluate("() => void (tasks.length = 0)")
    ms_to_draft(device, photo)
    blocked: float = device.page.evaluate("() => Math.max(0, ...tasks)")
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return SLOWER * times[N_TAKEN // 2] / 1000, blocked


def memory(session: CDPSession) -> int:
    """Bytes in memory of all the browser's processes, after a clean-up."""
    processes: list[dict[str, Any]] = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return sum(resident(process["id"]) for process in processes)


def queue(device: Device, photo: Path, n: int, path: str) -> None:
    """Save `n` pictures as observations without a network."""
    page = device.go(path)
    page.get_by_label(say("photo.choose")).set_input_files([photo] * n)
    page.wait_for_url("**/s/*", timeout=PATIENCE)
    waiting = page.get_by_role("link", name=say("observations.new"))
    expect(waiting).to_be_visible()


def growth(device: Device, photo: Path, study: str) -> tuple[float, float]:
    """Per photo: kilobytes of memory that stay taken, and kilobytes on disk."""
    path = f"/s/{study}/pictures"
    browser = device.context.browser
    assert browser
    session = browser.new_browser_cdp_session()
    page = device.context.new_cdp_session(device.page)
    queue(device, photo, N_WARM, path)
    page.send("HeapProfiler.collectGarbage")
    begin = memory(session)
    queue(device, photo, N_QUEUED - N_WARM, path)
    page.send("HeapProfiler.collectGarbage")
    taken = memory(session) - begin
    stored = device.page.evaluate("() => navigator.storage.estimate().then((known) => known.usage)")
    return max(0, taken) / (N_QUEUED - N_WARM) / 1000, stored / N_QUEUED / 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data")
        server.start()
        photo = take_photo(Path(folder) / "photo.jpg", (120, 130, 110), 4000, 3000)
        with closing(first_lead(server)) as lead:
            study = lead.create_study("hardware_store")
            code = lead.visit_code(study)
        device = Device(playwright, Path(folder) / "phone", server.address)
        journey.join(device, code, "Aino")
        device.put_away(f"/s/{study}")
        seconds, blocked = photo_times(device, photo)
        server.stop()
        memory_each, disk_each = growth(device, photo, study)
        device.close()
    show(
        Figure(f"12 MP photo to stored draft, {SLOWER}× slower CPU", seconds, 1.2, "s"),
        Figure(f"longest the screen stands still meanwhile, {SLOWER}× slower CPU", blocked, 100, "ms"),
        Figure(f"memory that stays taken for each of {N_QUEUED} photos waiting", memory_each, 100, "kB"),
        Figure("of which each is on disk", disk_each, 2000, "kB"),
    )


if __name__ == "__main__":
    main()
