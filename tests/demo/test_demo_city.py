"""The invented city: the same seed makes it again, it is alive at every hour, and it goes without a trace."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from app.audit import chain
from app.core.db import bind, owner_transaction
from app.demo import alerts
from app.demo import load as loading
from app.demo.cities import CITIES, NATAL, NEIGHBOUR
from app.demo.rows import ORDER
from app.encounters import terms as encounter_terms
from app.home_visits import terms as visit_terms
from app.referrals import terms as referral_terms
from app.units import terms as unit_terms

NOW = datetime(2026, 11, 20, 22, 15, tzinfo=UTC)
ZONE = ZoneInfo(NATAL.timezone)


class Undo(Exception):
    """Leaves the owner's transaction without committing."""


@pytest.fixture
def owner(app, config):
    """A session of the owner that is rolled back: the demonstration never stands beside the other tests' cities."""
    with app.app_context():
        try:
            with owner_transaction(config.sqlalchemy_owner_url) as session:
                yield session
                raise Undo
        except Undo:
            pass


def made(session, now=NOW, seed=7, days=3, scale=0.15, plans=CITIES):
    return loading.load(session, now, days=days, scale=scale, seed=seed, password_hash="!", plans=plans)


def digest(session) -> dict[str, str]:
    """A fingerprint of every row of both cities, by table."""
    found = {}
    for table in ORDER:
        asked = f"SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t WHERE municipality_id IN (:a, :b)"
        found[table] = session.scalar(text(asked), {"a": NATAL.id, "b": NEIGHBOUR.id})
    return found


def scalar(session, asked, **values):
    return session.scalar(text(asked), {"m": NATAL.id, **values})


def test_the_same_seed_at_the_same_instant_makes_the_same_city(owner):
    seen = []
    for seed, now in ((7, NOW), (7, NOW), (8, NOW), (7, NOW + timedelta(hours=1))):
        made(owner, now, seed)
        seen.append(digest(owner))
        for plan in CITIES:
            loading.delete_city(owner, plan.id)
    # The trail's lines are hashed over the rest, so they repeat too.
    assert seen[0] == seen[1]
    for table in ("workers", "people", "encounters", "participations", "referrals", "stays", "bed_claims", "home_visits", "audit_lines"):
        assert seen[0][table] and seen[0][table] != seen[2][table] and seen[0][table] != seen[3][table]


def test_it_goes_without_a_trace(owner):
    made(owner)
    for plan in CITIES:
        loading.delete_city(owner, plan.id)
    tables = owner.scalars(
        text("SELECT DISTINCT table_name FROM information_schema.columns WHERE column_name = 'municipality_id'"
             " AND table_schema = 'public'")
    ).all()  # fmt: skip
    assert {"encounters", "audit_lines", "municipality_keys", "territory_pieces"} <= set(tables)
    left = {t: scalar(owner, f"SELECT count(*) FROM {t} WHERE municipality_id IN (:m, {NEIGHBOUR.id})") for t in tables}
    assert {name: n for name, n in left.items() if n} == {}
    assert scalar(owner, f"SELECT count(*) FROM municipalities WHERE id IN (:m, {NEIGHBOUR.id})") == 0


def test_it_refuses_beside_a_real_city(owner, city):
    with pytest.raises(loading.Refused, match="município real"):
        loading.make_room(owner, replace=False)
    with pytest.raises(loading.Refused, match="município real"):
        loading.make_room(owner, replace=True)
    assert scalar(owner, "SELECT count(*) FROM municipalities WHERE id = :m", m=city.ibge) == 1


@pytest.mark.parametrize("local_hour", [0, 4, 9, 13, 18, 23])
def test_the_last_day_is_alive_at_every_hour(owner, local_hour):
    # Sunday, when two teams of four rest; two minutes past the hour, so at 0 the day is two minutes old.
    now = datetime(2026, 11, 22, local_hour, 2, tzinfo=ZONE)
    made(owner, now, days=2, scale=0.02, plans=[NATAL])
    midnight = now.replace(hour=0, minute=0)
    asked = "SELECT count(*) FROM encounters WHERE municipality_id = :m AND occurred_at >= :since"
    assert scalar(owner, asked, since=midnight) >= 7
    assert scalar(owner, asked, since=now - timedelta(hours=1)) >= 4
    late = "SELECT count(*) FROM encounters WHERE municipality_id = :m AND greatest(occurred_at, recorded_at, received_at) > :now"
    assert scalar(owner, late, now=now) == 0
    assert scalar(owner, "SELECT count(*) FROM referrals WHERE municipality_id = :m AND status = 'sent'") >= 2
    assert {name: n for name, asked in _LATE.items() if (n := scalar(owner, asked, now=now))} == {}
    beds = ("SELECT count(*) FILTER (WHERE c.id IS NOT NULL)::float / count(*) FROM beds b JOIN units u ON u.municipality_id ="
            " b.municipality_id AND u.id = b.unit_id LEFT JOIN bed_claims c ON c.municipality_id = b.municipality_id AND c.bed_id = b.id"
            " AND c.kind = 'stay' AND upper_inf(c.during) WHERE b.municipality_id = :m AND u.kind = :kind AND b.valid_to IS NULL")  # fmt: skip
    assert 0.55 < scalar(owner, beds, kind="shelter") < 0.9
    # By day it is shut: the places of who comes every night are kept, and of a few nobody said yet that they left.
    low, high = (0.2, 0.55) if 6 <= local_hour < 18 else (0.6, 0.8)
    assert low < scalar(owner, beds, kind="night_shelter") < high
    heard = "SELECT count(*) FROM units WHERE municipality_id = :m AND has_desk AND heard_at > :since"
    assert scalar(owner, heard, since=now - timedelta(minutes=15)) > 10


