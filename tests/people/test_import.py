"""A city's spreadsheet comes in, is undone as a whole, and goes out again."""

import csv
import io
from datetime import datetime

import pytest
from openpyxl import Workbook

from app.core import clock
from app.people import workbook
from app.people.queries.searching import search
from app.people.service import note_met
from tests.people.known import acting, make_person, tell_name

FILE = (
    "Nome;Apelido;Data de nascimento;Sexo;CPF;Região;Observação\n"
    "José Conceição;Zé;03/02/1980;M;529.982.247-25;North;x\n"
    "Heráclito Bulhões;;31/02/1980;;529.982.247-26;Lua;\n"
    ";;;F;;;\n"
    "=cmd();;;;;;\n"
)


def run(city, *arguments):
    return city.app.test_cli_runner().invoke(args=["people", *arguments, "--municipality", str(city.ibge)])


def told(city):
    return city.rows(
        "SELECT field, value, source, import_id FROM person_told WHERE municipality_id = :m AND taken_back_at IS NULL"
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pessoas.csv"
    path.write_text(FILE)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_three_encodings_and_three_marks_say_the_same(city, tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    path.write_bytes(FILE.replace(";", delimiter).encode(encoding))
    run(city, "import", str(path))
    names = {row["value"] for row in told(city) if row["field"] == "name.civil"}
    assert names == {"José Conceição", "Heráclito Bulhões"}


def test_a_workbook_says_the_same_with_its_dates_and_lost_zeros(city, tmp_path):
    book = Workbook()
    book.active.title = "capa"
    sheet = book.create_sheet("pessoas")
    sheet.append(["Nome", "Apelido", "Data de nascimento", "Sexo", "CPF", "NIS", "Idade"])
    sheet.append([])
    sheet.append(["José Conceição", None, datetime(1980, 2, 3), "M", 1234567890, "=1+1", 46.0])
    path = tmp_path / "pessoas.xlsx"
    book.save(path)
    answer = run(city, "import", str(path))
    assert "linha 3: entra" in answer.output, answer.output
    rows = {row["field"]: row["value"] for row in told(city)}
    assert rows["name.civil"] == "José Conceição" and rows["birth_on"] == "1980-02-03"
    # 012.345.678-90: the zero is back, and its check digits are right.
    assert rows["document.cpf"]["number"] == "01234567890"


def test_a_workbook_that_unpacks_without_end_is_refused(city, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_LARGEST", 1000)
    book = Workbook()
    book.active.append(["Nome"])
    book.active.append(["José"])
    path = tmp_path / "b.xlsx"
    book.save(path)
    assert "não pôde ser lido" in run(city, "import", str(path)).output


def test_each_line_is_reported_and_what_is_wrong_is_left_out(city, file):
    shown = run(city, "import", str(file), "--dry-run")
    assert told(city) == [] and "2 entrariam, 2 não." in shown.output
    answer = run(city, "import", str(file), "--origin", "CadÚnico 2026")
    assert answer.exit_code == 1
    for words in (
        "coluna 'CPF': document.cpf", "coluna 'Observação': deixada de lado", "linha 2: entra\n", "linha 3: entra · atenção",
        "não confere", "A data não é válida", "Região: não existe", "linha 4: não entra: Falta o nome", "linha 5: não entra",
    ):  # fmt: skip
        assert words in answer.output
    rows = told(city)
    assert {row["source"] for row in rows} == {"imported"} and len({row["import_id"] for row in rows}) == 1
    assert [row["value"]["number"] for row in rows if row["field"] == "document.cpf"] == ["52998224725"]
    people = city.rows("SELECT called, called_kind, sex, region_id FROM people WHERE municipality_id = :m ORDER BY called")
    assert [tuple(row.values()) for row in people] == [
        ("Heráclito Bulhões", "civil", None, None), ("Zé", "nickname", "male", city.ids["north"]),
    ]  # fmt: skip
    assert "CadÚnico 2026" in run(city, "imports").output


def test_who_may_be_there_already_waits_for_a_person(city, file):
    known = make_person(city, "Eraclito Bulhoes", kind="civil")
    run(city, "import", str(file))
    [pair] = city.rows("SELECT low_id, high_id, origin FROM person_pairs WHERE municipality_id = :m")
    assert known in (pair["low_id"], pair["high_id"]) and pair["origin"] == "import"


def test_the_same_file_twice_is_refused_unless_asked(city, file):
    run(city, "import", str(file))
    again = run(city, "import", str(file))
    assert again.exit_code == 1 and "--again" in again.output
    assert len(city.rows("SELECT id FROM people WHERE municipality_id = :m")) == 2
    run(city, "import", str(file), "--again")
    assert len(city.rows("SELECT id FROM people WHERE municipality_id = :m")) == 4


def test_undone_as_a_whole_and_what_others_told_stays(city, file):
    run(city, "import", str(file))
    ids = {row["called"]: row["id"] for row in city.rows("SELECT id, called FROM people WHERE municipality_id = :m")}
    tell_name(city, ids["Zé"], "Zeca do Cais")
    [made] = city.rows("SELECT id FROM person_imports WHERE municipality_id = :m")
    answer = run(city, "undo-import", str(made["id"]))
    assert "1 cadastros encerrados; 1 ficam" in answer.output
    rows = {row["id"]: row for row in city.rows("SELECT id, called, ended_at, end_reason FROM people WHERE municipality_id = :m")}
    assert rows[ids["Zé"]]["called"] == "Zeca do Cais" and rows[ids["Zé"]]["ended_at"] is None
    assert rows[ids["Heráclito Bulhões"]]["end_reason"] == "import_undone"
    assert [row["value"] for row in told(city)] == ["Zeca do Cais"]
    with acting(city, "creas") as (session, actor):
        assert search(session, actor, "heraclito").ids == [] and search(session, actor, "zeca").ids == [ids["Zé"]]
    assert run(city, "undo-import", str(made["id"])).exit_code == 1
    # Undone, the file may come again.
    assert "2 entraram" in run(city, "import", str(file)).output


@pytest.mark.parametrize("raw", [b"", b"Nome\n", b"PK\x03\x04xlsx", b"Cor;Bicho\nazul;gato\n", b"Nome\nJo\x00\n", b"\xff\xfeN"])
def test_what_is_no_such_file_is_told_and_nothing_is_written(city, tmp_path, raw):
    path = tmp_path / "x.csv"
    path.write_bytes(raw)
    answer = run(city, "import", str(path))
    assert answer.exit_code == 1 and "Nada foi gravado" in answer.output
    assert city.rows("SELECT id FROM person_imports WHERE municipality_id = :m") == []


def test_columns_may_be_named(city, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Quem;Nome\nTico;Francisco\n")
    answer = run(city, "import", str(path), "--mapping", "Quem=name.nickname")
    assert answer.exit_code == 0, answer.output
    assert {row["field"]: row["value"] for row in told(city)} == {"name.nickname": "Tico", "name.civil": "Francisco"}
    assert run(city, "import", str(path), "--again", "--mapping", "Nada=name.nickname").exit_code == 1
    assert run(city, "import", str(path), "--again", "--mapping", "Quem=private_note").exit_code == 1


def test_what_came_in_goes_out_again_harmless_and_without_whom_nobody_may_see(city, file, tmp_path):
    from app.people.service.restriction import restrict

    run(city, "import", str(file))
    make_person(city, "=HYPERLINK(1)")
    hidden = make_person(city, "Zuleica Plantada")
    with acting(city, "creas") as (session, actor):
        restrict(session, actor, hidden, "o companheiro a procura", clock.now())
    out = tmp_path / "fora.csv"
    assert run(city, "export", str(out)).exit_code == 0
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and out.stat().st_mode & 0o077 == 0
    lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 3 and "Plantada" not in raw.decode()
    [first] = [line for line in lines if line["Nome civil"] == "José Conceição"]
    assert (first["Apelido"], first["Sexo"], first["CPF"], first["Região"]) == ("Zé", "Masculino", "52998224725", "North")
    assert "'=HYPERLINK(1)" in {line["Apelido"] for line in lines}
    assert run(city, "export", str(out)).exit_code == 1  # never over a file
    assert len(city.rows("SELECT 1 FROM audit_lines WHERE municipality_id = :m AND action = 'people.export'")) == 1
    # And in again.
    again = run(city, "import", str(out))
    assert "coluna 'Nome civil': name.civil" in again.output


def test_a_header_that_stands_twice_loses_no_name(city, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Nome;Apelido;Nome\nJosé Conceição;Zé;Maria (mãe)\n")
    run(city, "import", str(path))
    rows = city.rows("SELECT value #>> '{}' AS v FROM person_told WHERE municipality_id = :m AND field = 'name.civil'")
    assert [row["v"] for row in rows] == ["José Conceição"]


def test_a_sheet_of_years_ago_says_its_own_day_and_puts_nobody_on_a_phone(city, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Nome;Região;Última abordagem\nJosé Conceição;North;\nAna Vista;North;" + f"{clock.now():%d/%m/%Y}\n")
    assert run(city, "import", str(path), "--as-of", "2021-03-04").exit_code == 0
    days = city.rows("SELECT DISTINCT told_at::date::text AS day FROM person_told WHERE municipality_id = :m")
    assert [row["day"] for row in days] == ["2021-03-04"]
    phone = city.phone("rua")
    phone.pull()
    assert {body["called"] for body in phone.of_type("person")} == {"Ana Vista"}


def test_who_came_by_a_sheet_is_on_the_phones_once_she_was_met(city, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Nome;Região\nJosé Conceição;North\n")
    run(city, "import", str(path))
    [row] = city.rows("SELECT id, region_id FROM people WHERE municipality_id = :m")
    with acting(city, "rua") as (session, actor):
        note_met(session, actor, [(row["id"], row["region_id"], clock.now())])
    phone = city.phone("rua")
    phone.pull()
    assert [body["called"] for body in phone.of_type("person")] == ["José Conceição"]
