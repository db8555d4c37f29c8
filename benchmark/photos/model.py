"""Table of received photo bytes. What a photo *says* (caption, people) is a synced record, see `photos.schema`.

A row may come before its record: the phone announces a photo and sends its bytes in either order.
"""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from benchmark.kernel.db import Base, Id


class PhotoFile(Base):
    """The hash of one photo's bytes as they came, and the keys of the pictures made from them."""

    __tablename__ = "photo_file"

    space_id: Mapped[str] = mapped_column(Id, primary_key=True)
    photo_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    thumb_key: Mapped[str] = mapped_column(String(64))
    screen_key: Mapped[str] = mapped_column(String(64))
    print_key: Mapped[str] = mapped_column(String(64))