_LATE = {
    "referrals": "SELECT count(*) FROM referrals WHERE municipality_id = :m AND greatest(sent_at, received_at, seen_at, decided_at,"
    " arrived_at, left_at, in_service_at, ended_at, awaited_since) > :now",
    "referral_events": "SELECT count(*) FROM referral_events WHERE municipality_id = :m AND greatest(at, recorded_at) > :now",
    "stays": "SELECT count(*) FROM stays WHERE municipality_id = :m AND greatest(arrived_at, recorded_at, left_at, absent_from) > :now",
    "stay_events": "SELECT count(*) FROM stay_events WHERE municipality_id = :m AND greatest(at, recorded_at) > :now",
    "claims": "SELECT count(*) FROM bed_claims WHERE municipality_id = :m AND (lower(during) > :now OR made_at > :now)",
    "turned_away": "SELECT count(*) FROM turned_away WHERE municipality_id = :m AND greatest(at, recorded_at) > :now",
    "unit_visits": "SELECT count(*) FROM unit_visits WHERE municipality_id = :m AND greatest(at, recorded_at) > :now",
    "units": "SELECT count(*) FROM units WHERE municipality_id = :m AND heard_at > :now",
}



def test_what_it_tells_agrees_with_itself(owner):
    made(owner, days=12, scale=0.3)
    no = {
        "people and participations": "SELECT count(*) FROM encounters e WHERE municipality_id = :m AND people_count <>"
        " (SELECT count(*) FROM participations p WHERE p.municipality_id = :m AND p.encounter_id = e.id)",
        "correction without its former": "SELECT count(*) FROM encounters e WHERE municipality_id = :m AND replaces_id IS"
        " NOT NULL AND NOT EXISTS (SELECT FROM encounters f WHERE f.municipality_id = :m AND f.id = e.replaces_id AND"
        " f.status = 'corrected')",
        "late by GPS": "SELECT count(*) FROM encounters WHERE municipality_id = :m AND recorded_late AND place_source = 'gps'",
        "no place without a reason": "SELECT count(*) FROM encounters WHERE municipality_id = :m AND"
        " (place_source = 'none') <> (no_place_reason IS NOT NULL)",
        "point without a cell": "SELECT count(*) FROM encounters WHERE municipality_id = :m AND (geom IS NULL) <> (cell IS NULL)",
        "status that its moves don't tell": "SELECT count(*) FROM referrals r WHERE municipality_id = :m AND status <>"
        " (SELECT status FROM referral_events v WHERE v.municipality_id = :m AND v.referral_id = r.id ORDER BY at DESC LIMIT 1)",
        "decided before it came": "SELECT count(*) FROM referrals WHERE municipality_id = :m AND"
        " (decided_at < received_at OR arrived_at < decided_at OR received_at < sent_at)",
        "two moves at one instant": "SELECT count(*) FROM (SELECT FROM referral_events WHERE municipality_id = :m GROUP BY referral_id, at"
        " HAVING count(*) > 1) t",
        "redirected that nothing takes on": "SELECT count(*) FROM referrals r WHERE municipality_id = :m AND (status = 'redirected') <>"
        " EXISTS (SELECT FROM referrals n WHERE n.municipality_id = :m AND n.redirected_from_id = r.id)",
        "ended without an answer": "SELECT count(*) FROM referrals WHERE municipality_id = :m AND ((status = 'ended') <> (answer IS NOT"
        " NULL) OR (answer IS NULL) <> (ended_at IS NULL))",
        "held without a bed": "SELECT count(*) FROM referrals r WHERE municipality_id = :m AND status = 'held' AND people_count <>"
        " (SELECT count(*) FROM bed_claims c WHERE c.municipality_id = :m AND c.referral_id = r.id AND c.kind = 'hold' AND"
        " c.unit_id = r.unit_id AND upper(c.during) = r.held_until)",
        "came to a promised bed and sleeps in none": "SELECT count(*) FROM referrals r WHERE municipality_id = :m AND arrived_at IS NOT"
        " NULL AND hold_answer = 'granted' AND people_count <> (SELECT count(*) FROM stays s WHERE s.municipality_id = :m AND"
        " s.referral_id = r.id AND s.unit_id = r.unit_id AND s.arrived_at = r.arrived_at)",
        "under two roofs": "SELECT count(*) FROM stays a JOIN stays b ON b.municipality_id = a.municipality_id AND b.person_id ="
        " a.person_id AND b.id > a.id AND tstzrange(a.arrived_at, a.left_at) && tstzrange(b.arrived_at, b.left_at)"
        " WHERE a.municipality_id = :m",
        "stay that isn't as its bed": "SELECT count(*) FROM stays s WHERE municipality_id = :m AND NOT EXISTS (SELECT FROM bed_claims c"
        " WHERE c.municipality_id = :m AND c.stay_id = s.id AND c.unit_id = s.unit_id AND c.during = tstzrange(s.arrived_at, s.left_at))",
        "person that wasn't there": "SELECT count(*) FROM referral_people f JOIN referrals r ON r.municipality_id = f.municipality_id AND"
        " r.id = f.referral_id JOIN participations p ON p.municipality_id = f.municipality_id AND p.id = f.participation_id"
        " WHERE f.municipality_id = :m AND (p.encounter_id <> r.encounter_id OR p.person_id <> f.person_id)",
        "met outside the dates": "SELECT count(*) FROM participations p JOIN encounters e ON e.municipality_id ="
        " p.municipality_id AND e.id = p.encounter_id JOIN people q ON q.municipality_id = p.municipality_id AND q.id ="
        " p.person_id WHERE p.municipality_id = :m AND e.status = 'valid' AND e.replaces_id IS NULL AND"
        " e.occurred_at NOT BETWEEN q.first_met_at AND q.last_met_at",
        "shift of another team": "SELECT count(*) FROM encounters e JOIN shifts s ON s.municipality_id = e.municipality_id"
        " AND s.id = e.shift_id WHERE e.municipality_id = :m AND s.team_id <> e.team_id",
    }  # fmt: skip
    assert {name: n for name, asked in no.items() if (n := scalar(owner, asked))} == {}
    assert scalar(owner, "SELECT count(*) FROM participations WHERE municipality_id = :m AND person_id IS NOT NULL") > 100
    for table in ("referral_people", "stays", "turned_away", "unit_visits"):
        assert scalar(owner, f"SELECT count(*) FROM {table} WHERE municipality_id = :m") > 10, table


