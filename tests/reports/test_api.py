"""Reports over HTTP, made by a real process of their own, for those who see the study."""

import io
import threading
from datetime import timedelta
from typing import Any

import pikepdf
import pypdf
import pytest
from flask import Flask

from benchmark.config import Config
from benchmark.kernel import jobs
from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.kernel.jobs import Job
from tests.factories import Someone, make_op
from tests.photos import pictures
from tests.photos.test_api import announce, put

PATIENCE = 100


def send(someone: Someone, *ops: dict[str, Any]) -> None:
    body = {"proto": 1, "epoch": None, "device": new_id(), "ops": ops, "cursors": {}, "limit": 100}
    outcomes = someone.client.post("/api/v1/sync", json=body).json["outcomes"]
    assert {outcome["outcome"] for outcome in outcomes} <= {"applied", "merged"}


def ask(someone: Someone, study: str, **wish: Any) -> str:
    answer = someone.client.post(f"/api/v1/studies/{study}/reports", json={"with_names": False, **wish})
    assert answer.status_code == 202, answer.json
    return str(answer.json["id"])


def finished(someone: Someone, report: str) -> dict[str, Any]:
    """The report's state once the processes that were started for it have ended."""
    for thread in threading.enumerate():
        if thread.name == "job-child":
            thread.join(PATIENCE)
    found: dict[str, Any] = someone.client.get(f"/api/v1/reports/{report}").json
    return found


def download(someone: Someone, report: str) -> bytes:
    answer = someone.client.get(f"/api/v1/reports/{report}/pdf", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return bytes(answer.data)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def test_a_report_is_made_and_downloaded(study: str, lead: Someone, member: Someone) -> None:
    observation, content = new_id(), pictures.taken_by_phone(6)
    send(member, make_op(study, "observation", id=observation, set={"text": "Kartta on heti ovella."}))
    photo = announce(member, study, content)
    send(member, make_op(study, "photo", id=photo, base_rev=99, set={"observation_id": observation}))
    put(member, study, photo, content)

    report = ask(lead, study)
    state = finished(lead, report)
    assert (state["state"], state["progress"], state["problem"]) == ("done", 1.0, None)
    made = download(member, report)
    assert state["size"] == len(made)
    assert "Kartta on heti ovella." in text_of(made)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert sum(len(page.get_images()) for page in pdf.pages) == 2  # on the cover, and beside the words


def test_a_report_of_nothing_is_made_too(study: str, member: Someone) -> None:
    report = ask(member, study, language="sv")
    assert finished(member, report)["state"] == "done"
    assert "Sammanfattning" in text_of(download(member, report))


def test_the_file_is_called_as_the_study_is(study: str, lead: Someone) -> None:
    send(lead, make_op(study, "study", id=study, base_rev=99, set={"title": "Käynti\r\nX: 1/2 ”ovella” 🙂"}))
    report = ask(lead, study)
    finished(lead, report)
    answer = lead.client.get(f"/api/v1/reports/{report}/pdf", buffered=True)
    assert answer.status_code == 200
    assert "K%C3%A4ynti%20X%3A%201" in answer.headers["Content-Disposition"]


def test_old_reports_stay_and_the_newest_comes_first(study: str, member: Someone) -> None:
    reports = [ask(member, study), ask(member, study, with_names=True)]
    for report in reports:
        finished(member, report)
    listed = member.client.get(f"/api/v1/studies/{study}/reports").json
    assert [entry["id"] for entry in listed] == reports[::-1]
    assert [entry["with_names"] for entry in listed] == [True, False]
    assert download(member, reports[0]).startswith(b"%PDF-")


def test_what_is_not_made_cannot_be_downloaded(
    study: str, member: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "kick", lambda *_: None)
    report = ask(member, study)
    assert member.client.get(f"/api/v1/reports/{report}").json["state"] == "waiting"
    answer = member.client.get(f"/api/v1/reports/{report}/pdf")
    assert (answer.status_code, answer.json["code"]) == (409, "report_not_ready")


def test_a_report_that_was_lost_with_its_machine_is_taken_up_again(
    app: Flask, config: Config, study: str, member: Someone
) -> None:
    report = ask(member, study)
    finished(member, report)
    with app.app_context():
        job = db.session.query(Job).one()
        job.state, job.finished_at, job.claimed_at = "working", None, None
        job.created_at -= timedelta(days=1)
        db.session.commit()
    assert member.client.get(f"/api/v1/reports/{report}").json["state"] == "working"
    assert finished(member, report)["state"] == "done"


def test_a_lost_picture_fails_the_report_by_name(config: Config, study: str, member: Someone) -> None:
    content = pictures.taken_by_phone(1)
    observation = new_id()
    send(member, make_op(study, "observation", id=observation, set={"text": "Kartta"}))
    photo = announce(member, study, content)
    send(member, make_op(study, "photo", id=photo, base_rev=99, set={"observation_id": observation}))
    put(member, study, photo, content)
    for path in (config.data / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    state = finished(member, ask(member, study))
    assert (state["state"], state["problem"]) == ("failed", "report_failed")


def test_outsiders_find_nothing(study: str, member: Someone, outsider: Someone) -> None:
    report = ask(member, study)
    finished(member, report)
    for path in (
        f"studies/{study}/reports",
        f"reports/{report}",
        f"reports/{report}/pdf",
        f"reports/{new_id()}",
    ):
        assert outsider.client.get(f"/api/v1/{path}").status_code == 404
    answer = outsider.client.post(f"/api/v1/studies/{study}/reports", json={"with_names": True})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("wish", [{}, {"with_names": "perhaps"}, {"with_names": True, "language": "de"}])
def test_a_strange_wish_is_refused(study: str, member: Someone, wish: dict[str, Any]) -> None:
    answer = member.client.post(f"/api/v1/studies/{study}/reports", json=wish)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")
