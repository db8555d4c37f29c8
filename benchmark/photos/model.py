"""Table of received photo bytes. What a photo *says* (caption, people) is a synced record, see `photos.schema`.

A row may come before its record: the phone announces a photo and sends its bytes in either order.
"""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from benchmark.kernel.db import Base, Moment


class PhotoFile(Base):
    """The bytes of one photo as they came (`sha256`, `size`), and the keys of the pictures made from them."""

    __tablename__ = "photo_file"
    __table_args__ = (Index("ix_photo_file_sha256", "sha256"),)

    space_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    photo_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    thumb_key: Mapped[str] = mapped_column(String(64))
    screen_key: Mapped[str] = mapped_column(String(64))
    print_key: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Moment)
    received_from: Mapped[str | None] = mapped_column(String(36))
