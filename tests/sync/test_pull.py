"""The gate for changes: what this phone may hold, now; nothing skipped, nothing of another city."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from app.core.ids import new_id
from tests.make.city import NORTH_POINT, SOUTH_POINT
from tests.make.phone import place


def test_the_first_pull_is_a_listing_of_what_a_street_worker_needs(city):
    phone = city.phone("rua")
    phone.pull()
    [me] = phone.of_type("me")
    assert me["worker"]["login"] == city.login("rua")
    assert me["teams"][0]["reference_unit_id"] == str(city.ids["centro_pop"])
    assert {member["name"] for member in me["teams"][0]["members"]} >= {"Rua", "Rua2"}
    assert len(me["seal_key"]["public"]) == 87
    assert {region["name"] for region in phone.of_type("region")} == {"North", "South"}
    assert phone.of_type("region")[0]["outline"]["type"] == "MultiPolygon"
    assert len(phone.of_type("unit")) == 3 and len(phone.of_type("point")) == 1
    assert phone.of_type("household") == []


def test_a_visitor_gets_the_own_families_and_no_street_person(city):
    street, phone = city.phone("rua"), city.phone("pim")
    street.push(street.encounter())
    phone.pull()
    [home] = phone.of_type("household")
    assert home["called"] == "Família da Rosa" and home["members"][0]["called"] == "Bia"
    assert phone.of_type("person") == phone.of_type("encounter") == phone.of_type("point") == []


def test_a_family_shows_the_day_of_its_last_visit_in_the_citys_own_time(city):
    phone = city.phone("pim")
    yesterday_late = datetime.now(UTC).replace(hour=1, minute=30) - timedelta(days=1)
    phone.push(phone.visit(yesterday_late, next_on="2027-01-05"))
    phone.pull()
    [home] = phone.of_type("household")
    # 01:30 UTC is still the evening before in Fortaleza.
    assert home["last_visit_on"] == str((yesterday_late - timedelta(hours=3)).date())
    assert home["next_visit_on"] == "2027-01-05"


def test_pages_are_small_and_end(city):
    phone = city.phone("rua")
    phone.push(*[phone.encounter() for _ in range(25)])
    phone.pull(limit=4)
    assert len(phone.of_type("encounter")) == 25


def test_only_what_changed_comes_after_a_listing(city):
    phone = city.phone("rua")
    phone.pull()
    # Far from the known point: one near it would be told anew as visited.
    command = phone.encounter(place=place("gps", *SOUTH_POINT), note="nota")
    phone.push(command)
    page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json
    assert [(c["type"], c["id"]) for c in page["changes"]] == [("encounter", command["body"]["encounter_id"])]
    assert page["keep"] is False and page["reset"] is False and page["has_more"] is False
    again = phone.client.get("/api/v1/sync/pull", query_string={"cursor": page["cursor"]}).json
    assert again["changes"] == again["forget"] == []


def test_no_exact_point_and_no_note_travels_back(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    phone.push(phone.encounter(place=place("gps", *NORTH_POINT), note="nota-secreta"))
    assert "nota-secreta" not in mate.client.get("/api/v1/sync/pull").get_data(as_text=True)
    mate.pull()
    [body] = mate.of_type("encounter")
    assert not {"lon", "lat", "geom", "cell", "note"} & set(body)
    assert body["worker_name"] == "Rua"


def test_a_name_reaches_the_team_and_ages_out(city):
    phone, mate = city.phone("rua"), city.phone("rua2")
    met = phone.encounter(place=place("gps", *NORTH_POINT))
    person_id = str(new_id())
    named = phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "names": [
                {
                    "participation_id": met["body"]["people"][0]["participation_id"],
                    "person_id": person_id,
                    "called": "Galego",
                }
            ],
        },
        after=[met["id"]],
    )
    phone.push(met, named)
    mate.pull()
    assert mate.of_type("person")[0]["called"] == "Galego"
    with city.transaction() as session:
        session.execute(text("UPDATE people SET last_met_at = now() - interval '40 days' WHERE id = :i"), {"i": person_id})
        session.execute(
            text("INSERT INTO changes (municipality_id, type, entity_id) VALUES (:m, 'person', :i)"),
            {"m": city.ibge, "i": person_id},
        )
    page = mate.client.get("/api/v1/sync/pull", query_string={"cursor": mate.cursor}).json
    assert {"type": "person", "id": person_id} in page["forget"]


def test_leaving_the_team_begins_a_listing_without_its_people(city):
    phone = city.phone("rua")
    phone.push(phone.encounter())
    phone.pull()
    with city.transaction() as session:
        session.execute(
            text("UPDATE team_members SET left_on = current_date - 1 WHERE worker_id = :w"), {"w": city.ids["rua"]}
        )
    page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json
    assert page["reset"] is True and page["keep"] is True
    phone.pull()
    assert phone.of_type("me")[0]["teams"] == []
    assert phone.of_type("person") == []


def test_a_restore_raises_the_epoch_and_begins_a_listing(city):
    phone = city.phone("rua")
    phone.pull()
    with city.transaction() as session:
        session.execute(text("UPDATE municipalities SET sync_epoch = sync_epoch + 1"))
    page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json
    assert page["reset"] is True
    assert next(c for c in page["changes"] if c["type"] == "me")["body"]["municipality"]["sync_epoch"] == 2


def test_a_cursor_of_another_city_worker_or_hand_is_refused(city, other_city):
    phone, mate, stranger = city.phone("rua"), city.phone("rua2"), other_city.phone("rua")
    phone.pull()
    for other in (mate, stranger):
        answer = other.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor})
        assert (answer.status_code, answer.json["code"]) == (403, "sync.foreign_cursor")
    for made_up in ("x", "a.b", phone.cursor[:-2] + "zz", "é" * 10):
        answer = phone.client.get("/api/v1/sync/pull", query_string={"cursor": made_up})
        assert (answer.status_code, answer.json["code"]) == (422, "sync.bad_cursor")


def test_the_other_city_sees_nothing(city, other_city):
    phone, stranger = city.phone("rua"), other_city.phone("rua")
    phone.push(phone.encounter())
    stranger.pull()
    assert stranger.of_type("encounter") == []
    own_ids = {str(value) for value in city.ids.values()}
    assert not own_ids & {key[1] for key in stranger.entities}


def test_a_change_that_commits_late_is_never_skipped(city, config):
    """Two connections: the one that began first commits last; a sequence alone would lose its change."""
    phone = city.phone("rua")
    phone.pull()
    early, late = new_id(), new_id()
    engine = create_engine(config.sqlalchemy_url)
    announce = text("INSERT INTO changes (municipality_id, type, entity_id) VALUES (:m, 'encounter', :i)")
    setting = text("SELECT set_config('vinculo.municipality', :m, true)")
    with engine.connect() as first, engine.connect() as second:
        first.execute(setting, {"m": str(city.ibge)})
        first.execute(announce, {"m": city.ibge, "i": early})
        second.execute(setting, {"m": str(city.ibge)})
        second.execute(announce, {"m": city.ibge, "i": late})
        second.commit()
        page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json
        seen = {gone["id"] for gone in page["forget"]}
        phone.cursor = page["cursor"]
        assert str(early) not in seen
        first.commit()
        page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json
        seen |= {gone["id"] for gone in page["forget"]}
    engine.dispose()
    assert seen == {str(early), str(late)}


def test_a_listing_begun_while_another_writes_does_not_lose_that_write(city, config):
    phone = city.phone("rua")
    running = new_id()
    engine = create_engine(config.sqlalchemy_url)
    with engine.connect() as writer:
        writer.execute(text("SELECT set_config('vinculo.municipality', :m, true)"), {"m": str(city.ibge)})
        writer.execute(
            text("INSERT INTO changes (municipality_id, type, entity_id) VALUES (:m, 'encounter', :i)"),
            {"m": city.ibge, "i": running},
        )
        phone.pull()
        writer.commit()
    engine.dispose()
    page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": phone.cursor}).json
    assert str(running) in {gone["id"] for gone in page["forget"]}


def test_old_changes_are_purged_and_a_phone_behind_them_lists_anew(city):
    from app.core import clock
    from app.sync.jobs import purge_city

    phone = city.phone("rua")
    phone.pull()
    phone.push(phone.encounter())
    behind = phone.cursor
    with city.transaction() as session:
        session.execute(text("UPDATE encounters SET received_at = now() - interval '70 days'"))
    with city.transaction() as session:
        purge_city(session, city.ibge, clock.now())
    assert city.rows("SELECT count(*) AS n FROM changes WHERE municipality_id = :m")[0]["n"] == 0
    page = phone.client.get("/api/v1/sync/pull", query_string={"cursor": behind}).json
    assert page["reset"] is True


def test_points_fade_and_the_region_stays(city):
    from app.core import clock
    from app.encounters.models import Encounter
    from app.territory.place import fade

    phone = city.phone("rua")
    phone.push(phone.encounter(datetime.now(UTC) - timedelta(days=80), place=place("gps", *NORTH_POINT)))
    with city.transaction() as session:
        assert fade(session, Encounter, city.ibge, clock.now()) == 0
    with city.transaction() as session:
        assert fade(session, Encounter, city.ibge, clock.now() + timedelta(days=30)) == 1
    [row] = city.rows("SELECT geom, cell, region_id FROM encounters WHERE municipality_id = :m")
    assert row["geom"] is None and row["cell"] and row["region_id"] == city.ids["north"]


@pytest.mark.parametrize("persona", ["abrigo", "supervisao", "admin", "coordenacao", "auditoria"])
def test_who_is_not_in_the_field_pulls_nothing(city, persona):
    answer = city.client(persona).get("/api/v1/sync/pull")
    assert (answer.status_code, answer.json["code"]) == (403, "access.forbidden")


def test_a_page_of_a_listing_reads_only_its_own_bodies(city, monkeypatch):
    """Read whole for each page, a caseload of thousands costs its square."""
    from app.sync import pull

    phone = city.phone("rua")
    phone.push(*[phone.encounter() for _ in range(25)])
    asked = []
    reading = pull.encounters.for_phone
    monkeypatch.setattr(
        pull.encounters, "for_phone", lambda *given: asked.append(len(given[-1])) or reading(*given)
    )
    phone.pull(limit=4)
    assert len(phone.of_type("encounter")) == 25
    assert sum(asked) == 25 and max(asked) <= 4


def test_the_pages_of_every_type_together_are_the_whole(city):
    """What the sorted ids of a type name is what its reader gives, in order."""
    from app.core import clock
    from app.sync.pull import Scope

    street, visitor = city.phone("rua"), city.phone("pim")
    street.push(*[street.encounter() for _ in range(7)])
    visitor.push(*[visitor.visit() for _ in range(5)])
    seen = set()
    for persona in ("rua", "pim"):
        with city.transaction() as session:
            scope = Scope(session, city.actor_in(session, persona), clock.now())
            for type_, lister in scope.listers.items():
                whole = sorted(scope.readers[type_](None))
                paged, after = [], None
                while page := lister(after, 2):
                    paged, after = paged + page, page[-1]
                assert paged == whole
                seen |= {type_} if whole else set()
    assert {"encounter", "home_visit", "household"} <= seen
