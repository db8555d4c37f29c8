"""How a field of a synced record behaves when two devices write it, said once, in its schema.

`FreeText` clashes visibly; `SetOf` is changed by add and remove and never clashes; every other marshmallow
field lets the later arrival win. `dump_only=True` marks a field that only the server writes.
Loading keeps JSON values as they are (times stay strings), so what a phone sent and what it gets back compare equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields

from benchmark.kernel.ids import is_id


class _Limited(fields.String):
    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)
        self.most = most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError("invalid_field")
        if len(value) > self.most:
            raise ValidationError("text_too_long")
        return value.replace("\0", "")


class FreeText(_Limited):
    """A person's own words, at most `most` characters. A clash keeps both texts for a person to settle."""


class Short(_Limited):
    """A name or title, at most `most` characters. The later arrival wins."""


class SetOf(fields.List[str]):
    """A set of strings, sorted; changed only by add and remove. Longer members are cut to `most` characters."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(fields.String(), **kwargs)
        self.most = most

    def member(self, value: object) -> str:
        """A member as it is stored; raises ValidationError for what is not text."""
        text = value.replace("\0", "").strip() if isinstance(value, str) else ""
        if not text:
            raise ValidationError("invalid_field")
        return text[: self.most]


class Id(fields.String):
    """The id of another record or person, which may arrive later or be deleted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not is_id(value):
            raise ValidationError("invalid_field")
        return str(value)


class Moment(fields.String):
    """An ISO 8601 time with its offset, kept as written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            if datetime.fromisoformat(value).tzinfo is None:
                raise ValueError
        except (TypeError, ValueError):
            raise ValidationError("invalid_field") from None
        return str(value)


class Day(fields.String):
    """An ISO 8601 date, kept as written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError("invalid_field") from None
        return str(value)
