"""The wire form of the synced kind `observation`. Text or a photo is enough; everything else may be missing."""

from marshmallow import Schema

from benchmark.sync.fields import Choice, FreeText, Id, Moment, Point, SetOf

FEELINGS = ("works", "does_not", "surprises")


class Observation(Schema):
    """What I saw, what I think, and where it belongs."""

    text = FreeText(20_000)
    thought = FreeText(20_000)
    with_us = FreeText(20_000)
    feeling = Choice(FEELINGS)
    focus_id = Id()
    visit_id = Id()
    tags = SetOf(60)
    plan_id = Id()
    pin = Point()
    observed_at = Moment()
    group_id = Id()
    author = Id(dump_only=True)
