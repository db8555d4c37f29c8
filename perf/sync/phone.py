"""Our own client in Chromium, behind a link: what a person with a phone waits for.

The phone is set up over a fast link, which then becomes as slow as asked. What it is to send is written into its
database as the app itself would, all at once; then the app is told that the network is back.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, expect, sync_playwright

from perf.sync.link import Link, Speed
from perf.sync.observations import Observation
from perf.sync.ours import Benchmark
from tests.browser import journey
from tests.browser.device import Device
from tests.browser.kept import PERSON, SAVE
from tests.factories import make_op

PATIENCE = 180_000
N_EMPTY = 5
# What the scripts below share: the signed-in person's database, and a wait for a promised condition.
TOOLS = (
    f"const person = {PERSON};"
    + """
const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
});
const opened = () => asked(indexedDB.open(`benchmark-${person()}`));
const until = async (isSo) => { while (!(await isSo())) await new Promise((next) => setTimeout(next, 30)); };
const syncs = () => performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/api/v1/sync'));
"""
)
WAKE = "() => { dispatchEvent(new Event('online')); return Date.now(); }"
SENT = f"""async () => {{
    {TOOLS}
    const db = await opened();
    const begin = performance.now();
    dispatchEvent(new Event('online'));
    await until(async () => !(await asked(db.transaction('outbox').objectStore('outbox').getAllKeys(null, 1))).length);
    db.close();
    return (performance.now() - begin) / 1000;
}}"""
# The last one that was sent comes last, and looking for one does not keep the app from its database.
HERE = """
    const here = (db) => asked(db.transaction('records').objectStore('records').getKey([space, last]));
"""
FETCHED = f"""async ([space, last]) => {{
    {TOOLS} {HERE}
    const db = await opened();
    const begin = performance.now();
    dispatchEvent(new Event('online'));
    await until(async () => (await here(db)) !== undefined);
    db.close();
    return (performance.now() - begin) / 1000;
}}"""
HEARD = f"""async ([space, last]) => {{
    {TOOLS} {HERE}
    const db = await opened();
    await until(async () => (await here(db)) !== undefined);
    db.close();
    await new Promise(requestAnimationFrame);
    return Date.now();
}}"""
NOTHING = f"""async () => {{
    {TOOLS}
    performance.clearResourceTimings();
    dispatchEvent(new Event('online'));
    await until(() => syncs().length);
    const [only] = syncs();
    await new Promise((next) => setTimeout(next, 1100));  // the app's own rest between two turns
    return [(only.responseEnd - only.startTime) / 1000, syncs().length];
}}"""
JOIN = """(code) => fetch('/api/v1/join', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code, language: 'fi' }),
}).then((answer) => answer.json()).then((joined) => joined.space)"""


class BrowserPhone:
    """Someone who joined the server's newest study, behind a link of their own."""

    def __init__(self, device: Device, link: Link, study: str) -> None:
        self.device, self.page, self.link, self.study = device, device.page, link, study
        device.context.set_default_timeout(PATIENCE)

    def become(self, speed: Speed) -> None:
        """The link is like this from now on."""
        self.link.speed = speed
        self.link.forget()

    def fill(self, observations: Sequence[Observation]) -> None:
        """Have these saved, to be sent."""
        author = self.page.evaluate(PERSON)
        self.page.evaluate(SAVE, [author, [op_of(self.study, author, one) for one in observations]])

    def push(self) -> float:
        """Seconds until the outbox is empty."""
        return float(self.page.evaluate(SENT))

    def join(self, code: str) -> None:
        """Join another study, of which the phone has nothing yet."""
        self.study = self.page.evaluate(JOIN, code)

    def pull(self, observations: Sequence[Observation]) -> float:
        """Seconds until these are in the phone's database."""
        return float(self.page.evaluate(FETCHED, [self.study, observations[-1].id]))

    def nothing_new(self) -> list[tuple[float, int]]:
        """Seconds and number of requests, some times over."""
        return [tuple(self.page.evaluate(NOTHING)) for _ in range(N_EMPTY)]

    def send(self) -> float:
        """Let the app send; returns the moment in seconds."""
        return self.page.evaluate(WAKE) / 1000

    def hear(self, observations: Sequence[Observation]) -> float:
        """Wait, with nobody touching it, until these are here; returns the moment in seconds."""
        return self.page.evaluate(HEARD, [self.study, observations[-1].id]) / 1000


def op_of(study: str, author: str, one: Observation) -> dict[str, Any]:
    fields = {**one.fields, "author": author}
    tags = fields.pop("tags")
    return make_op(study, "observation", id=one.id, set=fields, add={"tags": tags})


@contextmanager
def phone(playwright: Playwright, server: Benchmark, folder: Path) -> Iterator[BrowserPhone]:
    """A phone that has the app and sits on the list of the server's newest study."""
    with Link(server.port) as link:
        device = Device(playwright, folder, f"http://localhost:{link.port}")
        with closing(device):
            study = journey.join(device, server.code, "Aino")
            journey.expect_kept(device)
            yield BrowserPhone(device, link, study)


@contextmanager
def phones() -> Iterator[tuple[Benchmark, Callable[[str], BrowserPhone]]]:
    """Our server with an empty study, and what gives phones there, each by a name of its own, until the block ends."""
    expect.set_options(timeout=PATIENCE)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        playwright = stack.enter_context(sync_playwright())
        server = Benchmark()
        server.start(folder)
        stack.callback(server.stop)
        server.new_place()
        yield server, lambda name: stack.enter_context(phone(playwright, server, folder / name))
