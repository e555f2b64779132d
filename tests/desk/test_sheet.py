"""The night on paper: what is printed, and what was noted on it, entered late in one go with its true hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core import clock
from app.core.ids import new_id
from app.desk import rules
from app.desk.problems import HourNotYet, HourUnread, UntilUnread
from tests.desk.housed import form, sleeper, stays, with_beds
from tests.referrals import made

ZONE = ZoneInfo("America/Fortaleza")


@pytest.mark.parametrize(
    ("written", "hour"),
    [("22:40", (22, 40)), ("22h40", (22, 40)), ("2240", (22, 40)), ("740", (7, 40)), (" 7h ", (7, 0)), ("0:05", (0, 5)), ("19.30", (19, 30))],
)
def test_an_hour_is_read_as_people_write_it(written, hour):
    found = rules.hour_read(written)
    assert (found.hour, found.minute) == hour


@pytest.mark.parametrize("written", ["", "às dez", "24:00", "22:60", "22:4x", "-1", "22402"])
def test_what_is_no_hour_is_refused_by_name(written):
    with pytest.raises(HourUnread):
        rules.hour_read(written)


def test_after_noon_is_of_the_sheet_s_day_and_before_noon_of_the_next_morning():
    now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)  # 09:00 in Fortaleza
    night = rules.night_of(now, ZONE)
    assert night == date(2026, 11, 27)
    assert rules.in_the_night(night, "22:40", ZONE, now) == datetime(2026, 11, 28, 1, 40, tzinfo=UTC)
    assert rules.in_the_night(night, "01:30", ZONE, now) == datetime(2026, 11, 28, 4, 30, tzinfo=UTC)
    assert rules.in_the_night(night, "09:04", ZONE, now) == now  # a clock on the wall a little ahead
    with pytest.raises(HourNotYet):
        rules.in_the_night(night, "09:30", ZONE, now)
    assert rules.night_of(datetime(2026, 11, 28, 23, 0, tzinfo=UTC), ZONE) == date(2026, 11, 28)
    with pytest.raises(UntilUnread):
        rules.until(date(2026, 11, 28), "08:59", ZONE, now)


@pytest.fixture(autouse=True)
def late_evening(monkeypatch):
    """It is about 23:30 in the city, so that the hours before it are of one night."""
    really = clock.now
    local = really().astimezone(ZONE)
    late = local.replace(hour=23, minute=30)
    back = local - (late if late <= local else late - timedelta(days=1))
    monkeypatch.setattr(clock, "now", lambda: really() - back)


@pytest.fixture
def beds(city):
    return with_beds(city, rooms=(3, 3))


def minutes_ago(n: int) -> str:
    return (clock.now() - timedelta(minutes=n)).astimezone(ZONE).strftime("%H:%M")


def tonight() -> str:
    return rules.night_of(clock.now(), ZONE).isoformat()


def lines(*rows, **more):
    """The form's fields of lines given as dicts with `of` and parts."""
    data = {"night": tonight()} | more
    for row in rows:
        of = row.pop("of", None) or new_id()
        data |= {f"{part}-{of}": value for part, value in row.items()}
    return data


def enter(client, city, *rows, **more):
    return client.post(f"/mesa/folha/{city.ids['shelter']}/lancar", data=form(client, **lines(*rows, **more)))


def test_the_sheet_prints_beds_names_codes_and_room_to_write(city, beds):
    sleeper(city, "Tião", beds[0])
    made.sent(city, called="Dona Rosa")
    [code] = [row["code"] for row in city.rows("SELECT code FROM referrals WHERE municipality_id = :m")]
    shown = city.client("abrigo").get("/mesa/folha").get_data(as_text=True)
    for words in ("Folha da noite", "Tião", "Dona Rosa", code, "Quarto 2", "Lançar o que foi anotado"):
        assert words in shown
    assert shown.count('<td class="write"></td>') > 15


def test_what_was_noted_enters_in_one_go_with_its_true_hours(city, beds):
    here = sleeper(city, "Tião", beds[0], since=clock.now() - timedelta(hours=2))
    rosa = made.sent(city, ago=timedelta(hours=3), called="Dona Rosa")
    client = city.client("abrigo")
    answer = enter(
        client, city,
        {"of": rosa, "kind": "expected", "hour": minutes_ago(60), "bed": "5"},
        {"of": here, "kind": "left", "hour": minutes_ago(30)},
        {"kind": "came", "hour": minutes_ago(90), "called": "Zé", "bed": "quarto"},
        {"kind": "came", "hour": minutes_ago(80), "called": "Bia", "bed": " 4 "},
        {"kind": "no_room", "hour": minutes_ago(70)},
        {"kind": "came", "hour": "", "called": "", "bed": ""},
    )  # fmt: skip
    # One line is wrong: it comes back as it was written, the others stand.
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "1 linha precisa de correção" in shown and "4 linhas já estão guardadas" in shown
    assert "Não há leito com este nome" in shown and 'value="Zé"' in shown and 'value="quarto"' in shown
    rows = {row["called"]: row for row in stays(city)}
    assert {name: row["bed"] for name, row in rows.items()} == {"Tião": None, "Dona Rosa": "5", "Bia": "4"}
    assert clock.now() - rows["Dona Rosa"]["arrived_at"] > timedelta(minutes=59)
    assert rows["Tião"]["left_at"] < clock.now() - timedelta(minutes=29)
    assert len(city.rows("SELECT 1 AS one FROM turned_away WHERE municipality_id = :m")) == 1


def test_the_same_sheet_sent_twice_makes_nobody_twice(city, beds):
    client = city.client("abrigo")
    of, none = new_id(), new_id()
    for _time in range(2):
        answer = enter(
            client, city, {"of": of, "kind": "came", "hour": minutes_ago(40), "called": "Bia"},
            {"of": none, "kind": "no_room", "hour": minutes_ago(20)},
        )  # fmt: skip
        assert answer.status_code == 303
    assert [row["called"] for row in stays(city)] == ["Bia"]
    assert len(city.rows("SELECT 1 AS one FROM turned_away WHERE municipality_id = :m")) == 1


def test_forty_lines_in_one_submit(city):
    with_beds(city, rooms=(20, 20))
    client = city.client("abrigo")
    shown = client.get("/mesa/folha/lancar?linhas=40").get_data(as_text=True)
    assert shown.count('<option value="no_room"') == 40
    rows = [{"kind": "came", "hour": minutes_ago(45), "called": f"Pessoa {n}", "bed": str(n + 1)} for n in range(40)]
    assert enter(client, city, *rows).status_code == 303
    assert len([row for row in stays(city) if row["bed"]]) == 40


def test_an_hour_to_come_is_refused_in_its_line(city, beds):
    client = city.client("abrigo")
    tomorrow = (rules.night_of(clock.now(), ZONE) + timedelta(days=1)).isoformat()
    answer = enter(client, city, {"kind": "came", "hour": "23:00", "called": "Bia"}, night=tomorrow)
    assert answer.status_code == 422 and "ainda não chegou nesta noite" in answer.get_data(as_text=True)
    assert stays(city) == []


def test_a_sheet_of_another_house_is_not_taken(city, beds):
    other = city.client("centropop")
    assert other.post(f"/mesa/folha/{city.ids['shelter']}/lancar", data=form(other, **lines())).status_code == 404
