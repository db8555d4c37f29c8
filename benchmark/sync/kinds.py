"""What a synced record may be. A domain folder declares a Kind; create_app registers them all, once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError

from benchmark.sync.fields import FreeText, SetOf

Fields = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """What a person wants to do to one record, for the kind's rules to judge.

    role      of the person in the space: lead, member or guest
    is_own    the person made the record, or is making it now
    fields    names of the fields that would change
    """

    role: str
    is_own: bool
    is_new: bool
    is_delete: bool
    fields: Collection[str]


@dataclass(frozen=True)
class Kind:
    """A type of synced record.

    schema    its wire form; the field classes say how clashes are handled (sync.fields)
    allows    pure rule: may this write be made?
    complete  fills what only the server knows into new records (id → fields), in one go, before they are
              stored; for example whether a photo's bytes are here already
    """

    name: str
    schema: type[Schema]
    allows: Callable[[Write], bool]
    complete: Callable[[str, dict[str, Fields]], None] | None = None
    _loader: Schema = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_loader", self.schema(unknown=EXCLUDE, partial=True))

    @cached_property
    def free_texts(self) -> frozenset[str]:
        """Fields where a clash becomes a visible conflict."""
        return frozenset(name for name, item in self._loader.fields.items() if isinstance(item, FreeText))

    @cached_property
    def sets(self) -> dict[str, SetOf]:
        """Fields changed by add and remove."""
        return {name: item for name, item in self._loader.fields.items() if isinstance(item, SetOf)}

    @cached_property
    def has_author(self) -> bool:
        """Whether the server writes the maker's person id into `author`."""
        return "author" in self._loader.fields

    def load(self, values: Fields) -> Fields:
        """The valid form of `values` to set. Unknown, server-written and set fields are dropped, which is harmless.

        Raises ValidationError whose messages are {field: [problem code]}.
        """
        writable = {
            name: value
            for name, value in values.items()
            if name in self._loader.load_fields and name not in self.sets
        }
        loaded: Fields = self._loader.load(writable) if writable else {}
        return loaded

    def members(self, values: dict[str, Any]) -> dict[str, list[str]]:
        """The valid form of an `add` or `remove` part; raises ValidationError as `load` does."""
        valid = {}
        for name, items in values.items():
            if name in self.sets:
                if not isinstance(items, list):
                    raise ValidationError({name: ["invalid_field"]})
                valid[name] = [self.sets[name].member(item) for item in items]
        return valid


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known to push; doing it again replaces them."""
    _kinds.update({kind.name: kind for kind in kinds})


def find(name: object) -> Kind | None:
    """The kind of this name, if any."""
    return _kinds.get(name) if isinstance(name, str) else None
