"""What a storm is made of: a server with its database and a copy of that, and people with phones and bad links."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update

from benchmark.kernel import clock
from benchmark.kernel.db import db
from benchmark.people.model import Device
from benchmark.people.service import grant, revoke
from benchmark.sync.prune import prune
from benchmark.sync.service import start_epoch
from tests.databases import Databases
from tests.factories import Someone, another_tab, make_person
from tests.storm.promises import Tables
from tests.sync.conftest import make_space
from tests.sync.phone import OldPhone, Phone


@dataclass
class Line:
    """One phone with its person and its link: requests under way, of which the phone still waits for the latest."""

    someone: Someone
    phone: Phone
    under_way: list[dict[str, Any]] = field(default_factory=list)
    latest: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Backup:
    """A copy of the database, and who might see what when it was made."""

    url: str
    may_see: dict[str, set[str]]


@dataclass(frozen=True)
class Town:
    """One server, and its database as it was before anything happened: a lead and a member who share a space, an
    outsider with one of her own, all signed in."""

    app: Flask
    url: str
    databases: Databases
    people: list[Someone]
    space: str
    far_space: str
    untouched: str

    @classmethod
    def found(cls, app: Flask, url: str, databases: Databases) -> "Town":
        people = [make_person(app, name) for name in ("Liisa", "Matti", "Ulla")]
        lead, member, outsider = (person.id for person in people)
        space = make_space(app, **{lead: "lead", member: "member"})
        far_space = make_space(app, **{outsider: "lead"})
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        return cls(app, url, databases, people, space, far_space, databases.copy(url))


@dataclass
class World:
    """What happens in a town: its phones, its backups, its clock.

    ahead     by how much the server's clock has been moved on
    outcomes  of all ops ever answered, also before a restore
    taken     ops that had an effect, also before a restore
    excused   ops that went with their tombstones
    """

    town: Town
    ahead: timedelta = timedelta()
    lines: list[Line] = field(default_factory=list)
    may_see: dict[str, set[str]] = field(default_factory=dict)
    backup: Backup | None = None
    outcomes: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    tables: Tables | None = None
    excused: set[str] = field(default_factory=set)

    def begin(self, n_phones: int, n_old: int, skews: list[int]) -> None:
        """The town is as it was founded, and its people have new phones, `n_old` with an app of another year."""
        with self._disconnected():
            self.town.databases.put_back(self.town.untouched, self.town.url)
        lead, member, outsider = self.town.people
        home = {self.town.space}
        self.may_see = {lead.id: home, member.id: set(home), outsider.id: {self.town.far_space}}
        for n in range(n_phones):
            kind, owner = OldPhone if n < n_old else Phone, member if n % 2 else lead
            signed_in = another_tab(self.town.app, owner)
            self.lines.append(Line(signed_in, kind(owner.id, skew=skews[n % len(skews)])))
        self.lines.append(Line(another_tab(self.town.app, outsider), Phone(outsider.id)))

    def line(self, number: int) -> Line:
        return self.lines[number % len(self.lines)]

    def home(self, line: Line) -> str:
        return self.town.far_space if line is self.lines[-1] else self.town.space

    def ask(self, line: Line, request: dict[str, Any]) -> dict[str, Any]:
        self.tables = None
        response = line.someone.client.post("/api/v1/sync", json=request)
        assert response.status_code == 200, response.json
        answer: dict[str, Any] = response.json
        for space in answer["spaces"]:
            assert space in self.may_see[line.phone.person], "I5: a space of others was sent"
        return answer

    def send_all(self) -> None:
        """Every phone sends and hears everything; twice, since what one sends others have to hear."""
        for line in self.lines * 2:
            while line.phone.receive(self.ask(line, line.phone.request())) or line.phone.outbox:
                pass

    def let_in_or_remove(self, is_in: bool) -> None:
        """The member is removed from the study, or let in again."""
        member, space = self.town.people[1].id, self.town.space
        allowed = self.may_see[member]
        with self.town.app.app_context():
            if is_in:
                grant(member, space, "member")
                allowed.add(space)
            elif allowed:
                revoke(member, space)
                allowed.discard(space)
            db.session.commit()

    def look(self) -> Tables:
        """The server's tables, which are read again only after somebody has touched them."""
        if self.tables is None:
            self.tables = Tables.read(self.town.app)
            self.outcomes |= self.tables.outcomes()
            self.taken |= self.tables.taken()
        return self.tables

    def move_on(self, days: int) -> None:
        """Time passes, and the server prunes."""
        before = self.look().outcomes().keys()
        self.ahead += timedelta(days=days)
        self.tables = None
        with self.town.app.app_context():
            prune()
            self._keep_signed_in()
            db.session.commit()
        self.excused |= before - self.look().outcomes().keys()

    def back_up(self) -> None:
        """Copy the database; the copy before that is thrown away."""
        with self._disconnected():
            if self.backup:
                self.town.databases.drop(self.backup.url)
            self.backup = Backup(self.town.databases.copy(self.town.url), copy.deepcopy(self.may_see))

    def put_back(self, backup: Backup) -> None:
        """The disk is lost, a copy takes its place, and phones are told."""
        with self._disconnected():
            self.town.databases.put_back(backup.url, self.town.url)
        self.may_see = copy.deepcopy(backup.may_see)
        with self.town.app.app_context():
            start_epoch()
            self._keep_signed_in()
            db.session.commit()
        self.tables = None

    def restart(self) -> None:
        """All connections go; what else a whole process forgets is for test_kills."""
        with self._disconnected():
            pass

    def end(self) -> None:
        """Throw away what the next run does not need."""
        if self.backup:
            self.town.databases.drop(self.backup.url)

    @contextmanager
    def _disconnected(self) -> Iterator[None]:
        with self.town.app.app_context():
            db.session.remove()
            db.engine.dispose()
        yield

    def _keep_signed_in(self) -> None:
        """Sessions that ran out meanwhile are another story."""
        db.session.execute(update(Device).values(last_seen_at=clock.now()))
