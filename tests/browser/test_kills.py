"""The browser killed at random moments of saving, drawing, typing, sending and upgrading: nothing lost or half there.

`make test` kills at each moment once or twice, `make storm` three hundred times; every moment prints its seed, and
SEED=… begins with that one.
What is left is read from IndexedDB itself after the browser has been opened again.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser import journey
from tests.browser.account import Account
from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.journey import button, say
from tests.browser.kept import IS_SENT, N_UNSENT, READ
from tests.browser.killed import LANDSCAPE, OFFLINE, PORTRAIT, Left, Phone, whole
from tests.browser.pictures import take_photo
from tests.browser.proxy import FINE, Fault, Proxy, proxy_before
from tests.browser.server import Server
from tests.browser.test_update import BUILDS, release, serve
from tests.browser.test_upgrade import OLD, WRITE
from tests.storm.conftest import number_of

N_KILLS = number_of("KILLS", 15)
N_UPGRADES = N_KILLS // 3
N_RELEASES = max(2, N_KILLS // 15)
SLOW = Fault(rate=100_000)
NOTHING = Fault("/", up=0)
# Look for a new version, and do not wait for what comes of it.
UPDATE = "() => void navigator.serviceWorker.getRegistration().then((known) => known.update())"


def saving(phone: Phone, chance: random.Random, text: str) -> Left:
    """Saved whole, or still the draft that it was."""
    phone.begin(text)
    phone.press("capture.save")
    left = phone.kill_after(chance, 0.3)
    after = Left(phone.saved | {text: [LANDSCAPE]}, {})
    assert left in (Left(phone.saved, {text: [LANDSCAPE]}), after)
    phone.finish(left)
    phone.saved[text] = [LANDSCAPE]
    return left


def changing(phone: Phone, chance: random.Random, text: str) -> Left:
    """An observation edited: it says the new, or the old beside a draft of the new."""
    old = chance.choice([*phone.saved])
    records = phone.device.page.evaluate(READ)["records"]
    (id,) = (row["id"] for row in records if row["data"].get("text") == old)
    phone.device.go(f"/s/{phone.study}/o/{id}/edit")
    journey.field(phone.device.page, "capture.text").fill(text)
    journey.expect_draft_kept(phone.device)
    phone.press("capture.save_edit")
    left = phone.kill_after(chance, 0.3)
    photos = phone.saved[old]
    after = {words: sizes for words, sizes in phone.saved.items() if words != old} | {text: photos}
    assert left in (Left(phone.saved, {text: photos}), Left(after, {}))
    phone.finish(left)
    phone.saved = after
    return left


def drawing(phone: Phone, chance: random.Random, text: str) -> Left:
    """A picture turned and drawn on: what was done is burnt in, once, or waits in the editor to the last stroke."""
    phone.begin(text)
    phone.device.page.get_by_role("button", name=say("photo.nth", n=1)).click()
    button(phone.device.page, "photo.edit").click()
    editor = phone.editor()
    button(editor, "editor.cover").click()
    button(editor, "editor.add").click()
    n_steps = 1 + chance.randrange(1, 4)
    for _ in range(n_steps - 1):
        button(editor, "editor.turn").click()
    journey.expect_draft_kept(phone.device)
    phone.press(chance.choice(["editor.turn", "editor.ready"]), editor)
    left = phone.kill_after(chance, 1.0)
    (draft,) = phone.drafts()
    if draft.get("editing"):
        assert left == Left(phone.saved, {text: [LANDSCAPE]})
        assert len(draft["editing"]["steps"]["now"]["marks"]) == 1
        n_kept = len(draft["editing"]["steps"]["past"])
        assert n_steps <= n_kept <= n_steps + 1
        n_steps = n_kept
    burnt_in = [LANDSCAPE if n_steps % 2 else PORTRAIT]
    assert draft.get("editing") or left == Left(phone.saved, {text: burnt_in})
    phone.finish(left)
    phone.saved[text] = burnt_in
    return left


def typing(phone: Phone, chance: random.Random, text: str) -> Left:
    """Letter by letter: all that was said to be kept is there, and perhaps more."""
    journey.start_observation(phone.device)
    written = journey.field(phone.device.page, "capture.text")
    said, more = text[: len(text) // 2], text[len(text) // 2 :]
    written.press_sequentially(said)
    journey.expect_draft_kept(phone.device)
    written.press_sequentially(more[: chance.randrange(len(more))])
    left = phone.kill_after(chance, 0.02)
    (found,) = left.drafts
    assert text.startswith(found) and found.startswith(said)
    assert left.saved == phone.saved
    phone.finish(left)
    phone.saved[found] = []
    return left


def uploading(phone: Phone, chance: random.Random, text: str) -> Left:
    """With a picture's bytes on their way: it is here, whole, until the server has it."""
    phone.begin(text)
    n_before, phone.proxy.fault = len(phone.proxy.passed), SLOW
    journey.save(phone.device)
    phone.saved[text] = [LANDSCAPE]
    WebDriverWait(phone.proxy, journey.SENDING / 1000, 0.01).until(
        lambda proxy: any("/content" in one.path for one in proxy.passed[n_before:])
    )
    left = phone.kill_after(chance, 1.5)
    assert left == Left(phone.saved, {})
    return left


MOMENTS: list[Callable[[Phone, random.Random, str], Left]] = [saving, drawing, typing, changing, uploading]


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with proxy_before(server.port) as proxy:
        yield proxy


