"""Joining with a code, being removed, and what others see of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.people import codes
from benchmark.people.rules import CODE_LIFETIME
from benchmark.sync import service as sync
from tests.factories import Someone, browser, make_person, make_study


@pytest.fixture
def code(lead: Someone, study: str) -> str:
    """The study's visit code, as the lead sees it."""
    return code_of(lead, study)


def code_of(lead: Someone, study: str) -> str:
    return (lead.client.get(f"/api/v1/studies/{study}/code").json or {})["code"]  # type: ignore[no-any-return]


def join(client: FlaskClient, code: str, **more: str) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/v1/join", json={"code": code, "language": "fi", **more})
    return answer.status_code, answer.json or {}


def participant(app: Flask, study: str, person_id: str) -> dict[str, Any]:
    with app.app_context():
        found = sync.record(study, "participant", person_id) or {}
    return {key: found[key] for key in ("name", "role", "is_removed") if key in found}


def test_a_code_and_a_first_name_are_enough(app: Flask, client: FlaskClient, study: str, code: str) -> None:
    status, session = join(client, code, name="Anna")
    assert (status, session["space"]) == (201, study)
    assert session["person"]["name"] == "Anna"
    assert session["person"]["email"] is None
    assert participant(app, study, session["person"]["id"]) == {
        "name": "Anna",
        "role": "member",
        "is_removed": False,
    }


@pytest.mark.parametrize("spell", [str.lower, lambda code: f" {code[:4]}-{code[4:]} "])
def test_the_code_may_be_typed_in_many_ways(
    client: FlaskClient, code: str, spell: Callable[[str], str]
) -> None:
    assert join(client, spell(code), name="Anna")[0] == 201


def test_who_is_signed_in_joins_as_themselves(app: Flask, outsider: Someone, study: str, code: str) -> None:
    status, session = join(outsider.client, code)
    assert (status, session["person"]["id"]) == (201, outsider.id)
    assert participant(app, study, outsider.id)["role"] == "member"


def test_a_lead_who_tries_the_code_stays_a_lead(app: Flask, lead: Someone, study: str, code: str) -> None:
    join(lead.client, code)
    assert participant(app, study, lead.id)["role"] == "lead"


def test_who_comes_back_after_a_long_time_is_still_the_same_person(
    app: Flask, member: Someone, study: str, move_time: Callable[[timedelta], None]
) -> None:
    move_time(timedelta(days=120))
    assert (member.client.get("/api/v1/session").json or {})["person"] is None
    with app.app_context():
        code = codes.issue(study, "member").code
        db.session.commit()
    status, session = join(member.client, code, name="Matti")
    assert (status, session["person"]["id"]) == (201, member.id)


def test_who_takes_over_a_phone_that_was_away_for_long_is_someone_new(
    app: Flask, member: Someone, study: str, move_time: Callable[[timedelta], None]
) -> None:
    move_time(timedelta(days=120))
    with app.app_context():
        code = codes.issue(study, "member").code
        db.session.commit()
    status, session = join(member.client, code, name="Bertta")
    assert status == 201
    assert (session["person"]["id"] == member.id, session["person"]["name"]) == (False, "Bertta")


def test_who_signed_out_comes_back_as_someone_new(member: Someone, study: str, code: str) -> None:
    token = member.client.get_cookie("benchmark")
    assert token
    member.client.delete("/api/v1/session")
    member.client.set_cookie("benchmark", token.value)
    status, session = join(member.client, code, name="Maija")
    assert status == 201
    assert session["person"]["id"] != member.id


def test_who_was_lost_with_the_disk_is_the_same_person_again(app: Flask, study: str, code: str) -> None:
    before = new_id()
    status, session = join(browser(app), code, name="Anna", person=before)
    assert (status, session["person"]["id"]) == (201, before)
    assert participant(app, study, before)["name"] == "Anna"


