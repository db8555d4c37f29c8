"""The browser killed at random moments of saving, drawing, typing and sending: nothing lost, nothing half there.

`make test` kills at each moment once, `make test-kills` a hundred times; every moment prints its seed, and SEED=…
begins with that one.
What is left is read from IndexedDB itself after the browser has been opened again.
"""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import journey
from tests.browser.account import first_lead
from tests.browser.device import Device
from tests.browser.journey import button, say
from tests.browser.kept import IS_SENT, READ
from tests.browser.pictures import take_photo
from tests.browser.server import Server

N_KILLS = int(os.environ.get("KILLS", "4"))
SEED = int(os.environ.get("SEED", random.randrange(10**6)))
LANDSCAPE, PORTRAIT = (800, 600), (600, 800)


@dataclass
class Left:
    """What a phone holds, as its person would put it: observations and drafts by their words, with photo sizes."""

    saved: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    drafts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


@dataclass
class Phone:
    """Aino's device while it is being killed, and what she has saved on it so far."""

    device: Device
    study: str
    photo: Path
    saved: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def kill_after(self, chance: random.Random, longest: float) -> Left:
        """Wait for a moment that nobody could foresee, kill, open again, and read what is there."""
        time.sleep(chance.uniform(0, longest))
        self.device.kill()
        self.device.open()
        self.device.go(f"/s/{self.study}")
        expect(self.device.page.get_by_role("heading", level=1)).to_be_visible()
        return whole(self.device.page.evaluate(READ))

    def begin(self, text: str) -> None:
        """A draft with a photo and these words, all of it on disk."""
        page = self.device.page
        journey.start_observation(self.device)
        page.get_by_label(say("photo.choose")).set_input_files(self.photo)
        expect(page.get_by_role("button", name=say("photo.nth", n=1))).to_be_visible()
        journey.field(page, "capture.text").fill(text)
        journey.expect_draft_kept(self.device)

    def press(self, key: str, within: Locator | None = None) -> None:
        """Press a button without waiting for what comes of it."""
        button(within or self.device.page, key).evaluate("button => setTimeout(() => button.click())")

    def drafts(self) -> list[dict[str, Any]]:
        drafts: list[dict[str, Any]] = self.device.page.evaluate(READ)["drafts"]
        return drafts

    def finish(self, left: Left) -> None:
        """Save what was left as a draft, so that the next moment begins with none."""
        for draft in self.drafts():
            place = f"/new#{draft['id']}" if draft["is_new"] else f"/o/{draft['id']}/edit"
            self.device.go(f"/s/{self.study}{place}")
            if draft.get("editing"):
                self.burn_in()
            journey.save(self.device) if draft["is_new"] else button(
                self.device.page, "capture.save_edit"
            ).click()
            expect(self.device.page.get_by_role("heading", level=1)).to_be_visible()
        self.device.go(f"/s/{self.study}")

    def editor(self) -> Locator:
        return self.device.page.get_by_role("dialog", name=say("editor.title"))

    def burn_in(self) -> None:
        """Go on in the editor that has opened by itself."""
        button(self.editor(), "editor.ready").click()
        expect(self.editor()).to_be_hidden()
        button(self.device.page, "photo.ready").click()


def whole(kept: dict[str, Any]) -> Left:
    """Turn what was read into words; fail on anything that is only half there."""
    whole_bytes = {one["id"]: one["state"] for one in kept["bytes"] if one["is_whole"]}
    assert len(whole_bytes) == len(kept["bytes"]), "a picture's bytes are damaged"
    ops = [queued["op"]["id"] for queued in kept["outbox"]]
    known = {row["id"]: row for row in kept["records"]}
    assert set(ops) <= set(known), "a change waits for a record that is not there"
    left = Left()
    for row in known.values():
        assert row["pending"] == ops.count(row["id"]), "a record and its waiting changes disagree"
        assert row["rev"] or row["pending"], "a record that would never be sent"
    for draft in kept["drafts"]:
        for photo in draft["photos"]:
            assert not photo["is_new"] or (
                whole_bytes.get(photo["id"]) == "draft" and photo["id"] in kept["thumbs"]
            )
        left.drafts[draft["data"]["text"]] = [(photo["width"], photo["height"]) for photo in draft["photos"]]
    for row in known.values():
        if row["kind"] == "observation" and not row["deleted"]:
            left.saved[row["data"]["text"]] = [
                whole_photo(photo, whole_bytes, kept) for photo in photos_of(row, known)
            ]
    in_drafts = {photo["id"] for draft in kept["drafts"] for photo in draft["photos"]}
    assert {id for id, state in whole_bytes.items() if state == "draft"} <= in_drafts, (
        "a picture that nothing names"
    )
    return left


def photos_of(row: dict[str, Any], known: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        other
        for other in known.values()
        if other["data"].get("observation_id") == row["id"] and not other["deleted"]
    ]


def whole_photo(row: dict[str, Any], states: dict[str, str], kept: dict[str, Any]) -> tuple[int, int]:
    assert states.get(row["id"]) in {"waiting", "sent"} and row["id"] in kept["thumbs"], (
        "a photo without its picture"
    )
    return row["data"]["width"], row["data"]["height"]


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


MOMENTS: list[Callable[[Phone, random.Random, str], Left]] = [saving, drawing, typing, changing]


@pytest.mark.timeout(120 + 60 * N_KILLS)
def test_killed_at_any_moment_nothing_is_lost_or_half_there(
    server: Server, new_device: Callable[..., Device], tmp_path: Path
) -> None:
    lead = first_lead(server)
    study = lead.create_study("empty")
    aino = new_device("aino")
    journey.join(aino, lead.visit_code(study), "Aino")
    journey.expect_kept(aino)
    aino.put_away(f"/s/{study}")
    phone = Phone(aino, study, take_photo(tmp_path / "photo.jpg", (200, 30, 30), *LANDSCAPE))
    server.stop()
    for n, seed in enumerate(range(SEED, SEED + N_KILLS)):
        moment = MOMENTS[n % len(MOMENTS)]
        print(f"SEED={seed} {moment.__name__}:", end=" ", flush=True)
        left = moment(phone, random.Random(seed), f"Havainto {n}: ovella on kartta")
        print(f"left as a draft {left.drafts}" if left.drafts else "saved", flush=True)
    server.start()
    sent_though_killed(phone, random.Random(SEED))
    lead.close()
    arrived = [record for record in lead.records() if record["kind"] in {"observation", "photo"}]
    texts = [record["text"] for record in arrived if record["kind"] == "observation"]
    assert sorted(texts) == sorted(phone.saved)
    photos = [record for record in arrived if record["kind"] == "photo"]
    assert len(photos) == sum(len(sizes) for sizes in phone.saved.values())
    assert [photo for photo in photos if not photo.get("is_received")] == []
    lead.close()


def sent_though_killed(phone: Phone, chance: random.Random) -> None:
    """With the server back, the browser dies again and again while it sends; in the end all has been sent."""
    for _ in range(max(3, N_KILLS // 10)):
        left = phone.kill_after(chance, 0.5)
        assert left == Left(phone.saved, {})
    phone.device.wait_for_promised(IS_SENT, journey.SENDING * 2)
