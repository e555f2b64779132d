"""What looking at pairs leaves behind, and when a pair is proposed again."""

from uuid import UUID

from app.core import clock, days
from app.people.service import restriction
from app.people.service.pairing import propose_pairs
from tests.people.made import register
from tests.people.shielded import REASON, acting


def test_who_compares_two_persons_leaves_a_line_for_each(city):
    a, b = register(city, "Desconhecida"), register(city, "Zuleica")
    page = city.client("creas").get(f"/mesa/pessoas/{a}/unir/{b}")
    assert page.status_code == 200 and "Zuleica" in page.get_data(as_text=True)
    lines = city.rows("SELECT subject_id FROM audit_lines WHERE municipality_id = :m AND action = 'people.read'")
    assert {str(row["subject_id"]) for row in lines} == {a, b}


def test_a_pair_is_proposed_when_the_restriction_of_one_was_lifted(city):
    a, b = register(city, "Maria das Dores Silva", "civil"), register(city, "Maria das Dores Silva", "civil")

    def proposed():
        with city.transaction() as session:
            now = clock.now()
            propose_pairs(session, city.ibge, now, days.today_of(session, city.ibge, now))
        return len(city.rows("SELECT 1 FROM person_pairs WHERE municipality_id = :m"))

    with acting(city, "creas") as (session, actor):
        restriction.restrict(session, actor, UUID(a), REASON, clock.now(), ())
    assert proposed() == 0
    with acting(city, "creas") as (session, actor):
        restriction.lift_restriction(session, actor, UUID(a), REASON, clock.now())
    assert proposed() == 1
