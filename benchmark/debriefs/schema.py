"""The wire form of the synced kinds `group` and `finding`."""

from marshmallow import Schema

from benchmark.sync.fields import Choice, Day, FreeText, Id, Position, Short, Whole

RESULTS = ("improvement_idea", "strength")
STATUSES = ("new", "trying", "kept", "changed", "dropped", "not_now")


class Group(Schema):
    """Observations that belong together; its name is a sentence. An observation points at its group."""

    name = Short(200)
    position = Position()


class Finding(Schema):
    """A result made from a group. Its evidence is the group's observations; impact and effort are 1 to 3."""

    result = Choice(RESULTS)
    group_id = Id()
    statement = FreeText(2000)
    impact = Whole(1, 3)
    effort = Whole(1, 3)
    owner = Short(120)
    first_step = FreeText(1000)
    due_on = Day()
    status = Choice(STATUSES)
    position = Position()
