"""Makes what tests talk about, with the product's own services, and signs people in."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.people.service import create_person, start_device
from benchmark.studies import service as studies

SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@dataclass(frozen=True)
class Someone:
    """A person with a browser that is signed in."""

    id: str
    name: str
    client: FlaskClient


def browser(app: Flask) -> FlaskClient:
    """A browser on the product's own pages: nobody is signed in."""
    client = app.test_client()
    client.environ_base.update(SAME_ORIGIN)
    return client


def another_tab(app: Flask, someone: Someone) -> Someone:
    """The same person on the same device, with a connection of their own, for use in another thread."""
    token = someone.client.get_cookie("benchmark")
    assert token is not None
    client = browser(app)
    client.set_cookie("benchmark", token.value)
    return Someone(someone.id, someone.name, client)


def make_person(app: Flask, name: str, language: str = "fi", **account: str) -> Someone:
    """A person on a device of their own; `email` and `password` make it someone who can sign in again."""
    client = browser(app)
    with app.app_context():
        person_id = create_person(name, language, **account)
        client.set_cookie("benchmark", start_device(person_id))
        db.session.commit()
    return Someone(person_id, name, client)


def make_lead(app: Flask, name: str, team: str) -> Someone:
    """A lead of a new team."""
    someone = make_person(app, name)
    with app.app_context():
        studies.add_lead(studies.create_team(team), someone.id)
        db.session.commit()
    return someone


def make_study(app: Flask, lead: Someone, *members: Someone, template: str = "empty") -> str:
    """A study of the lead's team, joined by the members; returns its id, which is also its space's."""
    with app.app_context():
        study = studies.create_study(lead.id, template, "fi")
        for member in members:
            studies.let_in(study, member.id, "member")
        db.session.commit()
    return study


def make_op(space: str, kind: str, **parts: Any) -> dict[str, Any]:
    """An op as a phone sends it, on a new record unless `id` names one."""
    whole = {"op_id": new_id(), "id": new_id(), "base_rev": 0, "set": {}, "add": {}, "remove": {}}
    return {**whole, "space": space, "kind": kind, "at": "2017-10-03T10:12:09.120+03:00", **parts}
