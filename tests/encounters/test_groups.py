"""What is told of a group is not refused whole because of one of them."""

from app.core.ids import new_id
from tests.encounters.made import code, named, present, statuses


def test_names_of_a_group_are_not_all_refused_because_one_was_taken_out_of_the_record(city):
    """A record corrected before it left loses a participation; the names queued behind it still hold it."""
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    told_of = phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "names": [
                {"participation_id": one["participation_id"], "person_id": str(new_id()), "called": called, "called_kind": "nickname"}
                for one, called in zip(
                    [*met["body"]["people"], {"participation_id": str(new_id())}], ["Galego", "Rosa", "Bia"], strict=True
                )
            ],
        },
    )
    outcomes = phone.push(met, told_of)
    assert statuses(outcomes) == ["done", "done"], code(outcomes)


def test_a_link_of_several_is_not_refused_whole_because_of_one(city):
    """Two known people linked in one command; the registration of one of them was given up."""
    phone = city.phone("rua")
    met = phone.encounter(people=2)
    other = phone.encounter()
    name, person = named(phone, other, "Galego")
    phone.push(met, other, name)
    both = phone.command("encounters.link", {"encounter_id": met["body"]["encounter_id"], "links": [
        {"participation_id": one["participation_id"], "person_id": who, "certainty": "sure"}
        for one, who in zip(met["body"]["people"], [person, str(new_id())], strict=True)
    ]})  # fmt: skip
    phone.push(both)
    assert present(city, met)[0] == (person, "sure")
