"""/mesa/hoje: the day of her own teams, in counts; nobody else's, no name of who is served, no place."""

from datetime import timedelta

from app.core import clock
from tests.encounters.made import known_person
from tests.make.city import NORTH_POINT
from tests.outreach_requests.made import ask, send
from tests.shifts.made import Roster
from tests.shifts.test_lived import ago, end, gps, said, start
from tests.tasks.made import agree, close, late_by, today


def text_of(page: str) -> str:
    import re

    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_who_is_out_what_waits_and_what_was_agreed(city, other_city):
    phone, desk = city.phone("rua"), city.client("coordenacao")
    assert desk.get("/").headers["Location"] == "/mesa/hoje"
    assert "fora de turno" in text_of(desk.get("/mesa/hoje").text)
    shift = start(phone, 2, region_id=str(city.ids["north"]))
    person = known_person(phone, "Galego")
    done, open_ = agree(phone, "Levar a certidão", due_on=today(), person_id=person), agree(phone, due_on=today())
    late = agree(phone, due_on=late_by(3))
    phone.push(shift, phone.encounter(ago(1), shift_id=shift["body"]["shift_id"], place=gps(NORTH_POINT)), done, open_, late, close(phone, done))
    first, _second = ask(city), ask(city, is_urgent=True, now=clock.now() - timedelta(hours=2))
    send(city, first)
    page = desk.get("/mesa/hoje", headers={"HX-Request": "true"}).text
    words = text_of(page)
    assert "<main" not in page and 'hx-get="/mesa/hoje"' in page
    for said_ in ("1 de 1 na rua", "na rua", "North", "última notícia agora", "Combinados de hoje : 1 de 2", "1 combinado atrasado",
                  "1 solicitação com ela", "2 solicitações abertas", "1 sem decisão", "1 passou da hora"):  # fmt: skip
        assert said_.replace(" :", ":") in words.replace(" :", ":"), (said_, words)
    assert "Galego" not in page and "certidão" not in page
    assert "Equipe PIM" not in page and "Equipe Rua" in page
    # A list that is opened from it is of that team alone.
    assert "Levar a certidão" in desk.get(f"/mesa/combinados?equipe={city.ids['team']}").text
    assert "Levar a certidão" not in desk.get(f"/mesa/combinados?equipe={city.ids['pim_team']}").text
    phone.push(said(phone, shift, "pause", 0.5))
    assert "em pausa" in desk.get("/mesa/hoje").text
    phone.push(end(phone, shift, 0.1))
    assert "0 de 1 na rua" in text_of(desk.get("/mesa/hoje").text)
    assert "0 solicitações abertas" in text_of(other_city.client("coordenacao").get("/mesa/hoje").text)
    for persona in ("rua", "abrigo", "creas", "admin", "supervisao"):
        assert city.client(persona).get("/mesa/hoje").status_code == 403


def test_a_team_that_should_be_out_and_said_nothing_comes_first(city):
    roster, now = Roster(city), clock.now()
    plan = roster.by_hand(today() + timedelta(days=1), members=("rua", "rua2"))
    roster.published(1, 1)
    move = "UPDATE planned_shifts SET starts_at = :s, ends_at = :e WHERE municipality_id = :m AND id = :i RETURNING 1"
    city.rows(move, s=now + timedelta(hours=1), e=now + timedelta(hours=9), i=plan)
    desk = city.client("coordenacao")
    assert "sai às" in desk.get("/mesa/hoje").text
    city.rows(move, s=now - timedelta(hours=1), e=now + timedelta(hours=7), i=plan)
    assert "não saiu" in desk.get("/mesa/hoje").text


def test_visits_that_the_families_last_ones_set_for_today(city):
    visitor = city.phone("pim")
    visitor.push(visitor.visit(household_id=str(city.ids["household"]), called=None, next_on=today().isoformat(), occurred_at=ago(48)))
    with city.transaction() as session:
        from app.core import days
        from app.home_visits import queries

        midnight = days.start_of_today(session, city.ibge, clock.now())
        counted = lambda: queries.of_teams_today(session, city.ibge, [city.ids["pim_team"]], today(), midnight)  # noqa: E731
        assert counted() == {city.ids["pim_team"]: (0, 1)}
    visitor.push(visitor.visit(household_id=str(city.ids["household"]), called=None, occurred_at=clock.now()))
    with city.transaction() as session:
        assert queries.of_teams_today(session, city.ibge, [city.ids["pim_team"]], today(), midnight) == {city.ids["pim_team"]: (1, 1)}


def test_a_team_that_came_back_a_little_early_did_go_out(city):
    roster, now = Roster(city), clock.now()
    plan = roster.by_hand(today() + timedelta(days=1), members=("rua", "rua2"))
    roster.published(1, 1)
    move = "UPDATE planned_shifts SET starts_at = :s, ends_at = :e WHERE municipality_id = :m AND id = :i RETURNING 1"
    city.rows(move, s=now - timedelta(hours=4), e=now + timedelta(minutes=10), i=plan)
    phone, desk = city.phone("rua"), city.client("coordenacao")
    # The end of the shift before is no coming back from this one.
    before, shift = start(phone, 10), start(phone, 4)
    phone.push(before, end(phone, before, 3.9))
    assert "não saiu" in desk.get("/mesa/hoje").text
    phone.push(shift, end(phone, shift, 0.05))
    page = desk.get("/mesa/hoje").text
    assert "não saiu" not in page and "voltou às" in page
