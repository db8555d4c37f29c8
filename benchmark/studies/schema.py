"""Wire forms of studies: the synced records, and the requests around them."""

from marshmallow import Schema, fields, validate

from benchmark.people.rules import LANGUAGES
from benchmark.people.schema import Request, Session, language
from benchmark.studies.template import NAMES
from benchmark.sync.fields import Choice, Flag, FreeText, Id, Moment, Position, SetOf, Short, Texts


class Study(Schema):
    """What a study says; the one record of its kind, with the id of the space."""

    title = Short(120)
    purpose = FreeText(300)
    mirror = FreeText(2000)
    host_name = Short(120)
    sector = Choice(("public", "business", "third_sector", "culture"))
    is_announced = Flag()
    photo_permission = Choice(("asked", "not_asked", "refused"))
    language = Choice(LANGUAGES)
    stage = Choice(("prepare", "visit", "debrief", "follow_up", "closed"))


class Focus(Schema):
    """A point of view with its guiding questions."""

    name = Short(120)
    questions = Texts(5, 200)
    people = SetOf(36)
    position = Position()


class Visit(Schema):
    """One occasion: where, when, who goes."""

    place = Short(200)
    starts_at = Moment()
    ends_at = Moment()
    people = SetOf(36)
    position = Position()


class Plan(Schema):
    """A floor plan: a photo that names this plan, or a sketch that every screen draws itself."""

    title = Short(120)
    photo_id = Id()
    sketch = Choice(("three_zones",))
    position = Position()


class Participant(Schema):
    """Someone who joined, by person id. Removed people stay, so that what they noted keeps a name."""

    name = fields.String(dump_only=True)
    role = fields.String(dump_only=True)
    is_removed = fields.Boolean(dump_only=True)


class SetUp(Request):
    """What the one-time link asks: the first team and its first lead."""

    token = fields.String(required=True)
    team = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    password = fields.String(required=True)
    language = fields.String(required=True, validate=language)


class Join(Request):
    """A visit code, and the name of someone who is new on this device; `person`: the id that they had before."""

    code = fields.String(required=True)
    name = fields.String()
    person = fields.String()
    language = fields.String(required=True, validate=language)


class Joined(Session):
    """The session, and the study that was joined."""

    space = fields.String(required=True)


class ChangeMe(Request):
    """What people change about themselves."""

    name = fields.String()
    language = fields.String(validate=language)


class NewStudy(Request):
    """What a study is made from. The team may be left out by those who lead only one."""

    template = fields.String(required=True, validate=validate.OneOf(NAMES))
    language = fields.String(required=True, validate=language)
    title = fields.String()
    team = fields.String()


class CodeFor(Request):
    """Whom a code lets in."""

    role = fields.String(load_default="member", validate=validate.OneOf(("member", "guest")))


class Created(Schema):
    """The id of what was made."""

    id = fields.String(required=True)


class Membership(Schema):
    """A team of the signed-in person, with the role there."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(("lead", "member")))


class Code(Schema):
    """A visit code as leads hand it out."""

    code = fields.String(required=True)
    link = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    is_expired = fields.Boolean(required=True)
