"""Setting up, joining, making and running studies over HTTP. What a study says travels by sync, not here."""

from io import BytesIO
from typing import Any

import segno
from flask import Response, request
from flask.views import MethodView
from flask_smorest import Blueprint

from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem
from benchmark.people import codes
from benchmark.people import service as people
from benchmark.people.api import (
    carry_session,
    counting_refusals,
    own_origin,
    returning_person,
    session_document,
)
from benchmark.people.rules import choose_language
from benchmark.people.schema import Me, Session
from benchmark.studies import schema, service

blueprint = Blueprint("studies", __name__, url_prefix="/api/v1", description="Teams and studies")


@blueprint.route("/setup", methods=["POST"])
@blueprint.arguments(schema.SetUp)
@blueprint.response(201, Session)
def set_up(sent: dict[str, str]) -> dict[str, Any]:
    """Make the first team and its lead with the one-time link that the server printed."""
    with counting_refusals():
        codes.check_setup_token(sent["token"], request.remote_addr)
    person_id = service.set_up(**sent)
    carry_session(people.start_device(person_id))
    document = session_document()
    db.session.commit()
    return document


@blueprint.route("/join", methods=["POST"])
@blueprint.arguments(schema.Join)
@blueprint.response(201, schema.Joined)
def join(sent: dict[str, str]) -> dict[str, Any]:
    """Join a study with its code; someone new here also gives a name and is signed in on this device.

    Who comes back after 90 days is still the same person, since their phone may hold what was never sent; and so is
    who was lost with the server's disk, by the `person` that the phone knows.
    """
    with counting_refusals():
        invitation = codes.redeem(sent["code"], request.remote_addr)
    caller = people.current()
    person_id = caller.person_id if caller else returning_person(sent.get("name"))
    person_id = person_id or service.create_newcomer(sent.get("name"), sent["language"], sent.get("person"))
    service.join(invitation, person_id)
    if caller is None:
        carry_session(people.start_device(person_id))
    document = session_document()
    db.session.commit()
    return {**document, "space": invitation.space_id}


@blueprint.route("/me", methods=["PATCH"])
@blueprint.arguments(schema.ChangeMe)
@blueprint.response(200, Me)
def change_me(sent: dict[str, str]) -> dict[str, Any]:
    """Change one's own name or language; the name changes in every study."""
    caller = people.require()
    language = choose_language(sent.get("language"), caller.language)
    name = service.change_person(caller.person_id, sent.get("name"), language)
    db.session.commit()
    return {"id": caller.person_id, "name": name, "email": caller.email, "language": language}


@blueprint.route("/teams")
@blueprint.response(200, schema.Membership(many=True))
def teams() -> list[dict[str, str]]:
    """List the teams of the signed-in person."""
    return service.teams_of(people.require().person_id)


@blueprint.route("/studies", methods=["POST"])
@blueprint.arguments(schema.NewStudy)
@blueprint.response(201, schema.Created)
def create_study(sent: dict[str, str]) -> dict[str, str]:
    """Make a study from a template."""
    caller = people.require()
    study_id = service.create_study(
        caller.person_id, sent["template"], sent["language"], sent.get("title"), sent.get("team")
    )
    db.session.commit()
    return {"id": study_id}


@blueprint.route("/studies/<study_id>/code")
class CodeView(MethodView):
    """The study's visit code, for its leads."""

    @blueprint.arguments(schema.CodeFor, location="query")
    @blueprint.response(200, schema.Code)
    def get(self, query: dict[str, str], study_id: str) -> dict[str, Any]:
        """Show the code, its link and when it runs out. There is none for guests before a lead makes one."""
        people.require_role(study_id, "lead")
        return _code_document(_invitation(study_id, query["role"]))

    @blueprint.arguments(schema.CodeFor)
    @blueprint.response(201, schema.Code)
    def post(self, sent: dict[str, str], study_id: str) -> dict[str, Any]:
        """Make a new code; the old one for the same role stops working at once."""
        people.require_role(study_id, "lead")
        document = _code_document(codes.issue(study_id, sent["role"]))
        db.session.commit()
        return document


@blueprint.route("/studies/<study_id>/qr.svg")
@blueprint.arguments(schema.CodeFor, location="query")
def qr(query: dict[str, str], study_id: str) -> Response:
    """Draw the join link as a QR code, for the poster; the code is in the fragment, which no log sees."""
    people.require_role(study_id, "lead")
    drawn = BytesIO()
    link = join_link(own_origin(), _invitation(study_id, query["role"]).code)
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", omitsize=True, light="#fff")
    headers = {"Cache-Control": "private, no-store"}
    return Response(drawn.getvalue(), mimetype="image/svg+xml", headers=headers)


@blueprint.route("/studies/<study_id>/people/<person_id>", methods=["DELETE"])
@blueprint.response(204)
def remove_person(study_id: str, person_id: str) -> None:
    """Remove someone from the study."""
    caller = people.require_role(study_id, "lead")
    service.remove_person(study_id, person_id, by=caller.person_id)
    db.session.commit()


def join_link(origin: str, code: str) -> str:
    """The address that joins with the code."""
    return f"{origin}/join#{code}"


def _invitation(study_id: str, role: str) -> codes.Invitation:
    invitation = codes.invitation(study_id, role)
    if invitation is None:
        raise Problem("not_found")
    return invitation


def _code_document(invitation: codes.Invitation) -> dict[str, Any]:
    return {
        "code": invitation.code,
        "link": join_link(own_origin(), invitation.code),
        "expires_at": invitation.expires_at,
        "is_expired": invitation.is_expired,
    }
