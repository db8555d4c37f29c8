"""A person's device: Chromium with a profile on disk, so that it can be killed and opened again."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Playwright

from tests.programs import chromium

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
PATIENCE = 20_000
# The list under the address bar is a page of its own, loaded at each start at the price of all the rest of it.
# Chromium hears only the last list of features, so those that Playwright leaves out are left out here too.
LEFT_OUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
# What the browser itself says when the server is away: of files, and of the service worker that it looks for anew
# at each visit. Everything else on the console is a fault.
AWAY = ["net::ERR_", "An unknown error occurred when fetching the script."]


class Device:
    """One browser window of one person. What its console complains of is in `faults`, unless `expected` names it."""

    def __init__(self, playwright: Playwright, profile: Path, address: str, **options: Any) -> None:
        self.playwright, self.profile, self.address = playwright, profile, address
        self.options = {"viewport": PHONE, "locale": "fi-FI", "timezone_id": "Europe/Helsinki", **options}
        self.options["args"] = [f"--disable-features={','.join(LEFT_OUT)}", *options.get("args", [])]
        self.faults: list[str] = []
        self.expected = [*AWAY]
        self.context: BrowserContext
        self.page: Page
        self.open()

    def open(self) -> None:
        """Start the browser on its profile, with an empty page."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=chromium(), accept_downloads=True, **self.options
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.page = self.context.pages[0]

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def put_away(self, path: str) -> None:
        """Close the browser as a person does, and open it again. Only then are its cookies surely on disk."""
        self.context.close()
        self.open()
        self.go(path)

    def kill(self) -> None:
        """End the browser as a phone does when memory is short: at once, with no chance to tidy up."""
        lock = str((self.profile / "SingletonLock").readlink())
        with self.context.expect_event("close"):
            os.kill(int(lock.rpartition("-")[2]), signal.SIGKILL)

    def close(self) -> None:
        with suppress(Error):
            self.context.close()

    def wait_for_promised(self, condition: str, patience: int = PATIENCE, page: Page | None = None) -> None:
        """Return when an async function on the page says yes. Playwright's own waiting takes any promise for a yes."""
        (page or self.page).evaluate(
            f"""async (patience) => {{
                const end = performance.now() + patience;
                while (!(await ({condition})())) {{
                    if (performance.now() > end) throw new Error('It has not come true.');
                    await new Promise(requestAnimationFrame);
                }}
            }}""",
            patience,
        )

    def wait_until_still(self) -> None:
        """Return when nothing moves any more."""
        self.page.wait_for_function(
            "() => document.getAnimations().every(one => one.playState === 'finished')"
        )

    def fetch(self, path: str) -> Any:
        """What the person gets from the API with this device's session."""
        return self.page.evaluate("path => fetch(path).then(answer => answer.json())", path)

    def axe(self, *rules: str) -> list[str]:
        """What axe finds wrong when nothing moves: rule, element, advice. By default by all its rules."""
        self.wait_until_still()
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(f"() => {{ {AXE.read_text()} }}")
        violations = self.page.evaluate(
            "(options) => axe.run(options).then((result) => result.violations)",
            {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})},
        )
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in violations
            for node in violation["nodes"]
        ]

    def _heard(self, message: ConsoleMessage) -> None:
        is_expected = any(text in message.text for text in self.expected)
        if message.type in {"error", "warning"} and not is_expected:
            self.faults.append(f"{message.text} ({message.location['url']})")
