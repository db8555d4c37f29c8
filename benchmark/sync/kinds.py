"""What a synced record may be. A domain folder declares a Kind; create_app registers them all, once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError

from benchmark.sync.fields import INVALID, FreeText, Kept, SetOf

Fields = dict[str, Any]


class Write(NamedTuple):
    """What a person wants to do to one record, for the kind's rules to judge.

    role      of the person in the space: lead, member or guest
    is_own    the person made the record, or is making it now
    is_delete it goes into the bin, or comes back from there
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
    hidden_from  roles that never get records of this kind
    complete  fills what only the server knows into new and restored records (id → fields), in one go, before
              they are stored; for example whether a photo's bytes are here already
    forget    lets go of what the server alone keeps for these records (ids), once they cannot be restored
    """

    name: str
    schema: type[Schema]
    allows: Callable[[Write], bool]
    hidden_from: frozenset[str] = frozenset()
    complete: Callable[[str, dict[str, Fields]], None] | None = None
    forget: Callable[[str, Collection[str]], None] | None = None

    @cached_property
    def _fields(self) -> dict[str, Any]:
        return self.schema().fields

    @cached_property
    def _keep(self) -> dict[str, Callable[[Any], Any]]:
        """How each field that phones may set is checked."""
        return {
            name: item.keep
            for name, item in self._fields.items()
            if isinstance(item, Kept) and not item.dump_only
        }

    @cached_property
    def settable(self) -> frozenset[str]:
        """All fields that phones may set."""
        return frozenset(self._keep)

    @cached_property
    def free_texts(self) -> frozenset[str]:
        """Fields where a clash becomes a visible conflict."""
        return frozenset(name for name, item in self._fields.items() if isinstance(item, FreeText))

    @cached_property
    def sets(self) -> dict[str, SetOf]:
        """Fields changed by add and remove."""
        return {name: item for name, item in self._fields.items() if isinstance(item, SetOf)}

    @cached_property
    def has_author(self) -> bool:
        """Whether the server writes the maker's person id into `author`."""
        return "author" in self._fields

    def load(self, values: Fields) -> Fields:
        """The valid form of `values` to set. Unknown, server-written and set fields are dropped, which is harmless.

        Raises ValidationError whose message is the problem code.
        """
        valid, keep = {}, self._keep
        for name, value in values.items():
            if name in keep:
                valid[name] = None if value is None else keep[name](value)
        return valid

    def members(self, values: dict[str, Any]) -> dict[str, list[str]]:
        """The valid form of an `add` or `remove` part; raises ValidationError as `load` does."""
        valid: dict[str, list[str]] = {}
        if not values:
            return valid
        for name, items in values.items():
            if name in self.sets:
                if type(items) is not list:
                    raise ValidationError(INVALID)
                valid[name] = list(map(self.sets[name].member, items))
        return valid


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known to push; doing it again replaces them."""
    _kinds.update({kind.name: kind for kind in kinds})


def hidden_from(role: str) -> list[str]:
    """Names of the kinds that people with this role never get."""
    return sorted(kind.name for kind in _kinds.values() if role in kind.hidden_from)


def find(name: object) -> Kind | None:
    """The kind of this name, if any."""
    return _kinds.get(name) if isinstance(name, str) else None
