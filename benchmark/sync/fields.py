"""How a field of a synced record is checked, and how it behaves when two devices write it: said once, in its schema.

`FreeText` clashes visibly; `SetOf` is changed by add and remove and never clashes; in every other field the later
arrival wins. `dump_only=True` marks a field that only the server writes. The schema is the wire form for OpenAPI and
for people; on the hot path `Kind` calls `keep` itself, since marshmallow costs thirty times as much per row.
Valid values stay as they are (times stay strings), so what a phone sent and what it gets back compare equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields

from benchmark.kernel.ids import is_id

INVALID = "invalid_field"
TOO_LONG = "text_too_long"


class Kept(fields.Field[Any]):
    """A field whose valid values are kept as written. None empties it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)

    def keep(self, value: Any) -> Any:
        """The value to store, which differs only where mending is harmless; raises ValidationError(problem code)."""
        raise NotImplementedError

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        return self.keep(value)


class _Limited(Kept, fields.String):
    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def keep(self, value: Any) -> str:
        if type(value) is not str:
            raise ValidationError(INVALID)
        if len(value) > self.most:
            raise ValidationError(TOO_LONG)
        return value.replace("\0", "") if "\0" in value else value


class FreeText(_Limited):
    """A person's own words, at most `most` characters. A clash keeps both texts for a person to settle."""


class Short(_Limited):
    """A name or title, at most `most` characters. The later arrival wins."""


class Choice(Kept, fields.String):
    """One of a few words."""

    def __init__(self, options: Collection[str], **kwargs: Any) -> None:
        super().__init__(metadata={"enum": sorted(options)}, **kwargs)
        self.options = frozenset(options)

    def keep(self, value: Any) -> str:
        if type(value) is not str or value not in self.options:
            raise ValidationError(INVALID)
        return value


class Flag(Kept, fields.Boolean):
    """Yes or no."""

    def keep(self, value: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError(INVALID)
        return value


class Whole(Kept, fields.Integer):
    """A whole number from `least` to `most`."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def keep(self, value: Any) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValidationError(INVALID)
        return value


class Position(Kept, fields.Float):
    """Where a record stands among its like: any number, so that there is always room between two."""

    def keep(self, value: Any) -> float:
        if type(value) not in (int, float):
            raise ValidationError(INVALID)
        number: float = value
        return number


class Texts(Kept, fields.List[str]):
    """A short list of lines, replaced as a whole."""

    def __init__(self, most: int, length: int, **kwargs: Any) -> None:
        fields.List.__init__(self, fields.String(), allow_none=True, **kwargs)
        self.most, self.length = most, length

    def keep(self, value: Any) -> list[str]:
        if type(value) is not list or len(value) > self.most or any(type(line) is not str for line in value):
            raise ValidationError(INVALID)
        if any(len(line) > self.length for line in value):
            raise ValidationError(TOO_LONG)
        return [line.replace("\0", "") for line in value]


class SetOf(fields.List[str]):
    """A set of strings, sorted; changed only by add and remove. Longer members are cut to `most` characters."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(fields.String(), **kwargs)
        self.most = most

    def member(self, value: object) -> str:
        """A member as it is stored; raises ValidationError for what is not text."""
        text = value.replace("\0", "").strip() if type(value) is str else ""
        if not text:
            raise ValidationError(INVALID)
        return text[: self.most]


class Id(Kept, fields.String):
    """The id of another record or person, which may arrive later or be deleted."""

    def keep(self, value: Any) -> str:
        if not is_id(value):
            raise ValidationError(INVALID)
        return str(value)


class Digest(Kept, fields.String):
    """A SHA-256 in lower-case hexadecimal."""

    def keep(self, value: Any) -> str:
        if type(value) is not str or len(value) != 64 or value.strip("0123456789abcdef"):
            raise ValidationError(INVALID)
        return value


class Moment(Kept, fields.String):
    """An ISO 8601 time with its offset."""

    def keep(self, value: Any) -> str:
        try:
            if datetime.fromisoformat(value).tzinfo is None:
                raise ValueError
        except (TypeError, ValueError):
            raise ValidationError(INVALID) from None
        return str(value)


class Day(Kept, fields.String):
    """An ISO 8601 date."""

    def keep(self, value: Any) -> str:
        try:
            date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError(INVALID) from None
        return str(value)


class Point(Kept, fields.Dict):
    """A place on a picture: {"x", "y"} as shares of its width and height from the top left corner."""

    def keep(self, value: Any) -> dict[str, float]:
        if type(value) is not dict or value.keys() != {"x", "y"}:
            raise ValidationError(INVALID)
        if not all(type(share) in (int, float) and 0 <= share <= 1 for share in value.values()):
            raise ValidationError(INVALID)
        return value
