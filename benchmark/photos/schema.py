"""Wire forms: the synced kind `photo`, and what goes with its bytes, which travel apart (`photos.api`)."""

from marshmallow import Schema, ValidationError, fields, validate

from benchmark.sync.fields import FreeText, Id

PEOPLE = ("none", "blurred", "kept_with_reason", "unanswered")
"""Who can be recognised in a picture; `unanswered` never leaves in a report."""


def _whole(least: int, most: int) -> fields.Integer:
    within = validate.Range(least, most, error="invalid_field")
    return fields.Integer(strict=True, allow_none=True, validate=within)


def _sha256(value: str) -> None:
    if len(value) != 64 or value.strip("0123456789abcdef"):
        raise ValidationError("invalid_field")


class Photo(Schema):
    """A photo of an observation or of a floor plan. `sha256` is that of the JPEG the phone will send."""

    observation_id = Id()
    plan_id = Id()
    sha256 = fields.String(validate=_sha256)
    width = _whole(1, 100_000)
    height = _whole(1, 100_000)
    size = _whole(1, 1 << 30)
    caption = FreeText(500)
    people = fields.String(validate=validate.OneOf(PEOPLE, error="invalid_field"))
    position = fields.Float(allow_none=True)
    author = Id(dump_only=True)
    is_received = fields.Boolean(dump_only=True)


class PhotoSpace(Schema):
    """Where a photo belongs."""

    space = Id(required=True)


class PhotoReceived(Schema):
    """The server has these bytes; the phone may forget its own copy in time."""

    sha256 = fields.String()
