"""Scores of the join and capture screens on a simulated phone, in a browser that has joined the demo study."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from perf.table import Figure, show
from tests.browser import journey
from tests.browser.device import Device
from tests.browser.server import Server
from tests.cluster import free_port

HERE = Path(__file__).parent
NODE = [HERE.parents[1] / "frontend" / "node.sh", sys.executable]
LIMITS = {"performance": 95, "accessibility": 100, "best-practices": 100}
METRICS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
    "speed-index",
)


def scores(address: str, port: int) -> dict[str, Any]:
    """Lighthouse's categories for one address, in the browser that listens on `port`."""
    options = ["--output=json", "--quiet", f"--port={port}", f"--only-categories={','.join(LIMITS)}"]
    command = [*NODE, "node", "node_modules/lighthouse/cli/index.js", address, *options]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True, timeout=180)
    report = json.loads(done.stdout)
    metrics = (report["audits"][name] for name in METRICS)
    print(f"  {address}: " + ", ".join(f"{audit['title']} {audit['displayValue']}" for audit in metrics))
    categories: dict[str, Any] = report["categories"]
    return categories


def main() -> None:
    if not (HERE / "node_modules").exists():
        subprocess.run([*NODE, "npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    figures = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data", "--demo")
        server.start()
        try:
            port = free_port()
            phone = Device(
                playwright, Path(folder) / "phone", server.address, args=[f"--remote-debugging-port={port}"]
            )
            study = journey.join(phone, server.visit_code(), "Aino")
            for name, path in (("join", "/join"), ("capture", f"/s/{study}/new")):
                found = scores(server.address + path, port)
                figures += [
                    Figure(
                        f"Lighthouse, {name} screen: {category}",
                        found[category]["score"] * 100,
                        limit,
                        "",
                        True,
                    )
                    for category, limit in LIMITS.items()
                ]
            phone.close()
        finally:
            server.stop()
    show(*figures)


if __name__ == "__main__":
    main()