def test_nobody_takes_an_id_that_is_here(app: Flask, lead: Someone, study: str, code: str) -> None:
    for taken in (lead.id, study, "7", "X" * 36):
        status, session = join(browser(app), code, name="Anna", person=taken)
        assert status == 201
        assert session["person"]["id"] != taken
    assert participant(app, study, lead.id)["role"] == "lead"


def test_joining_twice_changes_nothing(app: Flask, member: Someone, study: str, code: str) -> None:
    join(member.client, code)
    before = rev_of(app, study)
    assert join(member.client, code)[0] == 201
    assert rev_of(app, study) == before


def rev_of(app: Flask, study: str) -> int:
    with app.app_context():
        return max(record["rev"] for record in sync.records(study))  # type: ignore[no-any-return]


@pytest.mark.parametrize("wrong", ["", "WRONGCOD", "0000000", "7KQM2XW0", "ä\x00\ud83d", "x" * 10_000])
def test_a_wrong_code_says_so(client: FlaskClient, study: str, wrong: str) -> None:
    status, problem = join(client, wrong, name="Anna")
    assert (status, problem["code"]) == (404, "wrong_code")


def test_a_replaced_code_has_expired(lead: Someone, client: FlaskClient, study: str, code: str) -> None:
    answer = lead.client.post(f"/api/v1/studies/{study}/code", json={})
    assert answer.status_code == 201
    newer = (answer.json or {})["code"]
    status, problem = join(client, code, name="Anna")
    assert (status, problem["code"]) == (410, "expired_code")
    assert "uusi koodi" in problem["detail"] or "new one" in problem["detail"]
    assert join(client, newer, name="Anna")[0] == 201


def test_a_code_expires_and_the_lead_sees_it(
    lead: Someone, client: FlaskClient, study: str, code: str, move_time: Callable[[timedelta], None]
) -> None:
    move_time(CODE_LIFETIME / 2)
    lead.client.patch("/api/v1/me", json={})
    move_time(CODE_LIFETIME / 2)
    status, problem = join(client, code, name="Anna")
    assert (status, problem["code"]) == (410, "expired_code")
    assert (lead.client.get(f"/api/v1/studies/{study}/code").json or {})["is_expired"]


def test_wrong_codes_are_counted_and_a_whole_staff_may_mistype(
    app: Flask, client: FlaskClient, study: str, code: str
) -> None:
    for _ in range(99):
        assert join(client, "WRONGCOD", name="Anna")[0] == 404
    assert join(browser(app), code, name="Anna")[0] == 201
    assert join(client, "WRONGCOD", name="Anna")[0] == 404
    answer = client.post("/api/v1/join", json={"code": code, "language": "fi", "name": "Anna"})
    assert (answer.status_code, (answer.json or {})["code"]) == (429, "too_many_attempts")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("name", "code_of_problem"),
    [
        ("", "name_missing"),
        ("  ", "name_missing"),
        ("x" * 81, "name_too_long"),
        ("x" * 100_000, "name_too_long"),
    ],
)
def test_a_bad_name_is_named_and_makes_nobody(
    app: Flask, client: FlaskClient, study: str, code: str, name: str, code_of_problem: str
) -> None:
    status, problem = join(client, code, name=name)
    assert (status, problem["code"]) == (422, code_of_problem)
    assert join(client, code)[1]["code"] == "name_missing"
    with app.app_context():
        assert len(sync.records(study, "participant")) == 2


def test_a_name_may_be_full(client: FlaskClient, code: str) -> None:
    name = ("Ääkkönen 👩‍🔬 " * 20)[:80].strip()
    assert join(client, code, name=name)[1]["person"]["name"] == name


def test_ten_megabytes_of_name_are_too_large(client: FlaskClient, code: str) -> None:
    status, problem = join(client, code, name="x" * 10_000_000)
    assert (status, problem["code"]) == (413, "too_large")
    assert join(client, code, name="Anna")[0] == 201


