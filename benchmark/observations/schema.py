"""The synced kind `observation`. Text or a photo is enough; everything else may be missing."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from benchmark.sync.fields import FreeText, Id, Moment, SetOf

FEELINGS = ("works", "does_not", "surprises")


class Pin(Schema):
    """A place on the plan, as shares of its width and height from the top left corner."""

    x = fields.Float(required=True, validate=validate.Range(0, 1, error="invalid_field"))
    y = fields.Float(required=True, validate=validate.Range(0, 1, error="invalid_field"))


class Observation(Schema):
    """What I saw, what I think, and where it belongs."""

    text = FreeText(20_000)
    thought = FreeText(20_000)
    with_us = FreeText(20_000)
    feeling = fields.String(allow_none=True, validate=validate.OneOf(FEELINGS, error="invalid_field"))
    focus_id = Id()
    visit_id = Id()
    tags = SetOf(60)
    plan_id = Id()
    pin = fields.Nested(Pin, allow_none=True)
    observed_at = Moment()
    group_id = Id()
    author = Id(dump_only=True)
