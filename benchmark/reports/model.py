"""Table of reports that someone asked for. The work is a row of `job`; the PDF lies in `kernel.files`."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from benchmark.kernel.db import Base, Id, Moment


class Report(Base):
    """One PDF of a study as it was when it was made. `file_key` and `size` are set once it is done."""

    __tablename__ = "report"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    space_id: Mapped[str] = mapped_column(Id, index=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    with_names: Mapped[bool]
    file_key: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
