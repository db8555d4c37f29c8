"""Wire forms of reports."""

from marshmallow import Schema, fields, validate

from benchmark.kernel.words import LANGUAGES


class ReportWish(Schema):
    """What report to make. Without `language`, the study's."""

    with_names = fields.Boolean(required=True)
    language = fields.String(allow_none=True, load_default=None, validate=validate.OneOf(LANGUAGES))


class ReportState(Schema):
    """A report and how far it is; `problem` names what went wrong when it failed, `size` is in bytes when done."""

    id = fields.String()
    study = fields.String()
    language = fields.String()
    with_names = fields.Boolean()
    state = fields.String(validate=validate.OneOf(("waiting", "working", "done", "failed")))
    progress = fields.Float()
    problem = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    created_at = fields.String()
