"""Commands on agreed steps as phones send them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.ids import new_id


def today():
    """Today where the cities of the tests lie: from 21:00 on, UTC is already a day ahead."""
    return datetime.now(ZoneInfo("America/Fortaleza")).date()


def agree(phone, what="Levar a certidão", due_on=None, team="team", **more):
    occurred_at, after = more.pop("occurred_at", None), more.pop("after", ())
    body = {
        "task_id": str(new_id()),
        "team_id": str(phone.city.ids[team]) if team else None,
        "person_id": None,
        "household_id": None,
        "encounter_id": None,
        "what": what,
        "due_on": (due_on or today() + timedelta(days=1)).isoformat() if not isinstance(due_on, str) else due_on,
        "due_time": None,
        "place_text": None,
        "point_id": None,
        "assignee_id": None,
    } | more
    return phone.command("tasks.agree", body, occurred_at, after)


def close(phone, agreed, result="done", text=None, **more):
    body = {"task_id": agreed["body"]["task_id"], "result": result, "text": text}
    return phone.command("tasks.close", body, **more)


def tasks_on(phone):
    """Bodies by id, as this phone holds them."""
    phone.pull()
    return {body["id"]: body for body in phone.of_type("task")}


def late_by(days) -> date:
    return today() - timedelta(days=days)