def joined(lead: Account, proxy: Proxy, new_device: NewDevice, folder: Path) -> Phone:
    """A phone that has joined an empty study and has the app, and a picture to note; put away."""
    study = lead.create_study("empty")
    aino = new_device("aino", address=proxy.address)
    journey.join(aino, lead.visit_code(study), "Aino")
    journey.expect_kept(aino)
    aino.put_away(f"/s/{study}")
    return Phone(aino, proxy, study, take_photo(folder / "photo.jpg", (200, 30, 30), *LANDSCAPE))


@pytest.mark.timeout(120 + 60 * N_KILLS)
def test_killed_at_any_moment_nothing_is_lost_or_half_there(
    lead: Account, proxy: Proxy, new_device: NewDevice, tmp_path: Path, random_seed: int
) -> None:
    phone = joined(lead, proxy, new_device, tmp_path)
    proxy.fault = OFFLINE
    for n, seed in enumerate(range(random_seed, random_seed + N_KILLS - N_UPGRADES)):
        moment = MOMENTS[n % len(MOMENTS)]
        print(f"SEED={seed} {moment.__name__}:", end=" ", flush=True)
        left = moment(phone, random.Random(seed), f"Havainto {n}: ovella on kartta")
        print(f"left as a draft {left.drafts}" if left.drafts else "saved", flush=True)
    sent_though_killed(phone, random.Random(random_seed))
    arrived = [record for record in lead.records() if record["kind"] in {"observation", "photo"}]
    texts = [record["text"] for record in arrived if record["kind"] == "observation"]
    assert sorted(texts) == sorted(phone.saved)
    photos = [record for record in arrived if record["kind"] == "photo"]
    assert len(photos) == sum(len(sizes) for sizes in phone.saved.values())
    assert [photo for photo in photos if not photo.get("is_received")] == []


def sent_though_killed(phone: Phone, chance: random.Random) -> None:
    """With the network back, the browser dies again and again while it sends; in the end all has been sent."""
    for _ in range(max(3, N_KILLS // 10)):
        phone.proxy.fault = FINE
        left = phone.kill_after(chance, 0.5)
        assert left == Left(phone.saved, {})
    phone.proxy.fault = FINE
    phone.device.wait_for_promised(IS_SENT, journey.SENDING * 2)


@pytest.mark.timeout(120 + 60 * N_UPGRADES)
def test_killed_while_it_takes_over_the_last_release_s_database(
    lead: Account, proxy: Proxy, new_device: NewDevice, random_seed: int
) -> None:
    """Whenever it dies, the next start finds all that waited there; in the end all of it is sent."""
    study = lead.create_study("empty")
    aino = new_device("aino", address=proxy.address)
    aino.expected.append("favicon.ico")
    journey.join(aino, lead.visit_code(study), "Aino")
    journey.expect_kept(aino)
    person = aino.fetch("/api/v1/session")["person"]["id"]
    aino.put_away(f"/s/{study}")
    old = json.loads(OLD.read_text().replace("{study}", study).replace("{person}", person))
    waiting = sorted(row["op_id"] for row in old["rows"]["outbox"])
    for seed in range(random_seed, random_seed + N_UPGRADES):
        print(f"SEED={seed} upgrading:", end=" ", flush=True)
        proxy.fault = OFFLINE
        aino.go("/healthz")
        aino.page.evaluate(WRITE, {**old, "person": person})
        kill_while_it_opens(aino, f"/s/{study}", random.Random(seed))
        aino.go(f"/s/{study}")
        expect(aino.page.get_by_role("heading", level=1)).to_be_visible()
        kept = aino.page.evaluate(READ)
        left = whole(kept)
        assert sorted(row["op_id"] for row in kept["outbox"]) == waiting
        assert [*left.drafts] == ["Luonnos edellisestä versiosta"]
        print("saved", flush=True)
    proxy.fault = FINE
    aino.go(f"/s/{study}")
    aino.wait_for_promised(f"async () => await ({N_UNSENT})() === 0", journey.SENDING)
    texts = [record["text"] for record in lead.records() if record["kind"] == "observation"]
    assert sorted(texts) == ["Havainto 1 edellisestä versiosta", "Havainto 2 edellisestä versiosta"]


@pytest.mark.timeout(120 + 60 * N_RELEASES)
def test_killed_while_a_new_version_installs(
    server: Server, lead: Account, proxy: Proxy, new_device: NewDevice, tmp_path: Path, random_seed: int
) -> None:
    """It opens again without a network, from one version's files or the other's, with all that was saved."""
    phone = joined(lead, proxy, new_device, tmp_path)
    aino, study = phone.device, phone.study
    for n, seed in enumerate(range(random_seed, random_seed + N_RELEASES)):
        proxy.fault = OFFLINE
        serve(server, release(tmp_path, f"{n:02}"))
        aino.go(f"/s/{study}")
        text = f"Havainto {n}: uusi versio"
        phone.begin(text)
        journey.save(aino)
        phone.saved[text] = [LANDSCAPE]
        aino.page.evaluate(UPDATE)
        print(f"SEED={seed} installing:", end=" ", flush=True)
        assert phone.kill_after(random.Random(seed), 1.0, away=NOTHING) == Left(phone.saved, {})
        print(aino.page.evaluate(BUILDS), "versions", flush=True)
        journey.start_observation(aino)
    proxy.fault = FINE
    aino.go(f"/s/{study}")
    aino.wait_for_promised(IS_SENT, journey.SENDING)
    texts = [record["text"] for record in lead.records() if record["kind"] == "observation"]
    assert sorted(texts) == sorted(phone.saved)


def kill_while_it_opens(device: Device, path: str, chance: random.Random) -> None:
    device.page.evaluate("address => void setTimeout(() => location.assign(address))", device.address + path)
    time.sleep(chance.uniform(0, 0.5))
    device.kill()
    device.open()
