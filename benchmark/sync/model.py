"""Tables of sync: spaces with their counter, records in wire form, the op log, and the database's epoch.

All kinds share one table of records (decision 015): a pull is one indexed scan in (rev, id) order, and a reference
may arrive before what it refers to. Times are ISO 8601 text, since rows travel in bulk as plain values. Not for
what the server alone keeps (people, files, jobs): those have tables of their own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from benchmark.kernel.db import Base, Id, Moment


class Epoch(Base):
    """One unbroken history of this database; the newest row is the present one. A restore adds a row."""

    __tablename__ = "epoch"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)


class Space(Base):
    """The unit of access and of order. `rev` grows by one with every push that changes the space.

    floor     the highest rev of a tombstone that is gone: whoever has not seen so far pulls everything anew
    """

    __tablename__ = "space"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    rev: Mapped[int] = mapped_column(BigInteger, default=0)
    floor: Mapped[int] = mapped_column(BigInteger, default=0)


_IS_DELETED = text("deleted_at IS NOT NULL")
"""Few records are, and new ones must not pay for an index they do not need."""


class Record(Base):
    """One synced record as it is now.

    body      JSON object of its fields, as sent to phones
    stamps    JSON {device: {field: rev}}: which device wrote a field last, at which rev
    conflicts JSON list of {op_id, field, text, person, at} that a person has yet to settle
    deleted_at when it went into the bin; 30 days later body, stamps and conflicts are emptied, see `prune`
    """

    __tablename__ = "record"

    space_id: Mapped[str] = mapped_column(Id, ForeignKey("space.id"), primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    rev: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    stamps: Mapped[str] = mapped_column(Text)
    conflicts: Mapped[str] = mapped_column(Text)
    deleted_at: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index("ix_record_order", "space_id", "rev", "id"),
        Index("ix_record_deleted", "deleted_at", sqlite_where=_IS_DELETED, postgresql_where=_IS_DELETED),
    )


class Op(Base):
    """One change as it was sent, and what became of it. Its id is the phone's: unique for one person only.

    settled_at  when a lead had seen to an op that could not be taken
    """

    __tablename__ = "op"

    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    op_id: Mapped[str] = mapped_column(Id, primary_key=True)
    space_id: Mapped[str | None] = mapped_column(Id)
    record_id: Mapped[str | None] = mapped_column(Id)
    rev: Mapped[int | None] = mapped_column(BigInteger)
    device: Mapped[str] = mapped_column(Id)
    hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(10))
    problem: Mapped[str | None] = mapped_column(String(40))
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[str] = mapped_column(String(40))
    settled_at: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (Index("ix_op_record", "space_id", "record_id"),)
