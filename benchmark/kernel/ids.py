"""Identifiers: UUID version 7 (RFC 9562), so that ids made later sort later, and phones can make their own."""

from __future__ import annotations

import re
from typing import TypeGuard

from uuid6 import uuid7

_is_uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


def new_id() -> str:
    """A new id: 36 lower-case characters."""
    return str(uuid7())


def is_id(value: object) -> TypeGuard[str]:
    """Whether `value` is written as an id is: lower-case hexadecimal UUID with hyphens."""
    return type(value) is str and _is_uuid(value) is not None
