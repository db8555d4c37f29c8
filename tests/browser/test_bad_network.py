"""A phone that saves while its network fails: nothing is lost or doubled, and its badge never says more than is so.

`make test` lives through one scenario of each kind in Chromium; `make storm` through all, and through one of each
kind in WebKitGTK and Firefox too. Each run prints its seed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.account import Account
from tests.browser.conftest import NewDevice
from tests.browser.engines import ENGINES, Chromium, Screen, join
from tests.browser.journey import SENDING, say
from tests.browser.kept import IS_SETTLED, N_UNSENT, READ, expect_promises
from tests.browser.pictures import take_photo
from tests.browser.proxy import LOGIN_PAGE, Fault, Proxy, proxy_before
from tests.browser.server import Server
from tests.storm.conftest import number_of

# Selenium's own class for WebKitGTK does what selenium deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")

N_SCENARIOS = number_of("SCENARIOS", 10)
WORDS, PICTURE, PIECE = "/sync", "/content", "/upload"
TENTHS = [Fraction(n, 10) for n in range(10)]
HALF = Fraction(1, 2)
PROBLEM = (("Content-Type", "application/problem+json"), ("Retry-After", "1"))
WEEK = 7 * 24 * 3600

IS_DRAWN = "() => [...document.images].some((one) => one.complete && one.naturalWidth > 0)"
BADGE = "document.querySelector('a[href=\"/status\"]')?.textContent.trim()"
# Notes each time the badge begins to say that all is sent, while something is not.
WATCH = f"""(sent) => {{
  window.lies = [];
  let said = {BADGE};
  const look = async () => {{
    const before = said;
    said = {BADGE};
    if (said !== sent || before === sent) return;
    const n = await ({N_UNSENT})();
    if (n) lies.push(n);
  }};
  new MutationObserver(look).observe(document.body, {{ subtree: true, childList: true, characterData: true }});
}}"""
# From now on the phone's clock is wrong by so many seconds; what only counts seconds goes on as before.
SET_CLOCK = """(seconds) => {
  window.TrueDate ??= Date;
  window.Date = class extends TrueDate {
    constructor(...given) { given.length ? super(...given) : super(TrueDate.now() + seconds * 1000); }
    static now() { return TrueDate.now() + seconds * 1000; }
  };
}"""


@dataclass(frozen=True)
class Scenario:
    """What goes wrong from the moment of saving until `n_hits` requests have met it.

    clock     seconds by which the phone's clock is wrong meanwhile
    is_lossy  whether something stays unsent as long as it lasts
    """

    name: str
    fault: Fault
    n_hits: int = 1
    clock: int = 0
    is_lossy: bool = True

    @property
    def is_large(self) -> bool:
        """Whether the picture must be so large that it goes in pieces."""
        return self.fault.path == PIECE


def on(path: str, **what: Any) -> Fault:
    """What befalls requests that bring something; the phone also asks how much of a large picture is there."""
    return Fault(path, "PATCH" if path == PIECE else "", **what)


def cuts(path: str, way: str) -> list[Scenario]:
    return [Scenario(f"{path} cut {way} after {n}", on(path, **{way: n})) for n in TENTHS]


OFFLINE = Fault("/api/", up=0)


def unanswered(*paths: str) -> list[list[Scenario]]:
    """Refusals, other people's answers, silence and repeats, each of them a kind."""
    refusal: dict[str, Any] = {"headers": PROBLEM, "body": b'{"code": "busy"}'}
    return [
        [
            Scenario(f"{path} {status}", on(path, status=status, **refusal))
            for path, status in product(paths, (429, 500, 502, 503))
        ],
        [
            Scenario(
                f"{path} login page", on(path, status=200, headers=LOGIN_PAGE.headers, body=LOGIN_PAGE.body)
            )
            for path in paths
        ],
        [
            Scenario(f"{path} silent {way}", on(path, silence=60, **{way: HALF}))
            for path, way in product(paths, ("up", "down"))
        ],
        [Scenario(f"{path} twice", on(path, is_twice=True), is_lossy=False) for path in paths],
    ]


KINDS = [
    *(cuts(path, way) for path, way in product((WORDS, PICTURE, PIECE), ("up", "down"))),
    *unanswered(WORDS, PICTURE),
    *unanswered(PIECE),
    [
        Scenario("seven days offline", OFFLINE, clock=-WEEK),
        Scenario("the clock a week ahead, then right", OFFLINE, clock=WEEK),
    ],
    [Scenario("slow 3G", Fault(delay=0.4, rate=50_000), n_hits=2, is_lossy=False)],
]
# Longer than the phone waits for an answer: it gives up by itself and asks anew.
LONG = [Scenario("the words' answer silent for ever", Fault(WORDS, silence=60, down=HALF), n_hits=2)]


