"""Visit codes, with which people join a space, and the one-time link that sets up an empty server."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from benchmark.kernel import clock
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem, name_problems
from benchmark.people import attempts, rules
from benchmark.people.model import JoinCode, SetupLink
from benchmark.people.service import glance, is_set_up

name_problems(wrong_code=404, expired_code=410, wrong_setup_link=403, already_set_up=409)


@dataclass(frozen=True)
class Invitation:
    """What a visit code opens."""

    code: str
    space_id: str
    role: str
    created_at: datetime
    expires_at: datetime

    @property
    def is_expired(self) -> bool:
        """Whether the code has run out of time."""
        return clock.now() >= self.expires_at


def issue(space_id: str, role: str) -> Invitation:
    """Make a new code for the space and role; the one before stops working."""
    now = clock.now()
    live = (JoinCode.space_id == space_id, JoinCode.role == role, JoinCode.ended_at.is_(None))
    db.session.execute(update(JoinCode).where(*live).values(ended_at=now))
    code = rules.new_code()
    while db.session.get(JoinCode, code):
        code = rules.new_code()
    expires_at = now + rules.CODE_LIFETIME
    db.session.add(JoinCode(code=code, space_id=space_id, role=role, created_at=now, expires_at=expires_at))
    db.session.flush()
    return Invitation(code, space_id, role, now, expires_at)


def invitation(space_id: str, role: str) -> Invitation | None:
    """The code that the space hands out now, expired or not."""
    query = select(JoinCode).where(JoinCode.space_id == space_id, JoinCode.role == role)
    row = db.session.scalar(query.where(JoinCode.ended_at.is_(None)))
    return _invitation(row) if row else None


def redeem(typed: str, address: str | None) -> Invitation:
    """What the typed code opens. A code that nobody made is counted; the caller commits even when refused.

    Problems: wrong_code, expired_code (also for one that was replaced), too_many_attempts.
    """
    network = rules.network_of(address)
    attempts.check("code_address", network)
    try:
        row = db.session.get(JoinCode, rules.normalise_code(typed))
        if row is None:
            raise Problem("wrong_code")
    except Problem:
        attempts.record("code_address", network)
        raise
    found = _invitation(row)
    if row.ended_at is not None or found.is_expired:
        raise Problem("expired_code")
    return found


def _invitation(row: JoinCode) -> Invitation:
    return Invitation(row.code, row.space_id, row.role, row.created_at, row.expires_at)


def issue_setup_token() -> str:
    """Make the token of the one-time set-up link; earlier links stop working. Problem: already_set_up."""
    if is_set_up():
        raise Problem("already_set_up")
    token = rules.new_token()
    db.session.execute(delete(SetupLink))
    db.session.add(SetupLink(token_hash=rules.hash_token(token), created_at=clock.now()))
    db.session.flush()
    return token


def check_setup_token(token: str, address: str | None) -> None:
    """Look whether the link is right, without using it up. A wrong one is counted; the caller commits even then.

    Problems: already_set_up, wrong_setup_link, too_many_attempts.
    """
    network = rules.network_of(address)
    with glance():
        attempts.check("setup_address", network)
        if is_set_up():
            raise Problem("already_set_up")
        link = db.session.get(SetupLink, rules.hash_token(token))
    if link is None:
        attempts.record("setup_address", network)
        raise Problem("wrong_setup_link")


def use_setup_token(token: str) -> None:
    """Use the link up: of two people who follow it at once, one gets in. Problem: already_set_up."""
    link = delete(SetupLink).where(SetupLink.token_hash == rules.hash_token(token))
    if db.session.scalar(link.returning(SetupLink.token_hash)) is None:
        raise Problem("already_set_up")
