"""Who people are, where they are signed in, and what they may see.

Every query goes through `visible_spaces` or `role_in`: what someone may not see does not exist. Services flush;
the caller commits.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import select, update

from benchmark.kernel import clock
from benchmark.kernel.db import as_moment, db, reading
from benchmark.kernel.errors import Problem, name_problems
from benchmark.kernel.ids import is_id, new_id
from benchmark.kernel.statement import Statement
from benchmark.people import attempts, rules
from benchmark.people.model import Access, Device, Person
from benchmark.people.passwords import hash_password, is_password

name_problems(
    name_missing=422,
    name_too_long=422,
    email_invalid=422,
    email_taken=409,
    password_too_short=422,
    password_too_long=422,
    wrong_password=403,
)


# Asked by every request.
_WHO = Statement(
    "SELECT person.id, device.id, name, email, language, last_seen_at"
    " FROM device JOIN person ON person.id = device.person_id"
    " WHERE token_hash = :token_hash AND ended_at IS NULL"
)
VISIBLE = "SELECT space_id, role FROM access WHERE person_id = :person AND removed_at IS NULL"
"""What a person may see, for statements that begin with it."""
_VISIBLE = Statement(VISIBLE)
_VISIBLE_TO = Statement(
    "SELECT person_id, space_id FROM access WHERE person_id = ANY(:people) AND removed_at IS NULL"
)


@dataclass(frozen=True)
class Caller:
    """The person and device that a request comes from."""

    person_id: str
    device_id: str
    name: str
    email: str | None
    language: str
    last_seen_at: datetime


@contextmanager
def glance() -> Iterator[None]:
    """Read in a transaction of its own, which ends before anything slow or any writing begins."""
    with reading():
        try:
            yield
        finally:
            db.session.rollback()


def current() -> Caller | None:
    """Who this request comes from; None when nobody is signed in."""
    caller: Caller | None = g.get("caller")
    return caller


def require() -> Caller:
    """Who this request comes from. Problem: not_signed_in."""
    caller = current()
    if caller is None:
        raise Problem("not_signed_in")
    return caller


def recognise(token: str) -> Caller | None:
    """Whose token this is, unless the device has signed out or was unused for 90 days."""
    rows = _WHO.rows(token_hash=rules.hash_token(token))
    if not rows:
        return None
    person, device, name, email, language, seen_at = rows[0]
    caller = Caller(person, device, name, email, language, last_seen_at=as_moment(seen_at))
    return None if rules.is_expired(caller.last_seen_at, clock.now()) else caller


def returning(token: str, name: str | None) -> str | None:
    """The person of this name whose session with this token ran out unused. Worth nothing alone: a visit code must
    come with it. Under another name it is somebody else who has the phone now.

    So people without a password become themselves again, and what their phone still holds can be sent.
    """
    is_theirs = Device.token_hash == rules.hash_token(token)
    query = select(Person.id, Person.name).join(Device).where(is_theirs, Device.ended_at.is_(None))
    found = db.session.execute(query).first()
    is_same = found and (name is None or rules.clean_name(name).casefold() == found.name.casefold())
    return found.id if found and is_same else None


def is_free(person_id: str) -> bool:
    """Whether nobody has this id."""
    return db.session.get(Person, person_id) is None


def create_person(
    name: str | None,
    language: str,
    email: str | None = None,
    password: str | None = None,
    person_id: str | None = None,
) -> str:
    """Add a person and return the id. Those with a password sign in; others stay on the device they joined on.

    person_id   the id to have, which must be free; by default a new one
    Problems: name_missing, name_too_long, email_invalid, email_taken, password_too_short, password_too_long.
    """
    known_as = rules.clean_name(name)
    person = Person(id=person_id or new_id(), name=known_as, language=language, created_at=clock.now())
    if email is not None:
        person.email = rules.clean_email(email)
        rules.check_password(password or "")
        if db.session.scalar(select(Person.id).where(Person.email == person.email)):
            raise Problem("email_taken")
        person.password_hash = hash_password(password or "")
    db.session.add(person)
    db.session.flush()
    return person.id


def change_person(person_id: str, name: str | None = None, language: str | None = None) -> str:
    """Change the name, the language or both; returns the name. Problems: name_missing, name_too_long."""
    person = db.session.get_one(Person, person_id)
    if name is not None:
        person.name = rules.clean_name(name)
    person.language = rules.choose_language(language, person.language)
    db.session.flush()
    return person.name


def set_password(person_id: str, password: str) -> None:
    """Give the person a new password and sign them out everywhere. Problems: password_too_short, password_too_long."""
    rules.check_password(password)
    person = db.session.get_one(Person, person_id)
    person.password_hash = hash_password(password)
    devices = update(Device).where(Device.person_id == person_id, Device.ended_at.is_(None))
    db.session.execute(devices.values(ended_at=clock.now()))


def find_by_email(email: str) -> str | None:
    """The id of the person who signs in with this e-mail. Problem: email_invalid."""
    return db.session.scalar(select(Person.id).where(Person.email == rules.clean_email(email)))


def is_set_up() -> bool:
    """Whether anyone can sign in here; before that the server offers its one-time set-up link."""
    return db.session.scalar(select(Person.id).where(Person.password_hash.is_not(None)).limit(1)) is not None


def sign_in(email: str, password: str, address: str | None) -> str:
    """Check e-mail and password and return a new device's token. Call it before anything else of the request.

    1. Look up, without a turn at the writers' gate. 2. The slow hash, with no transaction open.
    3. Count a failure or start the device; the caller commits either way.
    Problems: email_invalid, wrong_password (also for an unknown e-mail), too_many_attempts.
    """
    known_as, network = rules.clean_email(email), rules.network_of(address)
    with glance():
        attempts.check("sign_in_email", known_as)
        attempts.check("sign_in_address", network)
        query = select(Person.id, Person.password_hash).where(Person.email == known_as)
        person = db.session.execute(query).first()
    if not is_password(password, person.password_hash if person else None) or person is None:
        attempts.record("sign_in_email", known_as)
        attempts.record("sign_in_address", network)
        raise Problem("wrong_password")
    return start_device(person.id)


def start_device(person_id: str) -> str:
    """Sign the person in on one more device and return its token, which is kept nowhere else."""
    token, now = rules.new_token(), clock.now()
    device = Device(
        id=new_id(), person_id=person_id, token_hash=rules.hash_token(token), created_at=now, last_seen_at=now
    )
    db.session.add(device)
    db.session.flush()
    return token


def sign_out(device_id: str) -> None:
    """End one device's session; what it already sent keeps naming it."""
    db.session.execute(update(Device).where(Device.id == device_id).values(ended_at=clock.now()))


