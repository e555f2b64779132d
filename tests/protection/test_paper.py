"""The paper: one page, drawn from what was hashed, tagged, asking nobody; its pages at the desk; what its QR opens."""

import re
import zlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.db import cleared
from app.protection.communications import content, pdf
from app.protection.communications.document import shown
from app.protection.communications.signing import set_names_author
from app.protection.sealing import CLEARANCE
from app.protection.service import communicating
from app.protection.service.communicating import Sending
from tests.make.flags import PLANTED
from tests.protection.writer import Writer, words_on

SECRET = "Zeca da Ponte"


@pytest.fixture
def case(city):
    return Writer(city, said={"called": SECRET, "seen": "vendia balas", "said": PLANTED})


def fullest(case, letters):
    """Fields as full as may be signed, of words of these letters."""
    fields = {field.key: (f"{letters} " * 400)[: field.longest].strip() for field in content.LETTER}
    while not content.fits(fields):
        longest = max(("seen", "said", "measures", "place", "signs"), key=lambda key: len(fields[key]))
        fields[longest] = fields[longest][:-8].strip()
    return fields


def article(page):
    found = re.search(r"<article class=\"letter\".*?</article>", page, re.S)
    assert found, page[:400]
    return found[0]


@pytest.mark.parametrize("letters", ["palavra", "COMUNICAR", "um a e o", "\n", "w@m", "😢🚦", "السلام عليكم", "漢字"])
def test_the_fullest_that_may_be_signed_is_one_page(case, letters, monkeypatch):
    """With everything beside it: an address, two names, what it corrects."""
    case.recipient("creas", "CREAS da região, ao cuidado da coordenação", address="Avenida Tomaz Landim, 1200, Igapó, Natal")
    case.does(lambda session, actor, now: set_names_author(session, actor, True, now), persona="admin")
    first = case.sent("creas").id
    one = case.does(communicating.draft, case.flag, "", corrects=first).id
    if letters == "\n":
        fields = dict.fromkeys(content.LETTER_KEYS, "") | {"seen": "x"}
        while content.fits(fields | {"seen": fields["seen"] + "\nx"}):
            fields["seen"] += "\nx"
    else:
        fields = fullest(case, letters)
    case.save(one, **fields)
    case.send(one)
    drawn = []
    monkeypatch.setattr(pdf, "made", lambda html: drawn.append(pdf.drawn(html)) or b"%PDF")
    assert case.browser().get(f"{case.base}/{one}/pdf").status_code == 200
    assert len(drawn[0].pages) == 1


def test_the_pdf_is_tagged_and_says_its_language_and_title(case):
    one = case.sent().id
    answer = case.browser().get(f"{case.base}/{one}/pdf")
    assert answer.mimetype == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF-")
    for mark in (b"pdfuaid:part", b"/StructTreeRoot", b"/MarkInfo"):
        assert mark in answer.data or mark in inflated(answer.data), mark
    assert b"/Lang (pt-BR)" in inflated(answer.data)
    assert 'filename="comunicacao-1-' in answer.headers["Content-Disposition"]
    assert SECRET not in answer.headers["Content-Disposition"]


def inflated(body):
    found = body
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.S):
        try:
            found += zlib.decompress(stream)
        except zlib.error:
            continue
    return found


@pytest.mark.parametrize("markup", [
    '<img src="http://127.0.0.1:9/x.png">', '<img src="file:///etc/hostname">', '<link rel="stylesheet" href="https://example.invalid/x.css">',
    '<p style="background: url(http://127.0.0.1:9/y)">x</p>', '<link rel="attachment" href="file:///etc/hostname">',
])  # fmt: skip
def test_a_paper_that_wants_something_from_outside_is_not_drawn(markup):
    with pytest.raises(pdf.AsksOutside):
        pdf.made(f"<!doctype html><html lang='pt-BR'><head><title>x</title></head><body>{markup}</body></html>")


def test_what_somebody_types_is_words_and_asks_nobody(case):
    one = case.draft()
    case.save(one, seen='<img src="http://127.0.0.1:9/x.png"> & <script>alert(1)</script>')
    case.send(one)
    client = case.browser()
    assert client.get(f"{case.base}/{one}/pdf").status_code == 200
    page = client.get(f"{case.base}/{one}/via").get_data(as_text=True)
    assert "&lt;img src=" in article(page) and "<script>alert" not in page


def test_print_and_pdf_are_the_document_that_was_hashed_whatever_changed_since(case):
    one = case.draft()
    case.save(one, seen="Vendia balas.")
    case.send(one)
    client = case.browser()
    before = article(client.get(f"{case.base}/{one}/via").get_data(as_text=True))
    with case.city.transaction() as session:
        session.execute(text("UPDATE units SET name = 'Outro nome ' || id, phone = '9' WHERE municipality_id = :m"), {"m": case.city.ibge})
        session.execute(text("UPDATE municipalities SET name = 'Outra' WHERE id = :m"), {"m": case.city.ibge})
    assert article(client.get(f"{case.base}/{one}/via").get_data(as_text=True)) == before
    case.forge(one, digest=b"\1" * 32)
    for where in ("via", "pdf"):
        answer = client.get(f"{case.base}/{one}/{where}")
        assert answer.status_code == 500 and "Vendia balas" not in answer.get_data(as_text=True)