def test_a_removed_person_is_out_at_once_but_what_they_noted_keeps_a_name(
    app: Flask, lead: Someone, member: Someone, study: str
) -> None:
    assert lead.client.delete(f"/api/v1/studies/{study}/people/{member.id}").status_code == 204
    answer = member.client.post("/api/v1/sync", json=pull(study))
    assert (answer.json or {})["gone"] == [study]
    assert (answer.json or {})["spaces"] == {}
    assert participant(app, study, member.id) == {"name": "Matti", "role": "member", "is_removed": True}
    session = member.client.get("/api/v1/session").json or {}
    assert session["person"], "still signed in, so that nothing unsent is orphaned"


def pull(study: str) -> dict[str, Any]:
    return {"proto": 1, "epoch": None, "device": "phone", "ops": [], "cursors": {study: "0"}, "limit": 1000}


def test_a_removed_person_needs_a_newer_code(
    app: Flask, lead: Someone, member: Someone, study: str, code: str
) -> None:
    lead.client.delete(f"/api/v1/studies/{study}/people/{member.id}")
    status, problem = join(member.client, code)
    assert (status, problem["code"]) == (403, "removed_person")
    lead.client.post(f"/api/v1/studies/{study}/code", json={})
    assert join(member.client, code_of(lead, study))[0] == 201
    assert participant(app, study, member.id)["is_removed"] is False


def test_tapping_join_twice_at_once_lets_one_in_once(
    app: Flask, outsider: Someone, study: str, code: str
) -> None:
    token = outsider.client.get_cookie("benchmark")
    assert token
    start = Barrier(4)

    def tap() -> int:
        client = browser(app)
        client.set_cookie("benchmark", token.value)
        start.wait(10)
        return join(client, code)[0]

    with ThreadPoolExecutor(4) as fingers:
        answers = [tapped.result() for tapped in [fingers.submit(tap) for _ in range(4)]]
    assert 201 in answers
    assert set(answers) <= {201, 503}, "who came second is asked to try again"
    assert join(outsider.client, code)[0] == 201
    with app.app_context():
        assert [person["id"] for person in sync.records(study, "participant")].count(outsider.id) == 1


def test_removing_someone_twice_or_a_stranger_finds_nobody(
    lead: Someone, member: Someone, outsider: Someone, study: str
) -> None:
    path = f"/api/v1/studies/{study}/people"
    lead.client.delete(f"{path}/{member.id}")
    for person_id in (member.id, outsider.id, "nobody", "%00"):
        answer = lead.client.delete(f"{path}/{person_id}")
        assert (answer.status_code, (answer.json or {})["code"]) == (404, "not_found")


def test_a_lead_cannot_lock_themselves_out(lead: Someone, study: str) -> None:
    answer = lead.client.delete(f"/api/v1/studies/{study}/people/{lead.id}")
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "cannot_remove_self")


def test_a_new_name_is_seen_in_every_study(app: Flask, lead: Someone, member: Someone, study: str) -> None:
    other = make_study(app, lead, member)
    answer = member.client.patch("/api/v1/me", json={"name": " Matti  Meikäläinen ", "language": "sv"})
    assert (answer.json or {})["name"] == "Matti Meikäläinen"
    for space in (study, other):
        assert participant(app, space, member.id)["name"] == "Matti Meikäläinen"
    assert (member.client.get("/api/v1/session").json or {})["person"]["language"] == "sv"


def test_a_new_name_is_not_shown_where_one_was_removed(
    app: Flask, lead: Someone, member: Someone, study: str
) -> None:
    lead.client.delete(f"/api/v1/studies/{study}/people/{member.id}")
    member.client.patch("/api/v1/me", json={"name": "Someone else"})
    assert participant(app, study, member.id)["name"] == "Matti"


def test_a_guest_code_makes_guests(app: Flask, study: str) -> None:
    with app.app_context():
        guest_code = codes.issue(study, "guest").code
        db.session.commit()
    guest = make_person(app, "Gunilla")
    join(guest.client, guest_code)
    assert participant(app, study, guest.id)["role"] == "guest"
