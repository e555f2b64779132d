"""People and teams from a spreadsheet: whatever the file, a clear line for each row, and every good row once."""

import base64
import html
import io
import re

import pytest

from app.accounts import roster
from tests.make.city import make_city

HEADER = "acesso;nome;perfil;equipe;unidade;região\n"
CODE = re.compile(r'class="big-code">([2-9A-Z]{4}-[2-9A-Z]{4})<')
LINE = re.compile(r'role="rowheader">.*?(\d+)</th>.*?<td role="cell">(.*?)</td>\s*<td role="cell">(.*?)</td>', re.S)


def send(client, content, name="pessoas.csv"):
    raw = content if isinstance(content, bytes) else content.encode()
    return client.post("/admin/importar", data={"csrf_token": client.csrf, "file": (io.BytesIO(raw), name)})


def confirm(client, content):
    raw = content if isinstance(content, bytes) else content.encode()
    form = {"csrf_token": client.csrf, "content": base64.b64encode(raw).decode()}
    return client.post("/admin/importar/confirmar", data=form)


def lines_of(answer):
    """{line: what it would do, in words}."""
    found = {}
    for number, _words, result in LINE.findall(answer.get_data(as_text=True)):
        found[int(number)] = html.unescape(" ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", result).split()))
    return found


def row(city, name="ana", who="Ana Reis", role="abordagem social", team="Equipe Rua", unit="", region=""):
    return f"{name}-{city.tag};{who};{role};{team};{unit};{region}\n"


def workers(city):
    return {r["login"]: r for r in city.rows("SELECT * FROM workers WHERE municipality_id = :m")}


@pytest.fixture
def admin(city):
    return city.client("admin")


def test_nothing_is_taken_in_before_it_was_shown(admin, city):
    before = len(workers(city))
    answer = send(admin, HEADER + row(city))
    assert answer.status_code == 200 and lines_of(answer) == {2: "entra"}
    assert len(workers(city)) == before


def test_the_good_rows_go_in_once_with_their_codes_also_when_sent_twice(admin, city):
    content = HEADER + row(city) + row(city, "bia", "Bia Luz", "imperador") + row(city, "caio", "Caio Sá", "recepção", "", f"SHELTER {city.ibge}")
    answer = confirm(admin, content)
    codes = CODE.findall(answer.get_data(as_text=True))
    assert len(codes) == 2 and answer.headers["Cache-Control"] == "no-store"
    assert "O perfil “imperador” não existe." in answer.get_data(as_text=True)
    again = confirm(admin, content)
    assert CODE.findall(again.get_data(as_text=True)) == []
    assert lines_of(again)[2] == "já estava" and lines_of(again)[4] == "já estava"
    found = workers(city)
    assert {f"ana-{city.tag}", f"caio-{city.tag}"} <= set(found) and f"bia-{city.tag}" not in found
    [held] = city.rows("SELECT role, scope_kind, scope_id FROM role_grants WHERE worker_id = :w", w=found[f"ana-{city.tag}"]["id"])
    assert (held["role"], held["scope_kind"], held["scope_id"]) == ("outreach_worker", "team", city.ids["team"])
    for login, code in zip((f"ana-{city.tag}", f"caio-{city.tag}"), codes, strict=True):
        body = {"login": login, "code": code, "new_password": "girassol-na-janela-7"}
        assert city.app.test_client().post("/api/v1/session/recover", json=body).status_code == 200


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
def test_every_way_in_which_a_spreadsheet_saves_text(admin, city, encoding, delimiter):
    text = f"Nome de acesso{delimiter}NOME{delimiter}Função{delimiter}Equipe\r\n"
    text += f"joão-{city.tag}{delimiter}João{delimiter}abordagem{delimiter}Equipe Rua\r\n"
    text += f"jo-{city.tag}{delimiter}João Conceição{delimiter}Educador Social{delimiter}equipe RUA\r\n"
    raw = {
        "utf-16-le-bom": b"\xff\xfe" + text.encode("utf-16-le"), "utf-16-be-bom": b"\xfe\xff" + text.encode("utf-16-be"),
    }.get(encoding) or text.encode(encoding)  # fmt: skip
    assert lines_of(send(admin, raw))[3] == "entra"
    assert "sem acento" in lines_of(send(admin, raw))[2]
    confirm(admin, raw)
    assert workers(city)[f"jo-{city.tag}"]["name"] == "João Conceição"