def test_without_pango_the_page_says_so_and_the_print_works(case, monkeypatch):
    one = case.sent().id
    monkeypatch.setattr(pdf, "_engine", lambda: None)
    client = case.browser()
    refused = client.get(f"{case.base}/{one}/pdf")
    assert refused.status_code == 503 and "Imprima a folha" in refused.get_data(as_text=True)
    page = client.get(f"{case.base}/{one}/via").get_data(as_text=True)
    assert "não faz PDF" in page and article(page)
    assert "/pdf" not in client.get(f"{case.base}/{one}").get_data(as_text=True)


def test_every_reading_leaves_a_line_and_a_draft_has_no_paper(case):
    one, draft = case.sent().id, case.draft("peti")
    client = case.browser()
    for where in ("via", "pdf", ""):
        assert client.get(f"{case.base}/{one}/{where}".rstrip("/")).status_code == 200
    lines = case.city.rows("SELECT fields FROM audit_lines WHERE municipality_id = :m AND subject_id = :c", c=one)
    assert {"print", "pdf", "read"} <= {name for line in lines for name in line["fields"]}
    assert client.get(f"{case.base}/{draft}/via").status_code == 409


@pytest.mark.parametrize("persona,status", [("coordenacao", 403), ("rua", 403), ("supervisao", 403), ("admin", 403), ("abrigo", 403)])
def test_nobody_else_reads_it(case, persona, status):
    one = case.sent().id
    client = case.browser(persona)
    for where in ("", "/via", "/pdf"):
        assert client.get(f"{case.base}/{one}{where}").status_code == status
    assert client.get(case.base).status_code == status


def test_a_technician_who_did_not_take_it_sees_states_and_no_word(case):
    one = case.draft()
    case.save(one, called=SECRET)
    case.send(one)
    case.take("rua2")
    client = case.browser()
    page = client.get(case.base).get_data(as_text=True)
    assert "Enviada" in page and SECRET not in page and "Só quem assumiu" in page
    for where in ("", "/via", "/pdf"):
        assert client.get(f"{case.base}/{one}{where}").status_code == 403


def test_one_is_not_reached_through_another_case(case):
    one, other = case.sent().id, Writer(case.city, phone=case.phone)
    client = case.browser()
    for where in ("", "/via", "/pdf"):
        assert client.get(f"{other.base}/{one}{where}").status_code == 404
    assert case.post(client, f"{other.base}/{one}/recebida", who="Ana").status_code == 404


def test_the_way_of_a_browser_without_scripts(case):
    """Begin, bring the words, save, review, sign, note who received; the words come by a POST that leaves its line."""
    client = case.browser()
    begun = case.post(client, case.base, recipient="guardianship_council")
    assert begun.status_code == 303
    where = begun.headers["Location"]
    page = client.get(where).get_data(as_text=True)
    assert PLANTED not in page
    brought = case.post(client, f"{where}/relato").get_data(as_text=True)
    assert PLANTED in brought and SECRET in brought and case.events().count("opened") == 1
    # Brought is not kept: only what she saves.
    assert PLANTED not in client.get(where).get_data(as_text=True)
    seen = re.search(r'name="as_of" value="([^"]+)"', brought)[1]
    saved = case.post(client, where, as_of=seen, signs="Trabalho infantil", seen="vendia balas", said=PLANTED, called=SECRET, next="review")
    assert saved.headers["Location"] == f"{where}/conferir"
    review = client.get(f"{where}/conferir").get_data(as_text=True)
    assert f"“{PLANTED}”" in article(review)
    stamp = re.search(r'name="as_of" value="([^"]+)"', review)[1]
    refused = case.post(client, f"{where}/enviar", as_of=stamp, channel="email")
    assert refused.status_code == 422 and "Nada foi enviado e nenhum número foi usado" in refused.get_data(as_text=True)
    done = case.post(client, f"{where}/enviar", as_of=stamp, channel="by_hand")
    assert done.headers["Location"].endswith("feito=enviada")
    again = case.post(client, f"{where}/enviar", as_of=stamp, channel="by_hand")
    assert again.headers["Location"].endswith("feito=ja") and len(case.numbers()) == 1
    assert case.post(client, f"{where}/recebida", who="Ana, conselheira", protocol="CT-1", at="").status_code == 303
    page = words_on(client.get(where).get_data(as_text=True))
    assert "Recebida" in page and "Ana, conselheira" in page and "CT-1" in page