def test_every_word_is_of_the_closed_lists(owner):
    made(owner, days=20, scale=0.3, plans=[NATAL])
    lists = {
        ("encounters", "situation"): set(encounter_terms.SITUATIONS),
        ("encounters", "outcome"): set(encounter_terms.OUTCOMES),
        ("encounters", "origin"): set(encounter_terms.ORIGINS),
        ("participations", "age_band"): set(encounter_terms.AGE_BANDS),
        ("participations", "sex"): set(encounter_terms.SEXES),
        ("people", "called_kind"): set(encounter_terms.CALLED_KINDS),
        ("home_visits", "result"): set(visit_terms.RESULTS),
        ("referrals", "status"): set(referral_terms.STATUSES),
        ("referrals", "decline_reason"): set(referral_terms.DECLINE_REASONS),
        ("referrals", "purpose"): set(referral_terms.PURPOSES),
        ("referrals", "travel"): set(referral_terms.TRAVEL),
        ("referrals", "answer"): set(referral_terms.ANSWERS),
        ("referral_events", "status"): set(referral_terms.STATUSES),
        ("units", "kind"): set(unit_terms.UNIT_KINDS),
        ("stays", "left_reason"): set(unit_terms.LEFT_REASONS),
        ("turned_away", "reason"): set(unit_terms.TURNED_AWAY_REASONS),
        ("referrals, jsonb_array_elements_text(reasons) v", "v"): set(referral_terms.REASONS),
        ("referrals, jsonb_array_elements_text(profile) v", "v"): set(unit_terms.RECEIVES),
        ("stays, jsonb_array_elements_text(profile) v", "v"): set(unit_terms.RECEIVES),
        ("unit_visits, jsonb_array_elements_text(services) v", "v"): set(unit_terms.SERVICES),
    }
    for (table, column), allowed in lists.items():
        asked = text(f"SELECT DISTINCT {column} FROM {table} WHERE municipality_id = :m AND {column} IS NOT NULL")
        found = set(owner.scalars(asked, {"m": NATAL.id}))
        assert found and found <= allowed, (table, column, found - allowed)
    assert set(owner.scalars(text("SELECT status FROM referrals WHERE municipality_id = :m"), {"m": NATAL.id})) == set(
        referral_terms.STATUSES
    )