@pytest.mark.parametrize(
    "name,who,role,team,unit,region,said",
    [
        ("ana", "Ana", "imperador", "Equipe Rua", "", "", "O perfil “imperador” não existe."),
        ("ana", "Ana", "", "Equipe Rua", "", "", "Falta o perfil."),
        ("ana", "Ana", "abordagem", "Equipe Lua", "", "", "A equipe “Equipe Lua” não existe ou está fechada."),
        ("ana", "Ana", "recepção", "", "Abrigo Z", "", "A unidade “Abrigo Z” não existe ou está fechada."),
        ("ana", "Ana", "coordenação", "", "", "Lua", "A região “Lua” não existe."),
        ("ana", "Ana", "abordagem", "", "", "", "Para este perfil, preencha: equipe."),
        ("ana", "Ana", "recepção", "Equipe Rua", "", "", "Para este perfil, preencha: unidade."),
        ("ana", "Ana", "coordenação", "", "", "", "Para este perfil, preencha: equipe, unidade, região."),
        ("ana", "Ana", "coordenação", "Equipe Rua", "", "North", "Diga só um lugar: equipe, unidade ou região."),
        ("ana", "Ana", "administrador", "", "", "", "O perfil de administração não vem de planilha: dê-o na página da pessoa."),
        ("ana", "=cmd|'/c calc'!A1", "supervisão", "", "", "", "A célula “nome” começa como fórmula (=, +, - ou @)."),
        ("@ana", "Ana", "supervisão", "", "", "", "A célula “acesso” começa como fórmula (=, +, - ou @)."),
        ("ana", "A", "supervisão", "", "", "", "O nome deve ter de 2 a 80 letras."),
        ("ana", "A" * 300, "supervisão", "", "", "", "A célula “nome” é longa demais ou tem quebra de linha."),
        ("ana silva", "Ana", "supervisão", "", "", "", "Nome de acesso: De 3 a 40 letras sem acento, números, ponto, traço ou sublinhado."),
    ],
)  # fmt: skip
def test_a_bad_row_says_what_is_wrong_and_holds_no_other_back(admin, city, name, who, role, team, unit, region, said):
    good = row(city, "bom", "Bom Dia")
    answer = send(admin, HEADER + row(city, name, who, role, team, unit, region) + good)
    assert lines_of(answer) == {2: f"não entra {said}", 3: "entra"}


def test_a_login_twice_in_the_file_or_of_somebody_else(admin, city, other_city):
    content = HEADER + row(city) + row(city, who="Outra Ana")
    content += f"{city.login('rua')};Outra Pessoa;supervisão;;;\n{city.login('pim')};PIM;supervisão;;;\n{other_city.login('rua')};Rua;supervisão;;;\n"
    assert lines_of(send(admin, content)) == {
        2: "entra",
        3: "não entra Este nome de acesso já está na linha 2.",
        4: "não entra Este nome de acesso já é de outra pessoa desta cidade.",
        5: "já estava",
        6: "não entra Este nome de acesso já está em uso.",
    }


def test_a_row_longer_than_the_header_and_blank_lines(admin, city):
    content = "\n" + HEADER + "\n" + row(city).strip() + ";sobra\n;;;\n" + row(city, "bia", "Bia Luz")
    assert lines_of(send(admin, content)) == {4: "não entra A linha tem mais células do que o cabeçalho.", 6: "entra"}


