"""A call centre's spreadsheet: five thousand lines, three encodings, broken lines told one by one, good ones in once."""

import io
import random
import re
from datetime import timedelta

import pytest

from app.core import clock, days
from app.outreach_requests.service import importing
from tests.make.city import NORTH_POINT, OUTSIDE_POINT
from tests.outreach_requests.made import hidden

HEAD = "Protocolo;Data;Tipo;Rua;Bairro;Referência;Descrição;Pessoas;Latitude;Longitude;Contato"


def today(city):
    with city.transaction() as session:
        return (clock.now() - timedelta(minutes=1)).astimezone(days.zone_of(session, city.ibge)).strftime("%d/%m/%Y %H:%M")


def line(city, origin, **told):
    cells = {"data": today(city), "tipo": "outra pessoa", "rua": "Rua São João", "bairro": "", "ref": "praça", "desc": "sem abrigo", "n": "1", "lat": "", "lon": "", "contato": ""}
    return ";".join([origin, *(cells | told).values()])


def judged(city, raw, persona="supervisao"):
    with city.transaction() as session:
        return importing.judge(session, city.actor_in(session, persona), raw, clock.now())


def upload(city, raw):
    desk = city.client("supervisao")
    page = desk.post("/mesa/solicitacoes/planilha", data={"file": (io.BytesIO(raw), "a.csv"), "csrf_token": desk.csrf}).get_data(as_text=True)
    return desk, page


def taken(city):
    return city.rows("SELECT count(*) AS n FROM outreach_requests WHERE municipality_id = :m")[0]["n"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_file_of_any_encoding_is_shown_first_and_taken_in_once(city, encoding):
    raw = "\n".join([HEAD, line(city, "1", desc="São João não dormiu"), line(city, "2", lat=str(NORTH_POINT[1]).replace(".", ","), lon=str(NORTH_POINT[0]))]).encode(encoding)
    desk, page = upload(city, raw)
    assert taken(city) == 0 and "Rua São João" in page and "não dormiu" not in page
    confirm = {"content": hidden(page, "content"), "csrf_token": desk.csrf}
    assert "2 solicitações incluídas" in desk.post("/mesa/solicitacoes/planilha/confirmar", data=confirm).get_data(as_text=True)
    assert taken(city) == 2
    rows = city.rows("SELECT channel, place_kind, region_id, sealed_words FROM outreach_requests WHERE municipality_id = :m ORDER BY place_kind")
    assert [(row["channel"], row["place_kind"]) for row in rows] == [("csv", "pin"), ("csv", "text")] and rows[0]["region_id"] == city.ids["north"]
    # Sent again, confirmed again, and in another encoding: nothing is there twice.
    assert "0 solicitações incluídas" in desk.post("/mesa/solicitacoes/planilha/confirmar", data=confirm).get_data(as_text=True)
    again = judged(city, raw.decode(encoding).encode("latin-1"))
    assert [each.state for each in again] == ["known", "known"] and taken(city) == 2


def test_each_broken_line_says_why_and_holds_up_no_other(city):
    wrong = {
        "tipo": dict(tipo="xyz"), "data": dict(data="ontem"), "velha": dict(data="01/01/2020"), "futuro": dict(data="01/01/2100"),
        "coordenada": dict(lat="abc", lon="1"), "metade": dict(lat="1"), "fora": dict(lat=str(OUTSIDE_POINT[1]), lon=str(OUTSIDE_POINT[0])),
        "planeta": dict(lat="900", lon="1"), "pessoas": dict(n="muitas"), "longa": dict(desc="a" * 1001), "lugar": dict(rua="", ref="", bairro=""),
        "nulo": dict(desc="a\x0bb"),
    }  # fmt: skip
    raw = "\n".join([HEAD, line(city, "bom"), *(line(city, name, **told) for name, told in wrong.items()), line(city, "bom"), ""]).encode()
    found = judged(city, raw)
    assert [each.state for each in found] == ["new", *["wrong"] * len(wrong), "known"]
    assert all(each.why for each in found[1:]) and "linha 2" in found[-1].why
    assert len({each.why for each in found[1:-1]}) >= 8
    desk, page = upload(city, raw)
    assert "não entram</li>" in re.sub(r": <span class=\"strong\">12</span>", "", page)


@pytest.mark.parametrize("raw", [b"", b"\x00\x01\x02", b"nome;cor\na;b", HEAD.encode("utf-16")[2:], b"\xff\xfe"])
def test_what_is_no_spreadsheet_of_requests_is_refused_by_name(city, raw):
    desk = city.client("supervisao")
    answer = desk.post("/mesa/solicitacoes/planilha", data={"file": (io.BytesIO(raw), "a.csv"), "csrf_token": desk.csrf})
    assert answer.status_code == 422 and taken(city) == 0


def test_five_thousand_lines_go_in_and_one_more_is_too_many(city):
    dice = random.Random(7)
    lines = [line(city, f"156-{at}", tipo=dice.choice(["outra pessoa", "grupo", "xx"]), rua=f"Rua {dice.randrange(900)}") for at in range(5000)]
    raw = "\n".join([HEAD, *lines]).encode("latin-1")
    bad = sum(";xx;" in each for each in lines)
    with city.transaction() as session:
        found = importing.take_in_file(session, city.actor_in(session, "supervisao"), raw, clock.now())
    assert sum(each.state == "new" for each in found) == 5000 - bad == taken(city)
    # The whole file once more, as another program of the call centre saves it.
    with city.transaction() as session:
        again = importing.take_in_file(session, city.actor_in(session, "supervisao"), raw.decode("latin-1").encode("utf-16"), clock.now())
    assert [sum(each.state == state for each in again) for state in ("new", "known", "wrong")] == [0, 5000 - bad, bad] and taken(city) == 5000 - bad
    with pytest.raises(Exception, match="too_many_lines"):
        judged(city, raw + b"\n" + lines[0].encode("latin-1"))


def test_who_only_takes_in_brings_no_file(city):
    assert city.client("abrigo").get("/mesa/solicitacoes/planilha").status_code == 403


def test_what_is_no_number_and_what_is_too_long_is_a_broken_line_and_loses_no_word(city):
    told = [{"n": "²"}, {"n": "9" * 5000}, {"ref": "a" * 201}, {"contato": "1" * 121}, {"data": "01/01/0001"}, {"data": "31/12/9999 23:59"}]
    raw = "\n".join([HEAD, *(line(city, str(at), **each) for at, each in enumerate(told)), line(city, "x", desc="😀' --")]).encode()
    assert [each.state for each in judged(city, raw)] == ["wrong"] * 6 + ["new"]
