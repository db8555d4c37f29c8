"""What joining and capturing need before they work: JS, CSS and the words of one language, gzipped.

That is the entry with all that it imports at once, from the build's manifest. What a browser asks for besides, on the
way from the link to the open capture screen, is measured in a real one: it comes while the screens are in use already.
"""

import gzip
import json
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
ENTRIES = ("src/main.ts", "../benchmark/locale/fi.json")


def needed_at_once() -> set[Path]:
    """The built files without which neither screen works."""
    manifest = json.loads((BUILT / "manifest.json").read_text())
    keys = list(ENTRIES)
    for key in keys:
        keys += [other for other in manifest[key].get("imports", []) if other not in keys]
    return {BUILT / name for key in keys for name in (manifest[key]["file"], *manifest[key].get("css", []))}


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


def kilobytes(paths: set[Path]) -> float:
    return sum(map(n_gzipped, paths)) / 1000


def main() -> None:
    first = needed_at_once()
    with tempfile.TemporaryDirectory() as folder:
        loaded = loaded_before_capture(Path(folder))
    assert first <= loaded, "the entry is not what a browser asks for"
    for path in sorted(first, key=n_gzipped, reverse=True):
        print(f"  {n_gzipped(path) / 1000:6.1f} KB  {path.name}")
    print(f"  {kilobytes(loaded - first):6.1f} KB  in {len(loaded - first)} files that come meanwhile")
    show(Figure("first load for joining and capturing: JS, CSS and words, gzip", kilobytes(first), 60, "KB"))


if __name__ == "__main__":
    main()
