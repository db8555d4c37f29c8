"""Wire form of what became of a rescue file."""

from marshmallow import Schema, fields


class Refused(Schema):
    """Things that could not be taken for one reason."""

    code = fields.String(required=True)
    detail = fields.String(required=True)
    n = fields.Integer(required=True)


class Imported(Schema):
    """What was new, by kind, what was here already, and what could not be taken."""

    observations = fields.Integer(required=True)
    photos = fields.Integer(required=True)
    others = fields.Integer(required=True)
    known = fields.Integer(required=True)
    refused = fields.List(fields.Nested(Refused), required=True)
    summary = fields.String(required=True, metadata={"description": "All of it as sentences"})
