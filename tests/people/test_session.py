"""Signing in and out, staying signed in, and being refused."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.people import attempts
from benchmark.people.model import Attempt, Device, Person
from benchmark.people.passwords import is_password
from tests.factories import Someone, browser, make_person

PASSWORD = "correct horse battery"


@pytest.fixture
def liisa(app: Flask) -> Someone:
    """Someone with a password."""
    return make_person(app, "Liisa", email="liisa@example.org", password=PASSWORD)


def sign_in(
    client: FlaskClient, email: str = "liisa@example.org", password: str = PASSWORD
) -> tuple[int, str]:
    answer = client.post("/api/v1/session", json={"email": email, "password": password})
    return answer.status_code, answer.json.get("code", "") if answer.json else ""


def person_of(client: FlaskClient) -> dict[str, str] | None:
    answer = client.get("/api/v1/session")
    assert answer.json
    return answer.json["person"]  # type: ignore[no-any-return]


def test_nobody_is_signed_in_at_first(client: FlaskClient) -> None:
    answer = client.get("/api/v1/session")
    assert answer.json == {"person": None, "device": None, "is_set_up": False}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_lead_signs_in_with_email_and_password(client: FlaskClient, liisa: Someone) -> None:
    assert sign_in(client, " Liisa@Example.org ") == (200, "")
    assert person_of(client) == {
        "id": liisa.id,
        "name": "Liisa",
        "email": "liisa@example.org",
        "language": "fi",
    }


def test_keyboards_may_write_one_password_differently(app: Flask, client: FlaskClient) -> None:
    make_person(app, "Åke", email="ake@example.org", password="smörgåsbord på båt")
    assert sign_in(client, "ake@example.org", "smo\u0308rga\u030asbord pa\u030a ba\u030at") == (200, "")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("liisa@example.org", "wrong horse battery"),
        ("liisa@example.org", ""),
        ("nobody@example.org", PASSWORD),
        ("liisa@example.org'--", PASSWORD),
        ("liisa@example.org", "\x00\ud83d" * 50),
    ],
)
def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(
    client: FlaskClient, liisa: Someone, email: str, password: str
) -> None:
    assert sign_in(client, email, password) == (403, "wrong_password")
    assert person_of(client) is None


def test_an_unknown_email_takes_as_long_as_a_wrong_password(app: Flask, liisa: Someone) -> None:
    with app.app_context():
        known = db.session.scalar(select(Person.password_hash).where(Person.id == liisa.id))

    def cost(password_hash: str | None) -> float:
        start = time.process_time()
        assert not is_password("wrong horse battery", password_hash)
        return time.process_time() - start

    assert min(cost(None) for _ in range(5)) > min(cost(known) for _ in range(5)) / 2


@pytest.mark.parametrize("email", ["", "liisa", "a\x00b@example.org", "a\ud83d@example.org", "a@b" * 100])
def test_what_cannot_be_an_email_is_said_to_be_none(client: FlaskClient, member: Someone, email: str) -> None:
    assert sign_in(client, email, "") == (422, "email_invalid")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient, liisa: Someone) -> None:
    answer = client.post("/api/v1/session", json={"email": "liisa@example.org", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("benchmark=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"):
        assert part in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_this_host(client: FlaskClient, liisa: Someone) -> None:
    answer = client.post(
        "/api/v1/session",
        json={"email": "liisa@example.org", "password": PASSWORD},
        base_url="https://benchmark.example.org",
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-benchmark=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_the_database_does_not_know_the_token(app: Flask, client: FlaskClient, liisa: Someone) -> None:
    sign_in(client)
    cookie = client.get_cookie("benchmark")
    assert cookie
    with app.app_context():
        hashes = db.session.scalars(select(Device.token_hash)).all()
    assert cookie.value not in hashes
    assert sha256(cookie.value.encode()).hexdigest() in hashes


def test_signing_out_ends_this_device_only(app: Flask, liisa: Someone) -> None:
    phone, laptop = browser(app), browser(app)
    sign_in(phone)
    sign_in(laptop)
    token = phone.get_cookie("benchmark")
    assert token
    assert phone.delete("/api/v1/session").status_code == 204
    assert phone.get_cookie("benchmark") is None
    phone.set_cookie("benchmark", token.value)
    assert person_of(phone) is None
    assert person_of(laptop)


def test_signing_out_twice_is_no_error(client: FlaskClient) -> None:
    assert client.delete("/api/v1/session").status_code == 204


def test_signing_in_as_someone_else_leaves_no_session_behind(
    app: Flask, client: FlaskClient, liisa: Someone
) -> None:
    make_person(app, "Olga", email="olga@example.org", password=PASSWORD)
    sign_in(client)
    before = client.get_cookie("benchmark")
    sign_in(client, "olga@example.org")
    assert person_of(client) == {**(person_of(client) or {}), "name": "Olga"}
    assert before
    client.set_cookie("benchmark", before.value)
    assert person_of(client) is None


@pytest.mark.parametrize("token", ["", "x", "ä" * 300, "'; DROP TABLE device; --"])
def test_a_made_up_token_is_nobody(client: FlaskClient, token: str) -> None:
    client.set_cookie("benchmark", token)
    assert person_of(client) is None


def test_a_device_lasts_while_it_is_used_every_90_days(
    member: Someone, move_time: Callable[[timedelta], None]
) -> None:
    for _ in range(3):
        move_time(timedelta(days=89))
        answer = member.client.patch("/api/v1/me", json={})
        assert answer.status_code == 200
        assert "Max-Age=34560000" in answer.headers["Set-Cookie"]


def test_a_device_ends_after_90_days_without_use(
    member: Someone, move_time: Callable[[timedelta], None]
) -> None:
    move_time(timedelta(days=90, seconds=1))
    answer = member.client.patch("/api/v1/me", json={})
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "not_signed_in")


NO_ROOM = {
    "sqlite": (
        "CREATE TRIGGER no_room BEFORE UPDATE ON device BEGIN SELECT RAISE(FAIL, 'disk is full'); END",
        "DROP TRIGGER no_room",
    ),
    "postgresql": (
        "CREATE RULE no_room AS ON UPDATE TO device DO INSTEAD SELECT 1 / 0",
        "DROP RULE no_room ON device",
    ),
}


@pytest.fixture
def no_room(app: Flask) -> Iterator[None]:
    """Nothing can be noted of a device."""

    def run(statement: str) -> None:
        with app.app_context():
            db.session.execute(text(statement))
            db.session.commit()

    with app.app_context():
        begin, end = NO_ROOM[db.engine.dialect.name]
    run(begin)
    yield
    run(end)


@pytest.mark.usefixtures("no_room")
def test_where_use_cannot_be_noted_the_answer_comes_all_the_same(
    study: str, member: Someone, move_time: Callable[[timedelta], None]
) -> None:
    move_time(timedelta(hours=2))
    pull = {"proto": 1, "epoch": None, "device": new_id(), "cursors": {}}
    answer = member.client.post("/api/v1/sync", json=pull)
    assert answer.status_code == 200
    assert study in answer.json["spaces"]


def test_use_is_noted_at_most_once_an_hour(
    app: Flask, member: Someone, move_time: Callable[[timedelta], None]
) -> None:
    def seen() -> datetime | None:
        with app.app_context():
            return db.session.scalar(select(Device.last_seen_at).where(Device.person_id == member.id))

    first = seen()
    move_time(timedelta(minutes=59))
    member.client.patch("/api/v1/me", json={})
    assert seen() == first
    move_time(timedelta(minutes=2))
    member.client.patch("/api/v1/me", json={})
    assert seen() != first


def test_guessing_one_email_is_stopped_and_told_for_how_long(
    app: Flask, liisa: Someone, move_time: Callable[[timedelta], None]
) -> None:
    for number in range(10):
        guesser = browser(app)
        guesser.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert sign_in(guesser, password=f"guess number {number}") == (403, "wrong_password")
    answer = browser(app).post("/api/v1/session", json={"email": "LIISA@example.org", "password": PASSWORD})
    assert answer.json
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert "15" in answer.json["detail"]
    assert person_of(liisa.client), "who is signed in already stays so"
    move_time(timedelta(minutes=15, seconds=1))
    assert sign_in(browser(app)) == (200, "")


def test_guessing_many_emails_from_one_address_is_stopped(
    app: Flask, client: FlaskClient, liisa: Someone
) -> None:
    network = "192.0.2.1"
    with app.app_context():
        for _ in range(100):
            attempts.record("sign_in_address", network)
        db.session.commit()
    client.environ_base["REMOTE_ADDR"] = network
    assert sign_in(client) == (429, "too_many_attempts")
    client.environ_base["REMOTE_ADDR"] = "192.0.2.2"
    assert sign_in(client) == (200, "")


def test_old_attempts_are_forgotten(
    app: Flask, client: FlaskClient, move_time: Callable[[timedelta], None]
) -> None:
    sign_in(client)
    move_time(timedelta(days=2))
    sign_in(client, "other@example.org")
    with app.app_context():
        assert len(db.session.scalars(select(Attempt)).all()) == 2


@pytest.mark.parametrize("body", [{}, {"email": "a@b.fi"}, {"email": 5, "password": []}, [], "text", None])
def test_a_sign_in_of_the_wrong_shape_is_an_invalid_request(client: FlaskClient, body: object) -> None:
    answer = client.post("/api/v1/session", json=body)
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "invalid_request")


def test_broken_json_is_an_invalid_request(client: FlaskClient) -> None:
    answer = client.post("/api/v1/session", data=b'{"email": ', content_type="application/json")
    assert (answer.status_code, (answer.json or {})["code"]) == (400, "invalid_request")


def test_problems_speak_the_persons_language(app: Flask, client: FlaskClient) -> None:
    svea = make_person(app, "Svea", language="sv")
    answer = svea.client.patch("/api/v1/me", json={"name": " "}, headers={"Accept-Language": "fi"})
    assert (answer.json or {})["detail"].startswith("Namnet saknas")
    answer = client.post(
        "/api/v1/session", json={"email": "a@b.fi", "password": "b"}, headers={"Accept-Language": "fi"}
    )
    assert (answer.json or {})["detail"].startswith("Sähköposti tai salasana")
