"""Alerts of the last night, as they ended: one that a late phone annulled, one that somebody answered; and who is told next time.

What is open is not invented: the watch itself finds it in the roster and the requests a few minutes after the start.
"""

from datetime import datetime, timedelta

from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows


def rung(city: Standing, rows: Rows, now: datetime) -> None:
    """Of planned shifts of the night team that are over; nothing where the city has none or nobody oversees it."""
    chief = city.personas.get("supervisao")
    night = city.teams.get("noite")
    over = [row for row in rows["planned_shifts"] if row["team_id"] == night and row["status"] == "published" and row["ends_at"] < now]
    if chief is None or len(over) < 2:
        return
    dice = Dice(f"alerts:{city.plan.id}")
    before, last = sorted(over, key=lambda row: row["ends_at"])[-2:]
    region = next((row["region_id"] for row in rows["planned_shift_regions"] if row["planned_shift_id"] == before["id"]), None)
    starts = last["starts_at"]
    rows.add("alert_fallbacks", id=chief)
    shared = {
        "team_id": night, "request_id": None, "stage": None, "is_urgent": False, "told_as": "fallback",
        "told_count": 1,
    }  # fmt: skip
    rung_at = starts + timedelta(minutes=25)
    rows.add(
        "alerts", id=dice.uuid_at(rung_at), matter=f"late:{last['id']}", kind="late", region_id=None, since=starts, news_at=None,
        opened_at=rung_at, closed_at=rung_at + timedelta(minutes=50), closed_how="late_sync", settled_at=starts + timedelta(minutes=4),
        annulled_at=rung_at + timedelta(minutes=50), answer=None, answer_words="", answered_at=None, answered_by=None, planned_shift_id=last["id"], **shared,
    )  # fmt: skip
    # Of the night before: older than what the watch still looks at, for the invented phones tell nothing of it.
    gone = before["starts_at"] + timedelta(hours=1)
    rows.add(
        "alerts", id=dice.uuid_at(gone), matter=f"missing:{region}", kind="missing", region_id=region, since=gone, news_at=gone,
        opened_at=gone + timedelta(minutes=95), closed_at=gone + timedelta(minutes=130), closed_how="resolved",
        settled_at=gone + timedelta(minutes=125), annulled_at=None, answer="called", answer_words="",
        answered_at=gone + timedelta(minutes=101), answered_by=chief, planned_shift_id=before["id"], **shared,
    )  # fmt: skip