@dataclass
class Phone:
    """Aino's, in whichever browser, and what she has saved on it so far."""

    screen: Screen
    proxy: Proxy
    data: Path
    study: str
    saved: dict[str, int] = field(default_factory=dict)

    def live_through(self, scenario: Scenario, text: str, chance: random.Random) -> None:
        """Save while it goes wrong, see the badge tell the truth, and everything sent when it is over."""
        self.capture(text, chance, (2048, 1536) if scenario.is_large else (400, 300))
        n_before = len(self.proxy.passed)
        self.proxy.fault = scenario.fault
        self.screen.driver.run(SET_CLOCK, scenario.clock)
        self.screen.click("button", say("capture.save"))
        self.screen.wait_for("link", text)
        if scenario.is_lossy:
            self.expect_unsent()
        self.wait_for_hits(scenario, n_before)
        if scenario.is_lossy:
            self.expect_unsent()
        self.screen.driver.run(SET_CLOCK, 0)
        self.proxy.mend()
        self.saved[text] = 1
        self.expect_all_sent()

    def capture(self, text: str, chance: random.Random, size: tuple[int, int]) -> None:
        red, green, blue = chance.randbytes(3)
        photo = take_photo(self.data.with_name("photo.jpg"), (red, green, blue), *size)
        self.screen.click("link", say("observations.new"))
        self.screen.choose(say("photo.choose"), photo)
        self.screen.wait(IS_DRAWN)
        self.screen.type(say("capture.text"), text)

    def wait_for_hits(self, scenario: Scenario, n_before: int) -> None:
        def is_enough(proxy: Proxy) -> bool:
            return sum(map(scenario.fault.befalls, proxy.passed[n_before:])) >= scenario.n_hits

        WebDriverWait(self.proxy, SENDING / 1000, 0.02).until(is_enough)

    def expect_unsent(self) -> None:
        self.screen.wait(f"(sent) => {BADGE} !== sent", say("badge.sent"))

    def expect_all_sent(self) -> None:
        """The badge says so, and from then on it is so."""
        self.screen.wait(f"(sent) => {BADGE} === sent", say("badge.sent"), patience=SENDING / 1000)
        assert self.screen.driver.run(N_UNSENT) == 0, "the badge does not tell the truth"
        self.screen.wait(IS_SETTLED, patience=SENDING / 1000)
        assert self.screen.driver.run("() => window.lies") == [], "the badge did not tell the truth"
        expect_promises(self.screen.driver.run(READ), self.data, self.study, self.saved)


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with proxy_before(server.port) as proxy:
        yield proxy


@pytest.fixture(params=["chromium", *(pytest.param(name, marks=pytest.mark.long) for name in ENGINES)])
def screen(
    request: pytest.FixtureRequest, new_device: NewDevice, proxy: Proxy, tmp_path: Path
) -> Iterator[Screen]:
    """Before the proxy, in each engine."""
    if request.param == "chromium":
        device = new_device("aino", address=proxy.address)
        device.expected.append("Failed to load resource")
        yield Screen(Chromium(device.page), proxy.address)
    else:
        open_screen, _ = ENGINES[request.param]
        with open_screen(proxy.address, tmp_path) as screen:
            yield screen


@pytest.fixture
def phone(server: Server, lead: Account, proxy: Proxy, screen: Screen) -> Phone:
    study = lead.create_study("empty")
    join(screen, lead.visit_code(study), "Aino")
    screen.driver.run(WATCH, say("badge.sent"))
    return Phone(screen, proxy, server.data, study)


@pytest.mark.timeout(120 + 30 * N_SCENARIOS)
def test_whatever_the_network_does_nothing_is_lost(phone: Phone, random_seed: int) -> None:
    chance = random.Random(random_seed)
    for n, scenario in enumerate(scenarios(chance, N_SCENARIOS)):
        print(f"SEED={random_seed} {n}: {scenario.name}", flush=True)
        phone.live_through(scenario, f"Havainto {n}: {scenario.name}", chance)


def scenarios(chance: random.Random, n: int) -> list[Scenario]:
    """One of each kind, or all."""
    if n <= len(KINDS):
        return [chance.choice(kind) for kind in KINDS]
    found = [*(scenario for kind in KINDS for scenario in kind), *LONG]
    chance.shuffle(found)
    return found[:n]
