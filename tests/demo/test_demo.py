"""The demo study is whole, arrives through the real services, and never gets in the way of people's own work."""

import re
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

import benchmark
from benchmark.config import Config
from benchmark.demo import service as demo
from benchmark.demo.service import Account
from benchmark.kernel.db import db
from benchmark.people import codes
from benchmark.studies import service as studies
from benchmark.sync import service as sync
from tests.databases import SQLite
from tests.factories import Someone, browser

Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A server that has nothing but the demo, loaded once for all tests here, which only read it."""
    folder = tmp_path_factory.mktemp("demo")
    app = benchmark.create_app(Config(data=folder, database=SQLite(folder).fresh()))
    load(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def records(server: Flask) -> Records:
    """Everything in the demo study's space."""
    with server.app_context():
        study = studies.latest()
        assert study
        return sync.records(study)


def load(app: Flask) -> Account | None:
    with app.app_context():
        account = demo.load(app.extensions["config"].data)
        db.session.commit()
    return account


def of(kind: str, records: Records) -> Records:
    return [record for record in records if record["kind"] == kind]


def test_the_study_has_all_its_parts(records: Records) -> None:
    counts = Counter(record["kind"] for record in records)
    assert counts == {
        "study": 1, "participant": 6, "focus": 5, "visit": 3, "plan": 1,
        "observation": 40, "photo": 29, "group": 8, "finding": 9,
    }  # fmt: skip
    assert Counter(finding["result"] for finding in of("finding", records)) == {
        "improvement_idea": 5,
        "strength": 4,
    }


def test_six_people_observe_and_one_of_them_leads(records: Records) -> None:
    people = {person["id"]: person["role"] for person in of("participant", records)}
    assert Counter(people.values()) == {"lead": 1, "member": 5}
    assert {observation["author"] for observation in of("observation", records)} == set(people)
    assert all(focus["people"] and set(focus["people"]) <= set(people) for focus in of("focus", records))


def test_every_observation_was_made_by_someone_on_that_visit_while_it_lasted(records: Records) -> None:
    visits = {visit["id"]: visit for visit in of("visit", records)}
    for observation in of("observation", records):
        visit = visits[observation["visit_id"]]
        assert observation["author"] in visit["people"]
        moments = [visit["starts_at"], observation["observed_at"], visit["ends_at"]]
        assert moments == sorted(moments, key=datetime.fromisoformat)


def test_observations_are_grouped_but_for_a_few_and_every_result_has_evidence(records: Records) -> None:
    groups = {group["id"] for group in of("group", records)}
    sizes = Counter(observation.get("group_id") for observation in of("observation", records))
    assert set(sizes) == {*groups, None}
    assert 3 <= sizes[None] <= 5
    assert {finding["group_id"] for finding in of("finding", records)} <= groups


def test_pictures_are_on_the_server_with_words_for_those_who_do_not_see_them(
    server: Flask, records: Records
) -> None:
    photos = of("photo", records)
    assert all(photo["is_received"] and photo["people"] == "none" for photo in photos)
    assert all(20 < len(photo["caption"]) <= 250 for photo in photos)
    assert len({photo["caption"] for photo in photos}) == len(photos)
    shown = Counter(photo["observation_id"] for photo in photos if photo.get("observation_id"))
    assert len(shown) >= 20
    assert max(shown.values()) == 2
    (plan,) = of("plan", records)
    client, space = browser(server), studies_space(records)
    sign_in(client, load(server))
    for photo in [plan["photo_id"], *shown_photos(photos)]:
        with client.get(f"/api/v1/photos/{photo}/thumb?space={space}") as picture:
            assert picture.status_code == 200


def test_most_observations_are_pinned_on_the_plan(records: Records) -> None:
    (plan,) = of("plan", records)
    pinned = [item for item in of("observation", records) if item.get("pin")]
    assert len(pinned) > 30
    assert {item["plan_id"] for item in pinned} == {plan["id"]}
    assert len({(item["pin"]["x"], item["pin"]["y"]) for item in pinned}) == len(pinned)


def test_loading_again_changes_nothing_and_tells_the_same_account(server: Flask, records: Records) -> None:
    with server.app_context():
        code = codes.invitation(studies_space(records), "member")
    first, second = load(server), load(server)
    assert first == second
    with server.app_context():
        assert sync.records(studies_space(records)) == records
        assert codes.invitation(studies_space(records), "member") == code


def test_only_the_owner_of_the_data_folder_can_read_the_password(server: Flask) -> None:
    account = load(server)
    assert account
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", account.password)
    (file,) = server.extensions["config"].data.glob("demo-password.txt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_server_that_people_use_already_gets_no_demo(app: Flask, lead: Someone) -> None:
    assert load(app) is None
    with app.app_context():
        assert studies.latest() is None
        assert [team["name"] for team in studies.teams_of(lead.id)] == ["Lauttasaaren kirjasto"]
    assert not list(app.extensions["config"].data.glob("demo-password.txt"))


def studies_space(records: Records) -> str:
    (study,) = of("study", records)
    return str(study["id"])


def shown_photos(photos: Records) -> list[str]:
    return [photo["id"] for photo in photos if photo.get("observation_id")]


def sign_in(client: Any, account: Account | None) -> None:
    assert account
    answer = client.post("/api/v1/session", json={"email": account.email, "password": account.password})
    assert answer.status_code == 200
