"""A phone that dies at moments nobody could foresee, and what it holds when its browser is opened again."""

import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser import journey
from tests.browser.device import Device
from tests.browser.journey import button, say
from tests.browser.kept import READ
from tests.browser.proxy import Fault, Proxy

OFFLINE = Fault("/api/", up=0)
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
    proxy: Proxy
    study: str
    photo: Path
    saved: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def kill_after(self, chance: random.Random, longest: float, away: Fault = OFFLINE) -> Left:
        """Wait for a moment that nobody could foresee, kill, open again without network, and read what is there.

        away   what does not come through: by default all but the app's own files
        """
        time.sleep(chance.uniform(0, longest))
        self.device.kill()
        self.proxy.fault = away
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