def test_regions_adjoin_without_covering_each_other(owner):
    made(owner, days=1, scale=0.01)
    shapes = "FROM territory_shapes a WHERE a.municipality_id = :m AND a.layer = 'region'"
    assert scalar(owner, f"SELECT count(*) {shapes} AND ST_IsValid(a.geom)") == 4
    pairs = ("FROM territory_shapes a JOIN territory_shapes b ON b.municipality_id = a.municipality_id AND b.layer = a.layer"
             " AND b.id > a.id WHERE a.municipality_id = :m AND a.layer = 'region'")  # fmt: skip
    assert scalar(owner, f"SELECT sum(ST_Area(ST_Intersection(a.geom, b.geom))) {pairs}") < 1e-9
    assert scalar(owner, f"SELECT sum(ST_Length(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 2))) {pairs}") > 0.1
    # One city, without holes or gaps between the regions.
    whole = f"(SELECT ST_Union(a.geom) AS g {shapes}) u"
    assert scalar(owner, f"SELECT ST_NumGeometries(ST_Multi(g)) FROM {whole}") == 1
    assert scalar(owner, f"SELECT ST_NumInteriorRings(ST_GeometryN(ST_Multi(g), 1)) FROM {whole}") == 0


def test_whoever_signs_in_finds_a_day_of_her_own(owner):
    made(owner, days=2, scale=0.1, plans=[NATAL])
    own = ("SELECT count(*) FROM {} r JOIN workers w ON w.municipality_id = r.municipality_id AND w.id = r.worker_id"
           " WHERE r.municipality_id = :m AND w.login = :login AND r.occurred_at > :since")  # fmt: skip
    since = NOW - timedelta(days=1)
    assert scalar(owner, own.format("encounters"), login="rua", since=since) > 0
    assert scalar(owner, own.format("home_visits"), login="pim", since=since - timedelta(days=6)) > 0
    inbox = "SELECT count(*) FROM referrals WHERE municipality_id = :m AND status = 'sent' AND unit_id = (SELECT scope_id FROM"
    inbox += " role_grants g JOIN workers w ON w.municipality_id = g.municipality_id AND w.id = g.worker_id WHERE w.login = :login)"
    for login in ("abrigo", "creas", "centropop"):
        assert scalar(owner, inbox, login=login) > 0, login


def test_the_trail_verifies_and_speaks_in_verbs(owner):
    made(owner)
    for plan in CITIES:
        bind(owner, plan.id)
        verdict = chain.verify(owner, plan.id)
        assert verdict.broken_at is None and verdict.tail == 0 and verdict.lines > 10


def test_only_the_personas_can_sign_in_and_no_number_is_real(owner):
    made(owner)
    able = owner.scalars(text("SELECT login FROM workers WHERE municipality_id = :m AND login NOT LIKE 'demo-%'"), {"m": NATAL.id})
    assert set(able) == {"rua", "pim", "abrigo", "creas", "centropop", "coordenacao", "supervisao", "admin"}
    loading.delete_city(owner, NATAL.id)
    loading.delete_city(owner, NEIGHBOUR.id)
    loading.load(owner, NOW, days=1, scale=0.01, seed=1, password_hash="HASH")
    signed = owner.scalars(text("SELECT login FROM workers WHERE municipality_id IN (:m, :n) AND password_hash = 'HASH'"),
                           {"m": NATAL.id, "n": NEIGHBOUR.id})  # fmt: skip
    assert set(signed) == {"rua", "pim", "abrigo", "creas", "centropop", "coordenacao", "supervisao", "admin", "outra"}
    phones = owner.scalars(text("SELECT phone FROM units WHERE municipality_id IN (:m, :n)"), {"m": NATAL.id, "n": NEIGHBOUR.id})
    assert all(phone.startswith("(84) 3200-00") for phone in phones)


def test_the_desk_of_cases_has_something_to_do_and_it_goes_again(owner):
    cities = made(owner)
    raised = {city.plan.id: alerts.raise_some(owner, city.plan, NOW) for city in cities}
    assert raised[NATAL.id] >= 5
    states = owner.execute(text("SELECT status, count(*) FROM flags WHERE municipality_id = :m GROUP BY 1"), {"m": NATAL.id}).all()
    assert dict(states) == {"raised": 3, "taken": 2}
    assert scalar(owner, "SELECT count(*) FROM flag_duties WHERE municipality_id = :m AND due_at < :now", now=NOW) > 0
    for plan in CITIES:
        loading.delete_city(owner, plan.id)
    assert scalar(owner, "SELECT count(*) FROM flags WHERE municipality_id = :m") == 0