def is_due(caller: Caller) -> bool:
    """Whether the device's use should be noted again; once an hour is enough for 90 days."""
    return clock.now() - caller.last_seen_at > rules.TOUCH_INTERVAL


def touch(device_id: str) -> None:
    """Note that the device is in use, which moves its expiry."""
    db.session.execute(update(Device).where(Device.id == device_id).values(last_seen_at=clock.now()))


def visible_spaces(person_id: str) -> dict[str, str]:
    """The spaces that the person may see, with the role there: lead, member or guest."""
    return dict(_VISIBLE.rows(person=person_id))


def visible_to(people: Collection[str]) -> dict[str, set[str]]:
    """The spaces that each of these people may see."""
    visible: dict[str, set[str]] = {person: set() for person in people}
    for person, space in _VISIBLE_TO.rows(people=list(people)):
        visible[person].add(space)
    return visible


def role_in(space_id: str, person_id: str) -> str:
    """The person's role in one space. Problem: not_found, whether or not the space exists."""
    query = select(Access.role).where(Access.person_id == person_id, Access.space_id == space_id)
    role = db.session.scalar(query.where(Access.removed_at.is_(None))) if is_id(space_id) else None
    if role is None:
        raise Problem("not_found")
    return role


def require_role(space_id: str, *roles: str) -> Caller:
    """Who this request comes from, if in one of the roles there. Problems: not_signed_in, not_found."""
    caller = require()
    if role_in(space_id, caller.person_id) not in roles:
        raise Problem("not_found")
    return caller


def members_ever(space_id: str) -> list[str]:
    """Everyone who may see the space or once might."""
    return list(db.session.scalars(select(Access.person_id).where(Access.space_id == space_id)))


def removed_at(space_id: str, person_id: str) -> datetime | None:
    """When the person was removed from the space; None when that has not happened."""
    query = select(Access.removed_at).where(Access.person_id == person_id, Access.space_id == space_id)
    return db.session.scalar(query)


def grant(person_id: str, space_id: str, role: str) -> str:
    """Let the person see the space, and return the role there, which never becomes a weaker one by this."""
    access = db.session.get(Access, (person_id, space_id))
    if access is None:
        access = Access(person_id=person_id, space_id=space_id, role=role, granted_at=clock.now())
        db.session.add(access)
    elif access.removed_at is not None:
        access.role, access.removed_at = role, None
    else:
        access.role = rules.stronger_role(access.role, role)
    db.session.flush()
    return access.role


def revoke(person_id: str, space_id: str) -> None:
    """End the person's access at once, on every device. Problem: not_found."""
    access = db.session.get(Access, (person_id, space_id)) if is_id(person_id) else None
    if access is None or access.removed_at is not None:
        raise Problem("not_found")
    access.removed_at = clock.now()
    db.session.flush()
