"""The synced kinds `group` and `finding`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from benchmark.sync.fields import Day, FreeText, Id, Short

RESULTS = ("improvement_idea", "strength")
STATUSES = ("new", "trying", "kept", "changed", "dropped", "not_now")


class _Scale(fields.Integer):
    """Small, medium or large: 1 to 3."""

    def __init__(self) -> None:
        super().__init__(strict=True, allow_none=True, validate=validate.Range(1, 3, error="invalid_field"))


class Group(Schema):
    """Observations that belong together; its name is a sentence. An observation points at its group."""

    name = Short(200)
    position = fields.Float(allow_none=True)


class Finding(Schema):
    """A result made from a group. Its evidence is the group's observations."""

    result = fields.String(validate=validate.OneOf(RESULTS, error="invalid_field"))
    group_id = Id()
    statement = FreeText(2000)
    impact = _Scale()
    effort = _Scale()
    owner = Short(120)
    first_step = FreeText(1000)
    due_on = Day()
    status = fields.String(validate=validate.OneOf(STATUSES, error="invalid_field"))
    position = fields.Float(allow_none=True)
