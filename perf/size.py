"""What a phone loads before its first observation: JS, CSS and words of the join and capture screens, gzipped.

Measured in a browser, by what it really asked for on the way from the link to the capture screen. What the service
worker fetches afterwards, for working offline, is listed as further chunks.
"""

import gzip
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Response, sync_playwright

import benchmark
from perf.table import Figure, show
from tests.browser import journey
from tests.browser.device import Device
from tests.browser.server import Server

BUILT = Path(benchmark.__file__).parent / "static" / "app"


def loaded_before_capture(folder: Path) -> set[Path]:
    """The built files that a new browser asks for between the link and the open capture screen."""
    loaded: set[Path] = set()

    def note(response: Response) -> None:
        path = urlsplit(response.url).path
        if path.startswith("/static/app/"):
            loaded.add(BUILT / path.removeprefix("/static/app/"))

    server = Server(folder / "data", "--demo")
    server.start()
    try:
        with sync_playwright() as playwright:
            device = Device(playwright, folder / "phone", server.address, service_workers="block")
            device.context.on("response", note)
            journey.join(device, server.visit_code(), "Aino")
            journey.start_observation(device)
            device.close()
    finally:
        server.stop()
    return {path for path in loaded if path.suffix in {".js", ".css", ".json"}}


def n_gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = loaded_before_capture(Path(folder))
    for path in sorted(first, key=n_gzipped, reverse=True):
        print(f"  {n_gzipped(path) / 1000:6.1f} KB  {path.name}")
    later = {
        path for path in BUILT.rglob("*") if path.suffix in {".js", ".css"} and "docs" not in path.parts
    } - first
    print(
        f"  {sum(map(n_gzipped, later)) / 1000:6.1f} KB  in {len(later)} further chunks and other languages"
    )
    show(
        Figure(
            "first load of join + capture: JS, CSS and words, gzip",
            sum(map(n_gzipped, first)) / 1000,
            60,
            "KB",
        )
    )


if __name__ == "__main__":
    main()
