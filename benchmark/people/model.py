"""Tables of people: who they are, the devices they use, and what they may see.

`access.space_id` and `join_code.space_id` name a space of `sync` without a foreign key: people know nothing of sync.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from benchmark.kernel.db import Base, Id, Moment


class Person(Base):
    """Someone who signs in with e-mail and password (a lead), or who joined with a code and a first name."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(Moment)


class Device(Base):
    """One browser where a person is signed in. The cookie holds the token, this row only its SHA-256."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Access(Base):
    """What a person may see: one row per person and space, kept after removal so that nobody slips back."""

    __tablename__ = "access"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    space_id: Mapped[str] = mapped_column(Id, primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(6))
    granted_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class JoinCode(Base):
    """A visit code. Readable, since leads print it; an ended one stays, to be told apart from a wrong one."""

    __tablename__ = "join_code"
    __table_args__ = (Index("ix_join_code_space_id_role", "space_id", "role"),)

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    space_id: Mapped[str] = mapped_column(Id)
    role: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Attempt(Base):
    """One failed sign-in, code or set-up link, for the rate limits. `who` is a hash; rows live for a day."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_action_who_at", "action", "who", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)


class SetupLink(Base):
    """The one-time link that the server prints while nobody leads it; only the token's SHA-256 is kept."""

    __tablename__ = "setup_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
