"""Commands on encounters as phones send them, and persons to link."""

from app.core.ids import new_id


def named(phone, met, called, position=0, person_id=None, **more):
    """encounters.complete that gives somebody present a name; the command and the person's id."""
    person_id = person_id or str(new_id())
    told = phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "names": [
                {
                    "participation_id": met["body"]["people"][position]["participation_id"],
                    "person_id": person_id,
                    "called": called,
                    "called_kind": "nickname",
                }
            ],
        },
        **more,
    )
    return told, person_id


def known_person(phone, called="Galego"):
    """A person whom the team has met; her id."""
    met = phone.encounter()
    told, person_id = named(phone, met, called)
    assert [outcome["status"] for outcome in phone.push(met, told)] == ["done", "done"]
    return person_id


def link(phone, met, person_id, position=0, certainty="sure", **more):
    present = met["body"]["people"][position]["participation_id"]
    links = [{"participation_id": present, "person_id": person_id, "certainty": certainty}]
    return phone.command("encounters.link", {"encounter_id": met["body"]["encounter_id"], "links": links}, **more)


def unlink(phone, met, position=0, **more):
    body = {
        "encounter_id": met["body"]["encounter_id"],
        "participation_id": met["body"]["people"][position]["participation_id"],
        "reason": "wrong_person",
    }
    return phone.command("encounters.unlink", body, **more)


def offer(phone, met, answer="accepted", reason=None, kind="overnight", position=0, **more):
    present = met["body"]["people"][position]["participation_id"] if position is not None else None
    made = {"offer_id": str(new_id()), "participation_id": present, "kind": kind, "answer": answer, "reason": reason}
    return phone.command("encounters.offer", {"encounter_id": met["body"]["encounter_id"], "offers": [made]}, **more)


def join(phone, kept, joined, **more):
    body = {
        "join_id": str(new_id()),
        "kept_id": kept["body"]["encounter_id"],
        "joined_id": joined["body"]["encounter_id"],
    }
    return phone.command("encounters.join", body, **more)


def unjoin(phone, joined, **more):
    return phone.command("encounters.unjoin", {"join_id": joined["body"]["join_id"]}, **more)


def correct(phone, met, people=None, **body):
    """A correction; `people` as the phone's list, with ids of the former where it knows them."""
    fixed = phone.encounter(replaces_id=met["body"]["encounter_id"], reason_text=None, **body)
    if people is not None:
        fixed["body"] |= {"people": people, "people_count": len(people)}
    return fixed | {"name": "encounters.correct"}


def statuses(outcomes):
    return [outcome["status"] for outcome in outcomes]


def code(outcomes):
    """The problem of the one command that was refused."""
    [problem] = [outcome["problem"]["code"] for outcome in outcomes if outcome["problem"]]
    return problem


def present(city, met):
    """[(person, certainty)] of an encounter by place in the list, as it stands in the database."""
    rows = city.rows(
        "SELECT person_id, certainty FROM participations WHERE municipality_id = :m AND encounter_id = :e ORDER BY position",
        e=met["body"]["encounter_id"],
    )
    return [(str(row["person_id"]) if row["person_id"] else None, row["certainty"]) for row in rows]
