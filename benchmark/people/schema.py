"""Wire forms of sessions and people. Lengths and contents are judged in `people.rules`, by name."""

from marshmallow import EXCLUDE, Schema, fields, validate

from benchmark.people.rules import LANGUAGES

language = validate.OneOf(LANGUAGES)


class Request(Schema):
    """What we are sent. Fields we do not know are left aside: a newer phone may send more."""

    class Meta:
        unknown = EXCLUDE


class SignIn(Request):
    """E-mail and password of a lead."""

    email = fields.String(required=True)
    password = fields.String(required=True)


class Me(Schema):
    """The signed-in person."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, validate=language)


class Session(Schema):
    """Who is signed in on this device, and whether the server has its first lead yet."""

    person = fields.Nested(Me, required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True)
    is_set_up = fields.Boolean(required=True)