def test_an_older_tab_gets_its_words_back_and_takes_nothing_away(case):
    client, one = case.browser(), case.draft()
    page = client.get(f"{case.base}/{one}").get_data(as_text=True)
    seen = re.search(r'name="as_of" value="([^"]+)"', page)[1]
    assert case.post(client, f"{case.base}/{one}", as_of=seen, signs="da primeira aba").status_code == 303
    older = case.post(client, f"{case.base}/{one}", as_of=seen, signs="da segunda aba")
    assert older.status_code == 409 and "da segunda aba" in older.get_data(as_text=True)
    assert case.content(one)["fields"]["signs"] == "da primeira aba"
    now_seen = re.search(r'name="as_of" value="([^"]+)"', older.get_data(as_text=True))[1]
    assert case.post(client, f"{case.base}/{one}", as_of=now_seen, signs="da segunda aba").status_code == 303


def test_what_is_too_long_comes_back_to_be_shortened(case):
    client, one = case.browser(), case.draft()
    seen = re.search(r'name="as_of" value="([^"]+)"', client.get(f"{case.base}/{one}").get_data(as_text=True))[1]
    answer = case.post(client, f"{case.base}/{one}", as_of=seen, called="a" * 121)
    assert answer.status_code == 422 and "a" * 121 in answer.get_data(as_text=True) and "No máximo 120" in answer.get_data(as_text=True)


def test_behind_the_qr_stands_the_number_and_nothing_of_the_case(case):
    one = case.draft()
    case.save(one, called=SECRET, said=PLANTED)
    case.send(one)
    token, digest = case.row(one)["check_token"], bytes(case.row(one)["digest"])
    anybody = case.city.client()
    page = words_on(anybody.get(f"/conferir/{token}").get_data(as_text=True))
    assert f"1/{clock.now().year}" in page or "1/20" in page
    assert "Este número existe" in page and f"creas_unit {case.city.ibge}" in page
    for secret in (SECRET, PLANTED, "Conselho Tutelar", "Trabalho infantil", shown(digest), digest.hex()[:12]):
        assert secret not in page
    same = words_on(anybody.get(f"/conferir/{token}?resumo={shown(digest).lower()}").get_data(as_text=True))
    assert "O resumo do papel confere" in same
    for wrong in ("0000 0000 0000", shown(digest)[:4], ""):
        assert "O resumo do papel confere" not in words_on(anybody.get(f"/conferir/{token}?resumo={wrong}").get_data(as_text=True))
    assert "corrigida" not in page


def test_a_corrected_one_says_so_and_a_draft_or_an_invented_one_is_none(case):
    one = case.sent().id
    token = case.row(one)["check_token"]
    new = case.does(communicating.draft, case.flag, "", corrects=one).id
    anybody = case.city.client()
    assert "corrigida" not in anybody.get(f"/conferir/{token}").get_data(as_text=True)
    case.send(new)
    assert "Foi corrigida por outra" in anybody.get(f"/conferir/{token}").get_data(as_text=True)
    for invented in ("x", "a" * 22, "a" * 500, "1", "%00"):
        answer = anybody.get(f"/conferir/{invented}")
        assert answer.status_code == 404 and "não é de nenhuma comunicação" in answer.get_data(as_text=True)


def test_the_day_behind_the_qr_is_the_city_s(case):
    late = clock.now().replace(hour=1, minute=30) + timedelta(days=1)  # 22:30 of the day before in Fortaleza
    row = case.sent(now=late)
    page = words_on(case.city.client().get(f"/conferir/{row.check_token}").get_data(as_text=True))
    assert case.document(row.id)["date"][:10] in page


def test_the_application_sends_it_to_nobody(case, monkeypatch):
    """No letter and no push bears a word of it: only neutral notices to the city's own workers."""
    one = case.draft()
    case.save(one, called=SECRET, said=PLANTED)
    case.send(one, Sending("email", to="ct@cidade.gov.br"))
    rows = case.city.rows("SELECT * FROM notices WHERE municipality_id = :m")
    jobs = case.city.rows("SELECT args FROM procrastinate_jobs WHERE args::text LIKE '%' || :m || '%'")
    for planted in (SECRET, PLANTED, "ct@cidade.gov.br"):
        assert planted not in str(rows) and planted not in str(jobs)
    kept = case.city.rows("SELECT sealed_content, sealed_proofs FROM communications WHERE municipality_id = :m")
    events = case.city.rows("SELECT * FROM flag_events WHERE municipality_id = :m")
    for planted in (SECRET, PLANTED, "ct@cidade.gov.br"):
        assert planted not in str(kept) and planted not in str(events)


def test_the_table_is_shut_without_the_clearance(case):
    case.sent()
    with case.city.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM communications")).scalar() == 0
        with cleared(session, CLEARANCE):
            assert session.execute(text("SELECT count(*) FROM communications")).scalar() == 1
