"""Wire forms: the synced kind `photo`, and what goes with its bytes, which travel apart (`photos.api`)."""

from marshmallow import Schema, fields
from marshmallow.validate import Range

from benchmark.sync.fields import Choice, Digest, Flag, FreeText, Id, Position, Whole

PEOPLE = ("none", "blurred", "kept_with_reason", "unanswered")
"""Who can be recognised in a picture; `unanswered` never leaves in a report."""


class Photo(Schema):
    """A photo of an observation or of a floor plan. `sha256` is that of the JPEG the phone will send."""

    observation_id = Id()
    plan_id = Id()
    sha256 = Digest()
    width = Whole(1, 100_000)
    height = Whole(1, 100_000)
    size = Whole(1, 1 << 30)
    caption = FreeText(500)
    people = Choice(PEOPLE)
    people_reason = FreeText(300)
    position = Position()
    author = Id(dump_only=True)
    is_received = Flag(dump_only=True)


class PhotoSpace(Schema):
    """Where a photo belongs."""

    space = Id(required=True)


class UploadAnnounced(Schema):
    """How many bytes the whole picture has."""

    length = fields.Integer(required=True, data_key="Upload-Length", validate=Range(min=1))


class UploadPiece(UploadAnnounced):
    """Also where in the picture the body begins."""

    offset = fields.Integer(required=True, data_key="Upload-Offset", validate=Range(min=0))


class PhotoReceived(Schema):
    """The server has these bytes; the phone may forget its own copy in time."""

    sha256 = fields.String()
