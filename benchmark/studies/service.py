"""Teams and their studies: set up, make, join, leave. Services flush; the caller commits.

Whoever gets or loses access is also shown so in a `participant` record, in the same transaction: phones learn
from records who is there, the server decides by the table of `people`.
"""

from sqlalchemy import select

from benchmark.kernel import clock
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem, name_problems
from benchmark.kernel.ids import is_id, new_id
from benchmark.people import codes, rules
from benchmark.people import service as people
from benchmark.people.codes import Invitation
from benchmark.people.model import Person
from benchmark.studies import template
from benchmark.studies.model import Membership, Study, Team
from benchmark.sync import service as sync
from benchmark.sync.merge import Change

name_problems(removed_person=403, cannot_remove_self=409)
TITLE_LENGTH = TEAM_LENGTH = 120


def set_up(*, token: str, team: str, name: str, email: str, password: str, language: str) -> str:
    """Make the first team and its lead, using the one-time link up; returns the lead's person id.

    Problems: those of `people.service.create_person`, already_set_up.
    """
    person_id = people.create_person(name, language, email, password)
    add_lead(create_team(team), person_id)
    codes.use_setup_token(token)
    return person_id


def create_team(name: str) -> str:
    """A new team without people. Problems: name_missing, name_too_long."""
    team = Team(id=new_id(), name=rules.clean_name(name, TEAM_LENGTH), created_at=clock.now())
    db.session.add(team)
    db.session.flush()
    return team.id


def find_team(name: str) -> str | None:
    """The id of the team with this name."""
    return db.session.scalar(select(Team.id).where(Team.name == name).order_by(Team.created_at).limit(1))


def add_lead(team_id: str, person_id: str) -> None:
    """Make the person a lead of the team, and so of every study it has."""
    membership = db.session.get(Membership, (team_id, person_id))
    if membership is None:
        now = clock.now()
        membership = Membership(team_id=team_id, person_id=person_id, role="lead", joined_at=now)
        db.session.add(membership)
    membership.role = "lead"
    db.session.flush()
    for study_id in db.session.scalars(select(Study.id).where(Study.team_id == team_id)):
        let_in(study_id, person_id, "lead")


def teams_of(person_id: str) -> list[dict[str, str]]:
    """The person's teams: id, name and role, in order of names."""
    query = select(Team.id, Team.name, Membership.role).join(Membership, Membership.team_id == Team.id)
    rows = db.session.execute(query.where(Membership.person_id == person_id).order_by(Team.name, Team.id))
    return [{"id": id_, "name": name, "role": role} for id_, name, role in rows]


def create_study(
    person_id: str, template_name: str, language: str, title: str | None = None, team_id: str | None = None
) -> str:
    """Make a study from a template, with its space, its code and access for the team's leads; returns its id.

    Problem: not_found when the person leads no such team.
    """
    led = [team["id"] for team in teams_of(person_id) if team["role"] == "lead"]
    team_id = team_id or next(iter(led), None)
    if team_id is None or team_id not in led:
        raise Problem("not_found")
    study = Study(id=new_id(), team_id=team_id, created_by=person_id, created_at=clock.now())
    db.session.add(study)
    sync.create_space(study.id)
    fields = template.study_fields(template_name, language)
    if title and title.strip():
        fields["title"] = rules.clean_name(title, TITLE_LENGTH)
    changes = [Change("study", study.id, set=fields)]
    changes += [Change("focus", new_id(), set=focus) for focus in template.foci(template_name, language)]
    sync.write(study.id, changes, person_id)
    leads = select(Membership.person_id).where(Membership.team_id == team_id, Membership.role == "lead")
    for lead_id in db.session.scalars(leads):
        let_in(study.id, lead_id, "lead")
    codes.issue(study.id, "member")
    return study.id


def makers() -> dict[str, str]:
    """Every study on this server with the person who made it, as far as that one is still known."""
    rows = db.session.execute(select(Study.id, Study.created_by).where(Study.created_by.is_not(None)))
    return {study_id: person_id for study_id, person_id in rows if person_id}


def latest() -> str | None:
    """The id of the newest study on this server."""
    return db.session.scalar(select(Study.id).order_by(Study.created_at.desc()).limit(1))


def join(invitation: Invitation, person_id: str) -> None:
    """Let the person in with a code. Those who were removed need a code that is newer than their removal.

    Problem: removed_person.
    """
    removed_at = people.removed_at(invitation.space_id, person_id)
    if removed_at is not None and invitation.created_at <= removed_at:
        raise Problem("removed_person")
    let_in(invitation.space_id, person_id, invitation.role)


def create_newcomer(name: str | None, language: str, before: str | None) -> str:
    """Add somebody who joins with a code, and return the id: the one they had `before` where nothing here has it.

    Who joined after the copy was made that was put back since is not known here any more. Their phone keeps what it
    saved under that id, and sends all of it again. Problems: name_missing, name_too_long.
    """
    is_lost = is_id(before) and people.is_free(before) and not sync.is_anywhere(before)
    return people.create_person(name, language, person_id=before if is_lost else None)


def let_in(study_id: str, person_id: str, role: str) -> None:
    """Give access to the study and show the person among its people."""
    role = people.grant(person_id, study_id, role)
    name = db.session.get_one(Person, person_id).name
    _show(study_id, person_id, {"name": name, "role": role, "is_removed": False})


def remove_person(study_id: str, person_id: str, by: str) -> None:
    """End the person's access at once; what they noted stays. Problems: not_found, cannot_remove_self."""
    if person_id == by:
        raise Problem("cannot_remove_self")
    people.revoke(person_id, study_id)
    _show(study_id, person_id, {"is_removed": True})


def change_person(person_id: str, name: str | None, language: str | None) -> str:
    """Change a person's name or language, also where others see the name; returns the name as it now is."""
    shown = people.change_person(person_id, name, language)
    if name is not None:
        for space_id in sorted(people.visible_spaces(person_id)):
            _show(space_id, person_id, {"name": shown})
    return shown


def _show(study_id: str, person_id: str, fields: dict[str, object]) -> None:
    """Bring the participant record up to date, unless it says so already."""
    before = sync.record(study_id, "participant", person_id) or {}
    if not fields.items() <= before.items():
        sync.write(study_id, [Change("participant", person_id, set=fields)])
