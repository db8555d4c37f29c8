"""Making a study, handing out its code, and being invisible to everyone else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from benchmark.kernel import clock
from benchmark.kernel.db import db
from benchmark.studies import service
from benchmark.sync import service as sync
from tests.factories import Someone, make_person

SVG = "{http://www.w3.org/2000/svg}"


def create(client: FlaskClient, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/v1/studies", json={"template": "hardware_store", "language": "fi", **more})
    return answer.status_code, answer.json or {}


def test_a_study_starts_from_a_template(app: Flask, lead: Someone) -> None:
    status, made = create(lead.client)
    assert status == 201
    with app.app_context():
        [study] = sync.records(made["id"], "study")
        foci = sync.records(made["id"], "focus")
        people = sync.records(made["id"], "participant")
    assert study["id"] == made["id"]
    assert study["title"] == "Oppimisvierailu rautakauppaan"
    assert (study["sector"], study["stage"], study["language"]) == ("business", "prepare", "fi")
    assert sorted(focus["position"] for focus in foci) == [1, 2, 3, 4, 5]
    assert [(person["id"], person["role"]) for person in people] == [(lead.id, "lead")]


@pytest.mark.parametrize("template", ["hardware_store", "library", "empty"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_template_speaks_every_language(lead: Someone, template: str, language: str) -> None:
    assert create(lead.client, template=template, language=language)[0] == 201


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("  Retki  rautakauppaan ", "Retki rautakauppaan"),
        ("", "Uusi oppimisvierailu"),
        ("\n", "Uusi oppimisvierailu"),
    ],
)
def test_a_title_is_optional(app: Flask, lead: Someone, title: str, expected: str) -> None:
    _, made = create(lead.client, template="empty", title=title)
    with app.app_context():
        assert sync.records(made["id"], "study")[0]["title"] == expected


def test_a_title_that_does_not_fit_is_refused(lead: Someone) -> None:
    status, problem = create(lead.client, title="x" * 121)
    assert (status, problem["code"]) == (422, "name_too_long")


@pytest.mark.parametrize(
    "changed", [{"template": "nope"}, {"language": "de"}, {"template": None}, {"title": 7}]
)
def test_a_request_that_makes_no_sense_is_invalid(lead: Someone, changed: dict[str, Any]) -> None:
    status, problem = create(lead.client, **changed)
    assert (status, problem["code"]) == (400, "invalid_request")
    assert set(problem["fields"]["json"]) == set(changed)


def test_every_lead_of_the_team_leads_the_study(app: Flask, lead: Someone) -> None:
    olli = make_person(app, "Olli")
    team = (lead.client.get("/api/v1/teams").json or [])[0]["id"]
    with app.app_context():
        service.add_lead(team, olli.id)
        db.session.commit()
    _, made = create(lead.client)
    assert olli.client.get(f"/api/v1/studies/{made['id']}/code").status_code == 200


def test_a_later_lead_leads_the_earlier_studies_too(app: Flask, lead: Someone, study: str) -> None:
    olli = make_person(app, "Olli")
    team = (lead.client.get("/api/v1/teams").json or [])[0]["id"]
    with app.app_context():
        service.add_lead(team, olli.id)
        db.session.commit()
    assert olli.client.get(f"/api/v1/studies/{study}/code").status_code == 200


def test_only_leads_make_studies_and_only_in_their_own_team(
    lead: Someone, member: Someone, outsider: Someone
) -> None:
    theirs = (outsider.client.get("/api/v1/teams").json or [])[0]["id"]
    assert create(member.client)[1]["code"] == "not_found"
    assert create(lead.client, team=theirs)[1]["code"] == "not_found"
    assert create(lead.client, team="\x00")[1]["code"] == "not_found"


def test_the_code_comes_with_its_link_and_end(lead: Someone, study: str) -> None:
    found = lead.client.get(f"/api/v1/studies/{study}/code").json or {}
    assert found["link"] == f"http://localhost/join#{found['code']}"
    assert not found["is_expired"]
    left = datetime.fromisoformat(found["expires_at"]) - clock.now()
    assert timedelta(days=89) < left < timedelta(days=91)


def test_the_qr_code_is_a_drawing_that_pages_may_show(lead: Someone, study: str) -> None:
    answer = lead.client.get(f"/api/v1/studies/{study}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert b"<script" not in answer.data
    assert b"style=" not in answer.data
    assert b"viewBox" in answer.data
    assert "no-store" in answer.headers["Cache-Control"]


PRIVATE = [
    ("GET", "/api/v1/studies/{study}/code"),
    ("POST", "/api/v1/studies/{study}/code"),
    ("GET", "/api/v1/studies/{study}/qr.svg"),
    ("DELETE", "/api/v1/studies/{study}/people/{lead}"),
]


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_to_members_and_outsiders_a_leads_things_do_not_exist(
    lead: Someone, member: Someone, outsider: Someone, study: str, method: str, path: str
) -> None:
    at = path.format(study=study, lead=lead.id)
    answers = [one.client.open(at, method=method, json={}) for one in (member, outsider)]
    missing = outsider.client.open(path.format(study="nothing", lead=lead.id), method=method, json={})
    for answer in (*answers, missing):
        assert (answer.status_code, (answer.json or {})["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), [*PRIVATE, ("GET", "/api/v1/teams"), ("PATCH", "/api/v1/me")])
def test_who_is_not_signed_in_is_told_so(client: FlaskClient, study: str, method: str, path: str) -> None:
    answer = client.open(path.format(study=study, lead="x"), method=method, json={})
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("study_id", ["%00", "..", "x" * 500, "%F0%9F%99%82", "' OR 1=1"])
def test_a_made_up_study_is_not_found(lead: Someone, study_id: str) -> None:
    answer = lead.client.get(f"/api/v1/studies/{study_id}/code")
    assert answer.status_code == 404
