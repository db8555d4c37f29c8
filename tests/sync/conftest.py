"""A space that two people share, and an outsider's own."""

import pytest
from flask import Flask

from benchmark.kernel.db import db
from benchmark.kernel.ids import new_id
from benchmark.people.service import grant
from benchmark.sync.service import create_space
from tests.factories import Someone


def make_space(app: Flask, **people: str) -> str:
    """A new space that these people see: person id → role."""
    space = new_id()
    with app.app_context():
        create_space(space)
        for person, role in people.items():
            grant(person, space, role)
        db.session.commit()
    return space


@pytest.fixture
def space(app: Flask, lead: Someone, member: Someone) -> str:
    return make_space(app, **{lead.id: "lead", member.id: "member"})


@pytest.fixture
def far_space(app: Flask, outsider: Someone) -> str:
    return make_space(app, **{outsider.id: "lead"})
