"""Puts the demo study in place on an empty server, through the same services as people's own work.

Safe to call at every start: where there is any team already, nothing is touched.
"""

import hashlib
import os
import secrets
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmark.demo.drawings import photograph
from benchmark.kernel import files
from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.people import service as people
from benchmark.photos import service as photos
from benchmark.studies import service as studies
from benchmark.studies.model import Team
from benchmark.sync import service as sync
from benchmark.sync.merge import Change

CONTENT = Path(__file__).parent / "hardware_store.toml"
EMAIL = "lead@benchmark.example"
LANGUAGE = "fi"
# Nobody mixes these up when typing a password from a terminal.
TYPEABLE = "abcdefghjkmnpqrstvwxyz23456789"


@dataclass(frozen=True)
class Account:
    """What the demo's lead signs in with."""

    email: str
    password: str


@dataclass(frozen=True)
class Picture:
    """A developed photo: the fields that announce it, and its renditions in the file store."""

    fields: dict[str, Any]
    renditions: dict[str, Any]


def load(data: Path) -> Account | None:
    """Put the demo in place unless there is a team; returns the lead's account, None where the demo is not.

    data    the server's data folder, which keeps the lead's password for the next start
    1. Draw and develop all pictures, while no transaction is open. 2. Write everything. The caller commits.
    """
    with people.glance():
        is_taken = db.session.scalar(select(Team.id).limit(1)) is not None
        has_lead = people.find_by_email(EMAIL) is not None
    secret = data / "demo-password.txt"
    if is_taken:
        return Account(EMAIL, secret.read_text().strip()) if has_lead and secret.exists() else None
    content = tomllib.loads(CONTENT.read_text(encoding="utf-8"))
    pictures = _develop_all(picture_names(content))
    account = Account(EMAIL, _password(secret))
    _Loading(content, pictures).run(account)
    return account


def _password(secret: Path) -> str:
    """The password kept in the file, which is made when missing and which only its owner can read."""
    if not secret.exists():
        parts = ["".join(secrets.choice(TYPEABLE) for _ in range(4)) for _ in range(4)]
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("-".join(parts) + "\n")
    return secret.read_text().strip()


def picture_names(content: dict[str, Any]) -> Iterator[str]:
    """The drawings that the content shows, in its order."""
    yield content["plan"]["picture"]
    for observation in content["observations"]:
        for photo in observation.get("photos", []):
            yield photo["picture"]


def _develop_all(names: Iterable[str]) -> dict[str, Picture]:
    """Two pictures at a time: drawing and scaling leave Python's lock free."""
    wanted, store = list(names), files.store()
    with ThreadPoolExecutor(2) as hands:
        return dict(zip(wanted, hands.map(partial(_develop, store), wanted), strict=True))


def _develop(store: files.Files, name: str) -> Picture:
    jpeg = photograph(name)
    renditions = photos.develop(store, jpeg)
    announced = {
        "sha256": hashlib.sha256(jpeg).hexdigest(),
        "size": len(jpeg),
        "width": renditions["width"],
        "height": renditions["height"],
        "people": "none",
    }
    return Picture(announced, renditions)


class _Loading:
    """One run: turns the keys by which the content's parts name each other into ids, and writes the records."""

    def __init__(self, content: dict[str, Any], pictures: dict[str, Picture]) -> None:
        self.content, self.pictures = content, pictures
        self.people: dict[str, str] = {}
        self.space = ""
        self.plan, self.plan_photo = new_id(), new_id()
        self.visits = {key: new_id() for key in content["visits"]}
        self.foci = {key: new_id() for key in content["foci"]}
        self.groups = {key: new_id() for key in content["groups"]}

    def run(self, account: Account) -> None:
        lead = self._let_people_in(account)
        sync.write(self.space, [*self._prepared(), *self._debriefed()], lead)
        self._add_photo(lead, self.content["plan"], self.plan_photo, plan_id=self.plan)
        for observation in sorted(self.content["observations"], key=lambda told: told["at"]):
            self._add_observation(self.people[observation["author"]], observation)

    def _let_people_in(self, account: Account) -> str:
        """Make the people, their team and the study; returns the lead's id."""
        lead_key = self.content["team"]["lead"]
        for key, name in self.content["people"].items():
            own = {"email": account.email, "password": account.password} if key == lead_key else {}
            self.people[key] = people.create_person(name, LANGUAGE, **own)
        lead = self.people[lead_key]
        team = studies.create_team(self.content["team"]["name"])
        studies.add_lead(team, lead)
        self.space = studies.create_study(lead, "empty", LANGUAGE, self.content["study"]["title"], team)
        for person in self.people.values():
            studies.let_in(self.space, person, "lead" if person == lead else "member")
        return lead

    def _prepared(self) -> Iterator[Change]:
        yield Change("study", self.space, self.content["study"])
        for position, (key, focus) in enumerate(self.content["foci"].items(), start=1):
            fields = {"name": focus["name"], "questions": focus["questions"], "position": position}
            yield Change("focus", self.foci[key], fields, {"people": self._ids(focus["people"])})
        for position, (key, visit) in enumerate(self.content["visits"].items(), start=1):
            times = {name: visit[name] for name in ("place", "starts_at", "ends_at")}
            going = {"people": self._ids(visit["people"])}
            yield Change("visit", self.visits[key], {**times, "position": position}, going)
        plan = {"title": self.content["plan"]["title"], "photo_id": self.plan_photo, "position": 1}
        yield Change("plan", self.plan, plan)

    def _debriefed(self) -> Iterator[Change]:
        for position, (key, name) in enumerate(self.content["groups"].items(), start=1):
            yield Change("group", self.groups[key], {"name": name, "position": position})
        for position, finding in enumerate(self.content["findings"], start=1):
            fields = {name: value for name, value in finding.items() if name != "group"}
            group = self.groups[finding["group"]]
            yield Change("finding", new_id(), {**fields, "group_id": group, "position": position})

    def _add_observation(self, author: str, told: dict[str, Any]) -> None:
        id_ = new_id()
        fields: dict[str, Any] = {
            name: told[name] for name in ("text", "thought", "with_us", "feeling") if name in told
        }
        fields |= {"observed_at": told["at"], "visit_id": self.visits[told["visit"]]}
        if "focus" in told:
            fields["focus_id"] = self.foci[told["focus"]]
        if "group" in told:
            fields["group_id"] = self.groups[told["group"]]
        if "pin" in told:
            x, y = told["pin"]
            fields |= {"plan_id": self.plan, "pin": {"x": x, "y": y}}
        sync.write(self.space, [Change("observation", id_, fields, {"tags": told["tags"]})], author)
        for position, photo in enumerate(told.get("photos", []), start=1):
            self._add_photo(author, photo, new_id(), observation_id=id_, position=position)

    def _add_photo(self, author: str, told: dict[str, Any], id_: str, **belongs: Any) -> None:
        """Announce a photo and hand in its bytes, as a phone does."""
        picture = self.pictures[told["picture"]]
        fields = {**picture.fields, "caption": told["caption"], "position": 1, **belongs}
        sync.write(self.space, [Change("photo", id_, fields)], author)
        photos.accept(self.space, id_, sha256=picture.fields["sha256"], renditions=picture.renditions)

    def _ids(self, keys: list[str]) -> list[str]:
        return [self.people[key] for key in keys]
