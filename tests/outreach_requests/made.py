"""Requests as they come in, by the services and by the pages."""

import re
from datetime import datetime

from sqlalchemy import text

from app.core import clock
from app.core.ids import new_id
from app.outreach_requests import service
from app.outreach_requests.schemas import asked
from tests.make.city import NORTH_POINT

WORDS = "Quer um lugar para dormir"


def ask(city, persona="supervisao", now: datetime | None = None, **told):
    """One taken in at the desk, at the point of the northern region; gives its id as text."""
    body = {"request_id": new_id(), "channel": "156", "purpose": "other", "description": WORDS}
    if not {"lon", "point_id", "street", "neighbourhood", "place_text"} & told.keys():
        body |= {"lon": NORTH_POINT[0], "lat": NORTH_POINT[1]}
    with city.transaction() as session:
        row = service.take_in(session, city.actor_in(session, persona), asked(**body | told), now or clock.now())
        return str(row.id)


def send(city, request_id, persona="supervisao", team="team", seen=None, now: datetime | None = None):
    """The request goes to a team."""
    with city.transaction() as session:
        actor = city.actor_in(session, persona)
        why = "near" if seen else None
        service.dispatch(session, actor, request_id, city.ids[team], now or clock.now(), city.ids[seen] if seen else None, why)


def row_of(city, request_id):
    [row] = city.rows("SELECT * FROM outreach_requests WHERE municipality_id = :m AND id = :i", i=request_id)
    return row


def events_of(city, request_id):
    rows = city.rows("SELECT status FROM outreach_request_events WHERE municipality_id = :m AND request_id = :i ORDER BY at, id", i=request_id)
    return [row["status"] for row in rows]


def on_phone(phone):
    """Requests that the phone holds, by id."""
    phone.pull()
    return {body["id"]: body for body in phone.of_type("request")}


def answer(phone, request_id, name, at=None, **body):
    return phone.command(f"outreach_requests.{name}", {"request_id": request_id} | body, at)


def closing(phone, request_id, outcome="found", offers=(), at=None):
    return answer(phone, request_id, "close", at, outcome=outcome, offers=list(offers))


def second_team(city, name="Equipe Dois"):
    """A street team of the south with a worker's role for `rua2` on it too; gives its id under `team2`."""
    city.ids["team2"] = new_id()
    with city.transaction() as session:
        run = lambda sql, **v: session.execute(text(sql), {"m": city.ibge, "t": city.ids["team2"]} | v)  # noqa: E731
        run("INSERT INTO teams (municipality_id, id, name, kind, is_active) VALUES (:m, :t, :n, 'street', true)", n=name)
        run("INSERT INTO team_regions (municipality_id, id, team_id, region_id) VALUES (:m, :i, :t, :r)", i=new_id(), r=city.ids["south"])
        run("UPDATE role_grants SET scope_id = :t WHERE municipality_id = :m AND worker_id = :w", w=city.ids["rua2"])
        run("UPDATE team_members SET team_id = :t WHERE municipality_id = :m AND worker_id = :w", w=city.ids["rua2"])
    return city.ids["team2"]


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]