@pytest.mark.parametrize(
    "content,said",
    [
        (b"", "está vazio"),
        (b"  \n\n ", "está vazio"),
        (HEADER.encode(), "está vazio"),
        (b"PK\x03\x04" + bytes(200), "própria planilha"),
        (b"\xd0\xcf\x11\xe0" + bytes(200), "própria planilha"),
        (bytes(range(256)) * 40, "não é um CSV de texto"),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "não é um CSV de texto"),
        ("acesso;nome;perfil\na;b;c".encode("utf-16-le"), "não é um CSV de texto"),
        (b"\xff\xfea", "não é um CSV de texto"),
        (b"nome;idade\nAna;30\n", "cabeçalho não confere"),
        (b"acesso;nome;nome;perfil\na;b;c;d\n", "cabeçalho não confere"),
        (b"acesso;nome;perfil;cor\na;b;c;d\n", "cabeçalho não confere"),
        (b"acesso;nome\na;b\n", "cabeçalho não confere"),
        ((HEADER + "x;Nome;supervisao;;;\n" * 10_000).encode(), "passa de 2.000 linhas"),
        (HEADER.encode() + b"x" * 600_000, "passa de 2.000 linhas ou de 512 KiB"),
        (HEADER.encode() + b'"' + b"x" * 200_000, "não é um CSV de texto"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_roster_says_why(admin, city, content, said):
    answer = send(admin, content)
    assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    assert confirm(admin, content).status_code == 422
    assert len(workers(city)) == 10


def test_a_file_that_is_far_too_large_is_not_even_read(admin):
    assert send(admin, b"x" * 3_000_000).status_code == 413


def test_no_file_at_all_and_a_confirmation_by_hand(admin, city):
    assert admin.post("/admin/importar", data={"csrf_token": admin.csrf}).status_code == 422
    for content in ("", "não é base64", "AAAA"):
        form = {"csrf_token": admin.csrf, "content": content}
        assert admin.post("/admin/importar/confirmar", data=form).status_code == 422
    assert len(workers(city)) == 10


def test_two_thousand_people_go_in(admin, city):
    content = HEADER + "".join(row(city, f"p{n}", f"Pessoa {n}") for n in range(roster.MOST_LINES))
    answer = confirm(admin, content)
    assert answer.status_code == 200 and len(set(CODE.findall(answer.get_data(as_text=True)))) == roster.MOST_LINES
    assert len(workers(city)) == roster.MOST_LINES + 10


def test_teams_come_from_a_file_too(admin, city):
    content = (
        "equipe;tipo;unidade;regiões\n"
        f"Equipe Alfa;rua;centro_pop {city.ibge};North, South\n"
        "Equipe Beta;PIM;;\n"
        "equipe rua;rua;;\n"
        "Equipe Alfa;rua;;\n"
        "Equipe Gama;barco;;\n"
        "Equipe Delta;rua;;Lua\n"
    )
    answer = send(admin, content)
    assert lines_of(answer) == {
        2: "entra", 3: "entra", 4: "já estava", 5: "não entra Esta equipe já está na linha 2.",
        6: "não entra O tipo “barco” não existe: escreva rua ou PIM.", 7: "não entra A região “Lua” não existe.",
    }  # fmt: skip
    for _twice in range(2):
        assert confirm(admin, content).status_code == 200
    made = city.rows(
        "SELECT name, kind, reference_unit_id, (SELECT count(*) FROM team_regions r WHERE r.team_id = t.id) AS regions"
        " FROM teams t WHERE municipality_id = :m AND name IN ('Equipe Alfa', 'Equipe Beta') ORDER BY name"
    )
    assert [(t["name"], t["kind"], t["reference_unit_id"], t["regions"]) for t in made] == [
        ("Equipe Alfa", "street", city.ids["centro_pop"], 2), ("Equipe Beta", "pim", None, 0),
    ]  # fmt: skip


def test_words_of_a_file_can_not_become_a_page(admin, city):
    page = send(admin, HEADER + row(city, "ana", "<script>alert(1)</script>")).get_data(as_text=True)
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_names_of_another_city_are_of_nobody_here(app):
    one, two = make_city(app), make_city(app)
    answer = send(one.client("admin"), HEADER + row(one, role="recepção", team="", unit=f"shelter {two.ibge}"))
    assert "não existe" in lines_of(answer)[2]


def test_the_command_does_the_same(city, tmp_path):
    file = tmp_path / "pessoas.csv"
    file.write_bytes((HEADER + row(city) + row(city, "bia", "Bia", "imperador")).encode("cp1252"))
    runner = city.app.test_cli_runner()
    shown = runner.invoke(args=["worker", "import", str(file), "--municipality", str(city.ibge), "--dry-run"])
    assert shown.exit_code == 1 and "linha 2: entra" in shown.output and len(workers(city)) == 10
    done = runner.invoke(args=["worker", "import", str(file), "--municipality", str(city.ibge)])
    assert done.exit_code == 1, done.output
    assert "linha 3: não entra: O perfil “imperador” não existe." in done.output
    [code] = re.findall(rf"ana-{city.tag} · Ana Reis: ([2-9A-Z]{{4}}-[2-9A-Z]{{4}})", done.output)
    body = {"login": f"ana-{city.tag}", "code": code, "new_password": "girassol-na-janela-7"}
    assert city.app.test_client().post("/api/v1/session/recover", json=body).status_code == 200
    missing = runner.invoke(args=["worker", "import", str(tmp_path / "nada.csv"), "--municipality", str(city.ibge)])
    assert missing.exit_code != 0 and "Traceback" not in missing.output
