"""The wire form of the synced kinds `observation` (text or a photo is enough) and `reflection`."""

from marshmallow import Schema

from benchmark.sync.fields import Choice, FreeText, Id, Moment, Point, SetOf, Short

FEELINGS = ("works", "does_not", "surprises")


class Observation(Schema):
    """What I saw, what I think, and where it belongs.

    question  the guiding question that this answers, in its own words
    observer  who saw it, when a lead types in somebody's paper card
    """

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
    question = Short(200)
    observer = Short(80)
    author = Id(dump_only=True)


class Reflection(Schema):
    """What stays in the mind right after a visit: four questions, three minutes, one for each person."""

    best = FreeText(2000)
    monday = FreeText(2000)
    already_good = FreeText(2000)
    surprised = FreeText(2000)
    author = Id(dump_only=True)
