"""Time on shift: requests against busca ativa. The rule, on instants; then as phones told it, page and table."""

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.desk.spent import Stretch, Told, outings, spent, whole
from tests.outreach_requests.made import answer, ask, closing, second_team, send
from tests.shifts.test_lived import ago, end, said, start

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
TEAM, NORTH, SOUTH, ONE, TWO = (UUID(int=n) for n in range(1, 6))


def at(hours):
    return NOW - timedelta(hours=hours)


def told(*moves):
    """(request, kind, hours ago)."""
    return [Told(request, TEAM, kind, at(hours)) for request, kind, hours in moves]


def hours(stretches, moves):
    """(hours on requests, hours of busca ativa) of the team, and by region."""
    out = outings(told(*moves), NOW)
    in_hours = lambda each: (each.requests / timedelta(hours=1), each.active / timedelta(hours=1))  # noqa: E731
    [team] = whole(stretches, out)
    return in_hours(team), {each.region_id: in_hours(each) for each in spent(stretches, out)}


def there(region, since, until):
    return Stretch(TEAM, region, at(since), at(until))


def test_the_rule():
    shift = [there(NORTH, 8, 0)]
    assert hours(shift, [(ONE, "on_the_way", 7), (ONE, "there", 6.5), (ONE, "closed", 6)])[0] == (1, 7)
    # Two at once count once; told in any order.
    both = [(TWO, "closed", 4), (ONE, "on_the_way", 6), (TWO, "on_the_way", 5.5), (ONE, "closed", 5)]
    assert hours(shift, both)[0] == (2, 6)
    assert hours(shift, [(ONE, "there", 3), (ONE, "closed", 2)])[0] == (1, 7)  # nobody told the way
    assert hours(shift, [(ONE, "closed", 2)])[0] == (0, 8)
    assert hours(shift, [(ONE, "on_the_way", 7), (ONE, "there", 6)])[0] == (3, 5)  # nobody closed it
    assert hours(shift, [(ONE, "on_the_way", 1)])[0] == (1, 7)  # nor is it over
    assert hours(shift, [(ONE, "on_the_way", 7), (ONE, "handed", 6), (ONE, "there", 3), (ONE, "closed", 2)])[0] == (2, 6)
    assert hours(shift, [(ONE, "on_the_way", 2), (ONE, "closed", 3)])[0] == (0, 8)  # by a clock that went back: nobody knows how long
    # A break is no time on shift, and what lies outside of it is none.
    assert hours([there(NORTH, 8, 6), there(NORTH, 5, 4)], [(ONE, "on_the_way", 9), (ONE, "closed", 4.5)])[0] == (2.5, 0.5)
    # Two phones apart: each region has its own, and of the team an hour is an hour.
    apart = [there(NORTH, 4, 0), there(SOUTH, 4, 2)]
    assert hours(apart, [(ONE, "on_the_way", 3), (ONE, "closed", 1)]) == ((2, 2), {NORTH: (2, 2), SOUTH: (1, 1)})


@settings(max_examples=40, deadline=None)
@given(
    shifts=st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), min_size=1, max_size=5),
    moves=st.lists(
        st.tuples(st.sampled_from((ONE, TWO)), st.sampled_from(("on_the_way", "there", "closed", "handed")), st.integers(0, 900)), max_size=12
    ),
)
def test_no_minute_is_lost_nor_counted_twice(shifts, moves):
    """By minutes laid side by side: both together are the time on shift, and neither is ever negative."""
    spans = [(since, since + length) for since, length in shifts]
    stretches = [Stretch(TEAM, NORTH, NOW + timedelta(minutes=a), NOW + timedelta(minutes=b)) for a, b in spans]
    out = outings([Told(request, TEAM, kind, NOW + timedelta(minutes=m)) for request, kind, m in moves], NOW + timedelta(days=9))
    [team] = whole(stretches, out)
    worked = {minute for a, b in spans for minute in range(a, b)}
    going = {
        minute for since, until in out.get(TEAM, [])
        for minute in range(int((since - NOW).total_seconds() // 60), int((until - NOW).total_seconds() // 60))
    }  # fmt: skip
    assert team.requests == timedelta(minutes=len(worked & going)) and team.active == timedelta(minutes=len(worked - going))


def test_as_phones_told_it(city):
    phone, mate, desk = city.phone("rua"), city.phone("rua2"), city.client("supervisao")
    north, today = str(city.ids["north"]), "/painel/tempo"
    first, second = ask(city, now=ago(7)), ask(city, now=ago(7))
    for request in (first, second):
        send(city, request, now=ago(6.9))
    shift, other = start(phone, 6, region_id=north), start(mate, 6, region_id=north)
    night = [
        shift, said(phone, shift, "pause", 3), said(phone, shift, "resume", 2), answer(phone, first, "set_out", ago(5)),
        answer(phone, first, "arrive", ago(4.5)), closing(phone, first, at=ago(4)), end(phone, shift, 1),
    ]  # fmt: skip
    assert [o["status"] for o in phone.push(*night)] == ["done"] * 7
    assert "só uma pessoa" in desk.get(today).text and "Equipe Rua" not in desk.get(today).text
    mate.push(other, said(mate, other, "pause", 3), said(mate, other, "resume", 2), answer(mate, second, "set_out", ago(4.5)), closing(mate, second, at=ago(3.5)), end(mate, other, 1))
    page = desk.get(today).text
    # Six hours less the pause of both, of which from 5 to 3.5 hours ago on two requests at once.
    assert "Equipe Rua" in page and "1 h 30" in page and "2 h 30" in page and "4 h 00" in page and "38%" in page
    rows = list(csv.reader(io.StringIO(desk.get(f"{today}/planilha").get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert [row[2:] for row in rows[1:]] == [["Equipe Rua", "todas", "90", "150", "240"], ["Equipe Rua", "North", "90", "150", "240"]]
    assert "Rua2" not in page and not any("Rua2" in cell for row in rows for cell in row)
    assert "Confira as datas" in desk.get(f"{today}?de=2026-01-01").text and desk.get(f"{today}/planilha?de=2999-01-01").status_code == 422
    assert desk.get(f"{today}?de=hoje").status_code == 422
    assert city.client("rua").get(today).status_code == 403
    second_team(city)  # of which `coordenacao` sees nothing
    city.rows("UPDATE shifts SET team_id = :t WHERE municipality_id = :m RETURNING 1", t=city.ids["team2"])
    assert "Nenhum turno" in city.client("coordenacao").get(today).text and "Equipe Dois" in desk.get(today).text


def test_no_two_periods_tell_the_day_of_one_who_worked_alone(city):
    phone, mate, desk = city.phone("rua"), city.phone("rua2"), city.client("supervisao")
    # Alone two days ago; the two of them yesterday.
    for who, hours_ago in ((phone, 48), (phone, 24), (mate, 24)):
        shift = start(who, hours_ago)
        who.push(shift, end(who, shift, hours_ago - 0.25))
    page = desk.get("/painel/tempo").text
    assert "0 h 15" in page and "0 h 30" not in page and "só uma pessoa" in page
