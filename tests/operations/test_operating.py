"""One touch begins, units lend what they agreed to and get it back, two who press at once begin one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.access.problems import Forbidden
from app.core import clock
from app.core.days import zone_of
from app.core.db import violated
from app.core.http import by_constraint
from app.operations import queries, service
from app.operations.problems import AnotherRuns, EndsBeforeNow, HoursHalfSaid, OperationEnded, UnknownUnitHere
from app.operations.rules import Agreed
from app.units import queries as units
from app.units.problems import PlacesInUse
from tests.make.beds import beds, house, promise, stay
from tests.make.forms import form_of
from tests.operations.made import begin, finish, hours_ago, lends, plan


def free(city, unit="shelter"):
    with city.transaction() as session:
        return units.free_of(session, city.ibge, [city.ids[unit]], clock.now())[city.ids[unit]]


def exceptions(city):
    return city.rows("SELECT * FROM unit_exceptions WHERE municipality_id = :m ORDER BY kind, from_on")


def operations(city):
    return city.rows("SELECT * FROM operations WHERE municipality_id = :m ORDER BY started_at")


def test_what_units_lend_comes_with_it_and_goes_with_it(city):
    house(city, 3)
    own = {bed["id"] for bed in beds(city)}
    with city.transaction() as session:
        session.execute(
            text("INSERT INTO unit_exceptions (municipality_id, id, unit_id, kind, from_on, to_on, opens, closes, reason)"
                 " VALUES (:m, gen_random_uuid(), :u, 'open', current_date + 3, current_date + 3, '09:00', '12:00', 'festa')"),
            {"m": city.ibge, "u": city.ids["shelter"]},
        )  # fmt: skip
    row = begin(city, lends(city, 5, (18, 8)))
    assert free(city).total == 8 and len(exceptions(city)) == 3
    slept, promised = [bed["id"] for bed in beds(city) if bed["id"] not in own][:2]
    stay(city, slept)
    promise(city, promised)
    finish(city, row)
    # Who sleeps in an extra bed stays in it, who is on the way keeps her promise; the three free ones are gone.
    assert {bed["id"] for bed in beds(city)} == own | {promised}
    assert free(city).occupied == 1 and free(city).promised == 1
    assert [each["reason"] for each in exceptions(city) if not each["adds"]] == ["festa"]
    assert all(each["to_on"] <= clock.now().date() for each in exceptions(city) if each["adds"])


def test_changed_while_it_runs(city):
    house(city, 2)
    row = begin(city, lends(city, 3))
    actor = city.actor("coordenacao")
    with city.transaction() as session:
        service.change(session, actor, row.id, plan(city, lends(city, 6, (17, 9)), closing="by_hour", nights=3), clock.now())
    assert free(city).total == 8 and {each["kind"] for each in exceptions(city)} == {"open", "admission"}
    extra = [bed["id"] for bed in beds(city) if bed["is_extra"]]
    for bed in extra[:4]:
        stay(city, bed)
    with pytest.raises(PlacesInUse), city.transaction() as session:
        service.change(session, actor, row.id, plan(city, lends(city, 1)), clock.now())
    assert free(city).total == 8  # nothing of a change that was refused
    with city.transaction() as session:
        service.change(session, actor, row.id, plan(city), clock.now())
    assert free(city).total == 2 + 4
    assert all(each["to_on"] <= clock.now().date() for each in exceptions(city))  # a night that has begun keeps its hours
    finish(city, row)
    with pytest.raises(OperationEnded):
        finish(city, row)


def test_made_shorter_it_keeps_what_was_promised(city):
    house(city, 0)
    row, actor, soon = begin(city, lends(city, 2)), city.actor("supervisao"), clock.now() + timedelta(minutes=30)
    kept, other = [bed["id"] for bed in beds(city)]
    promise(city, kept)
    with city.transaction() as session:
        local = soon.astimezone(zone_of(session, city.ibge)).time().replace(second=0, microsecond=0)
        service.change(session, actor, row.id, plan(city, lends(city, 2), closing="by_hour", ends=local), clock.now())
    ends = {each["id"]: each["valid_to"] for each in city.rows("SELECT id, valid_to FROM beds WHERE municipality_id = :m AND is_extra")}
    assert ends[other] <= soon < soon + timedelta(minutes=25) < ends[kept]


def test_two_supervisors_at_once_begin_one(city):
    house(city, 2)
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda as_: begin(city, lends(city, 4), as_=as_), ["supervisao", "coordenacao"] * 2))
    assert len({row.id for row in rows}) == 1 and len(operations(city)) == 1
    assert free(city).total == 6
    with pytest.raises(AnotherRuns):
        begin(city, kind="rain")
    with pytest.raises(IntegrityError) as refused, city.transaction() as session:
        session.execute(
            text("INSERT INTO operations SELECT municipality_id, gen_random_uuid(), kind, trigger, opens, closes, closing, team_ids, items,"
                 " started_at, started_by, ends_at FROM operations WHERE municipality_id = :m"), {"m": city.ibge},
        )  # fmt: skip
    assert isinstance(by_constraint(violated(refused.value)), AnotherRuns)


def test_what_is_cut_in_the_middle_leaves_nothing(city):
    house(city, 2)

    class Killed(Exception):
        pass

    actor = city.actor("supervisao")
    with pytest.raises(Killed), city.transaction() as session:
        service.start(session, actor, "cold", clock.now(), plan(city, lends(city, 5, (18, 7))))
        raise Killed
    assert operations(city) == [] and exceptions(city) == [] and free(city).total == 2


def test_its_hour_ends_it_with_or_without_the_clocks_job(city):
    house(city, 2)
    row = begin(city, lends(city, 5), at=hours_ago(30), closing="by_hour")
    assert row.ends_at < clock.now()
    with city.transaction() as session:
        assert queries.running(session, city.ibge, clock.now()) is None
    assert free(city).total == 2  # places end by themselves
    with city.transaction() as session:
        assert service.end_due(session, city.ibge, clock.now()) is True
        assert service.end_due(session, city.ibge, clock.now()) is False
    [told] = operations(city)
    assert told["ended_at"] == row.ends_at and told["ended_by"] is None


def test_what_makes_no_sense_is_refused_and_who_may_not_may_not(city):
    for wrong, problem in (
        (plan(city, Agreed(city.ids["rua"], 3)), UnknownUnitHere),
        (plan(city, Agreed(city.ids["shelter"], 3, opens=plan(city).opens)), HoursHalfSaid),
    ):
        actor = city.actor("supervisao")
        with pytest.raises(problem), city.transaction() as session:
            service.start(session, actor, "cold", clock.now(), wrong)
    row = begin(city, at=hours_ago(30))
    actor = city.actor("supervisao")
    with pytest.raises(EndsBeforeNow), city.transaction() as session:
        service.change(session, actor, row.id, plan(city, closing="by_hour"), clock.now())
    for as_, act in (("rua", lambda a, s: service.end(s, a, row.id, None, clock.now())), ("coordenacao", lambda a, s: service.configure(s, a, plan(city), clock.now()))):
        actor = city.actor(as_)
        with pytest.raises(Forbidden), city.transaction() as session:
            act(actor, session)


def test_the_pages_preset_one_touch_change_and_end(city):
    house(city, 2)
    desk, m = city.client("supervisao"), city.ids["shelter"]
    where = "/painel/operacao"
    page = desk.get(where).get_data(as_text=True)
    assert "exemplo" in page
    form = form_of(desk.get(f"{where}/padrao/cold").get_data(as_text=True), f"{where}/padrao/cold")
    told = form | {"closing": "by_hand", "items": ["blanket"], f"agreed:{m}": "true", f"places:{m}": "4", f"opens:{m}": "18:00", f"closes:{m}": ""}
    half = desk.post(f"{where}/padrao/cold", data=told)
    assert half.status_code == 422 and 'value="4"' in half.get_data(as_text=True)  # nothing typed is lost
    assert desk.post(f"{where}/padrao/cold", data=told | {f"closes:{m}": "07:00"}).status_code == 303
    touch = form_of(desk.get(where).get_data(as_text=True).replace('value="rain"', "").split("k-rain")[0] + "</form>", where)
    assert touch["kind"] == "cold"
    assert desk.post(where, data=touch).headers["Location"].endswith("iniciada")
    assert city.client("coordenacao").post(where, data=touch, headers={"X-CSRF-Token": ""}).status_code in (303, 403)
    assert free(city).total == 6
    [row] = operations(city)
    change = f"{where}/{row['id']}/mudar"
    form = form_of(desk.get(change).get_data(as_text=True), change)
    assert form[f"places:{m}"] == "4"
    assert desk.post(change, data=form | {"closing": "by_hour", "nights": "2", f"agreed:{m}": "true", f"places:{m}": "5"}).status_code == 303
    assert free(city).total == 7
    assert desk.post(f"{where}/{row['id']}/encerrar", data={"csrf_token": form["csrf_token"], "note": "Passou o frio."}).status_code == 303
    page = desk.get(where).get_data(as_text=True)
    assert "Operações anteriores" in page and f"{row['id']}/boletim" in page
    assert city.client("abrigo").get(where).status_code == 403
    lines = {row["action"] for row in city.rows("SELECT action FROM audit_lines WHERE municipality_id = :m AND subject_type = 'operation'")}
    assert lines >= {"operations.start", "operations.change", "operations.end"}


def test_a_phone_is_told_while_it_runs(city):
    phone = city.phone("rua")
    phone.pull()
    assert phone.of_type("me")[0]["operation"] is None
    row = begin(city, lends(city, 4))
    phone.pull()
    told = phone.of_type("me")[0]["operation"]
    assert (told["id"], told["kind"], [each["code"] for each in told["items"]]) == (str(row.id), "cold", ["blanket", "hot_drink"])
    assert told["items"][0]["name"] == "Cobertores" and told["extra_places"] == 4
    visitor = city.phone("pim")
    visitor.pull()
    assert visitor.of_type("me")[0]["operation"] is None
    finish(city, row)
    phone.pull()
    assert phone.of_type("me")[0]["operation"] is None


def test_an_old_end_stays_in_the_past(city):
    """Begun again right after another ended: two operations, neither over the other."""
    first = begin(city, at=hours_ago(30), closing="by_hour")
    second = begin(city, at=clock.now())
    told = operations(city)
    assert [row["id"] for row in told] == [first.id, second.id]
    assert told[0]["ended_at"] <= told[1]["started_at"] and told[1]["started_at"] - told[0]["started_at"] > timedelta(hours=12)
