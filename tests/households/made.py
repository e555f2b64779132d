"""Commands on families as phones send them."""

from app.core.ids import new_id


def member(called="Téo", kind="child", **more):
    return {
        "member_id": str(new_id()),
        "called": called,
        "kind": kind,
        "birth_on": None,
        "due_on": None,
        "is_responsible": False,
        "person_id": None,
    } | more


def opening(phone, *members, called="Família da barraca azul", team=None, **more):
    body = {
        "household_id": str(new_id()),
        "called": called,
        "team_id": str(phone.city.ids[team]) if team else None,
        "region_id": None,
        "address_hint": "Perto da feira",
        "members": list(members),
    }
    return phone.command("people.open_household", body, **more)


def change(phone, household_id, kind, occurred_at=None, after=(), **body):
    full = {
        "household_id": str(household_id),
        "event_id": str(new_id()),
        "kind": kind,
        "called": None,
        "region_id": None,
        "address_hint": None,
        "member": None,
        "member_ids": [],
        "other_id": None,
        "reason": None,
    } | body
    return phone.command("people.change_household", full, occurred_at, after)


def families(phone):
    phone.pull()
    return {body["id"]: body for body in phone.of_type("household")}


def of(opened):
    return opened["body"]["household_id"]
