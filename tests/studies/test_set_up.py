"""The first minutes of a server: a one-time link, a team, and its lead."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.people import codes
from benchmark.people.model import Person, SetupLink
from benchmark.studies import service
from tests.factories import browser, make_person

ANSWERS = {
    "team": "Lauttasaaren kirjasto",
    "name": "Liisa",
    "email": "Liisa@example.org",
    "password": "a library by the sea",
    "language": "fi",
}


@pytest.fixture
def token(app: Flask) -> str:
    """What the server printed at its first start."""
    with app.app_context():
        token = codes.issue_setup_token()
        db.session.commit()
    return token


def set_up(client: FlaskClient, token: str, **changed: str) -> tuple[int, str]:
    answer = client.post("/api/v1/setup", json={"token": token, **ANSWERS, **changed})
    return answer.status_code, (answer.json or {}).get("code", "")


def test_the_link_makes_the_first_lead_who_is_signed_in_at_once(client: FlaskClient, token: str) -> None:
    assert set_up(client, token) == (201, "")
    session = client.get("/api/v1/session").json or {}
    assert session["is_set_up"]
    assert session["person"]["email"] == "liisa@example.org"
    assert [(team["name"], team["role"]) for team in client.get("/api/v1/teams").json or []] == [
        ("Lauttasaaren kirjasto", "lead")
    ]


def test_the_link_works_once(app: Flask, client: FlaskClient, token: str) -> None:
    set_up(client, token)
    assert set_up(browser(app), token, email="eve@example.org") == (409, "already_set_up")


def test_of_two_who_follow_the_link_at_once_one_gets_in(app: Flask, token: str) -> None:
    with app.app_context():
        codes.check_setup_token(token, None)
        codes.check_setup_token(token, None)
        service.set_up(token=token, **ANSWERS)
        db.session.commit()
        with pytest.raises(Problem, match="already_set_up"):
            service.set_up(token=token, **{**ANSWERS, "email": "eve@example.org"})
        db.session.rollback()
        assert db.session.scalars(select(Person.email)).all() == ["liisa@example.org"]


def test_a_new_start_prints_a_new_link_and_the_old_one_dies(
    app: Flask, client: FlaskClient, token: str
) -> None:
    with app.app_context():
        newer = codes.issue_setup_token()
        db.session.commit()
    assert set_up(client, token) == (403, "wrong_setup_link")
    assert set_up(client, newer) == (201, "")


def test_the_database_does_not_know_the_link(app: Flask, token: str) -> None:
    with app.app_context():
        assert token not in db.session.scalars(select(SetupLink.token_hash)).all()


@pytest.mark.parametrize("wrong", ["", "x", "ä\x00\ud83d", "x" * 5000])
def test_a_wrong_link_makes_nobody(app: Flask, client: FlaskClient, token: str, wrong: str) -> None:
    assert set_up(client, wrong) == (403, "wrong_setup_link")
    with app.app_context():
        assert db.session.scalars(select(Person.id)).all() == []


def test_guessing_the_link_is_stopped(client: FlaskClient, token: str) -> None:
    for _ in range(20):
        assert set_up(client, "guess") == (403, "wrong_setup_link")
    assert set_up(client, token) == (429, "too_many_attempts")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("password", "eleven char", "password_too_short"),
        ("password", "x" * 1025, "password_too_long"),
        ("email", "liisa", "email_invalid"),
        ("name", " ", "name_missing"),
        ("name", "x" * 81, "name_too_long"),
        ("team", "\n", "name_missing"),
        ("team", "x" * 121, "name_too_long"),
    ],
)
def test_a_bad_answer_is_named_and_the_link_stays_good(
    app: Flask, client: FlaskClient, token: str, field: str, value: str, code: str
) -> None:
    assert set_up(client, token, **{field: value}) == (422, code)
    with app.app_context():
        assert db.session.scalars(select(Person.id)).all() == []
    assert set_up(client, token) == (201, "")


def test_a_server_with_a_lead_offers_no_link(app: Flask) -> None:
    make_person(app, "Liisa", email="liisa@example.org", password="a library by the sea")
    with app.app_context(), pytest.raises(Problem, match="already_set_up"):
        codes.issue_setup_token()


def test_an_email_belongs_to_one_person(app: Flask) -> None:
    make_person(app, "Liisa", email="liisa@example.org", password="a library by the sea")
    with pytest.raises(Problem, match="email_taken"):
        make_person(app, "Eve", email=" LIISA@example.org", password="another long password")
