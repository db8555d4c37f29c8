"""What a phone has is not echoed; what it lacks always is. Each misfortune here once slipped past a looser rule."""

from typing import Any

from benchmark.kernel.ids import new_id
from tests.factories import Someone
from tests.sync.phone import Phone


def exchange(someone: Someone, phone: Phone, *, is_heard: bool = True) -> dict[str, Any]:
    """A round trip of this phone, whose answer may get lost."""
    answer: dict[str, Any] = someone.client.post("/api/v1/sync", json=phone.request()).json
    if is_heard:
        while phone.receive(answer):
            answer = someone.client.post("/api/v1/sync", json=phone.request()).json
    return answer


def shown(someone: Someone, space: str, id_: str) -> dict[str, Any]:
    """The record as a new phone shows it."""
    phone = Phone(someone.id)
    exchange(someone, phone)
    return phone.shown()[space, id_]


def observed(someone: Someone, space: str, *phones: Phone) -> str:
    """An observation that all these phones have."""
    first, *others = phones
    id_ = first.save(space, "observation", set={"text": "Kartta", "author": someone.id})
    exchange(someone, first)
    for other in others:
        exchange(someone, other)
    return id_


def test_a_conflict_reaches_the_phone_that_writes_next(lead: Someone, space: str) -> None:
    laptop, tablet = Phone(lead.id), Phone(lead.id)
    id_ = observed(lead, space, laptop, tablet)
    tablet.save(space, "observation", id_, set={"text": "Kartta seinällä"})
    laptop.save(space, "observation", id_, set={"text": "Kartta ovella"})
    exchange(lead, laptop)
    exchange(lead, tablet)
    laptop.save(space, "observation", id_, set={"thought": "Meillekin"})
    exchange(lead, laptop)
    assert laptop.shown()[space, id_]["conflicts"] == shown(lead, space, id_)["conflicts"]


def test_a_tag_of_another_reaches_the_phone_that_writes_next(lead: Someone, space: str) -> None:
    laptop, tablet = Phone(lead.id), Phone(lead.id)
    id_ = observed(lead, space, laptop, tablet)
    tablet.save(space, "observation", id_, add={"tags": ["kartta"]})
    laptop.save(space, "observation", id_, set={"thought": "Meillekin"})
    exchange(lead, tablet)
    exchange(lead, laptop)
    assert laptop.shown() == tablet.shown() | {(space, id_): shown(lead, space, id_)}


def test_after_a_lost_answer_the_repeated_op_brings_the_whole_record(lead: Someone, space: str) -> None:
    laptop, tablet = Phone(lead.id), Phone(lead.id)
    id_ = observed(lead, space, laptop, tablet)
    tablet.save(space, "observation", id_, set={"feeling": "works"})
    exchange(lead, tablet)
    laptop.save(space, "observation", id_, set={"feeling": "surprises"})
    exchange(lead, laptop, is_heard=False)
    laptop.save(space, "observation", id_, set={"thought": "Meillekin"})
    exchange(lead, laptop)
    assert laptop.shown()[space, id_] == shown(lead, space, id_)


def test_a_restored_observation_comes_back_whole(lead: Someone, space: str) -> None:
    laptop, tablet = Phone(lead.id), Phone(lead.id)
    id_ = observed(lead, space, laptop, tablet)
    laptop.save(space, "observation", id_, deleted=True)
    exchange(lead, laptop)
    exchange(lead, tablet)
    tablet.save(space, "observation", id_, deleted=False)
    exchange(lead, tablet)
    exchange(lead, laptop)
    assert laptop.shown()[space, id_]["text"] == tablet.shown()[space, id_]["text"] == "Kartta"


def test_a_text_written_onto_what_another_deleted_is_set_aside_not_lost(lead: Someone, space: str) -> None:
    laptop, tablet = Phone(lead.id), Phone(lead.id)
    id_ = observed(lead, space, laptop, tablet)
    laptop.save(space, "observation", id_, deleted=True)
    exchange(lead, laptop)
    tablet.save(space, "observation", id_, set={"text": "Kartta ovella"})
    exchange(lead, tablet)
    assert [op["set"]["text"] for op in tablet.aside.values()] == ["Kartta ovella"]
    assert tablet.shown()[space, id_]["deleted"] is True


def test_a_cursor_nobody_can_read_means_from_the_beginning(lead: Someone, space: str) -> None:
    phone = Phone(lead.id)
    id_ = observed(lead, space, phone)
    phone.cursors[space] = f"x{new_id()}"
    phone.base.clear()
    exchange(lead, phone)
    assert (space, id_) in phone.shown()


def test_a_batch_beside_others_is_told_what_became_of_its_records_alone(lead: Someone, space: str) -> None:
    laptop, tablet = Phone(lead.id), Phone(lead.id)
    id_ = observed(lead, space, laptop, tablet)
    tablet.save(space, "observation", id_, set={"thought": "Meillekin"})
    laptop.save(space, "observation", id_, set={"feeling": "works"})
    laptop.save(space, "observation", set={"text": "Jono", "author": lead.id})
    exchange(lead, tablet)
    first, second = laptop.requests(1)
    answers = [lead.client.post("/api/v1/sync", json=request).json for request in (second, first)]
    assert [[change["id"] for change in page["changes"]] for page in pages(space, answers)] == [[], [id_]]
    before = laptop.cursors[space]
    for answer in answers:
        laptop.receive_own(answer)
    # The tablet's change came between.
    assert laptop.cursors[space] == before
    exchange(lead, laptop)
    assert laptop.shown()[space, id_] == shown(lead, space, id_)


def test_batches_beside_each_other_lead_the_phone_on_one_after_another(lead: Someone, space: str) -> None:
    laptop = Phone(lead.id)
    observed(lead, space, laptop)
    for text in ("Jono", "Kassa"):
        laptop.save(space, "observation", set={"text": text, "author": lead.id})
    for request in laptop.requests(1):
        laptop.receive_own(lead.client.post("/api/v1/sync", json=request).json)
    assert exchange(lead, laptop)["spaces"] == {}
    assert len(laptop.shown()) == 3


def pages(space: str, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [answer["spaces"][space] for answer in answers]
