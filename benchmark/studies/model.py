"""Tables of teams and studies: who belongs where.

What a study *says* (title, purpose, foci, visits) is not here: those are synced records, see `studies.schema`.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from benchmark.kernel.db import Base, Id, Moment


class Team(Base):
    """People who work together, such as the staff of one library."""

    __tablename__ = "team"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Moment)


class Membership(Base):
    """A person's place in a team: `lead` or `member`. Leads get access to every study of the team."""

    __tablename__ = "membership"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(6))
    joined_at: Mapped[datetime] = mapped_column(Moment)


class Study(Base):
    """One benchmarking visit as a whole. Its id is also the id of its space."""

    __tablename__ = "study"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment)
