"""A city opened from the command line: on an installation without the demonstration, nothing of it is there."""

import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from app.core import demonstration, seal
from app.desk.steps import Facts, first_steps
from tests.make.blank import blank_installation, forget
from tests.make.city import make_city

PASSWORD = "ipe-amarelo-na-serra-7"
CODE = re.compile(r"Código de primeiro acesso .*: ([2-9A-Z]{4}-[2-9A-Z]{4})")


@pytest.fixture(scope="module")
def migrated(config):
    """The name of a database to which nothing happened but `db upgrade`: each test has one like it."""
    name = f"opened_{os.getpid()}"
    with blank_installation(config, name) as made:
        with made.app_context():
            upgrade()
        forget(made)
        yield name


@pytest.fixture
def bare(config, migrated, tmp_path, monkeypatch):
    """An installation as it is after `db upgrade`: no city, a state folder of its own."""
    monkeypatch.setattr(demonstration, "_last", [])
    with blank_installation(config, f"opening_{os.getpid()}", migrated, state_dir=tmp_path) as made:
        yield made
    seal.configure(config.keys_dir, config.secret_key)


def run(app, *arguments, typed=""):
    return app.test_cli_runner().invoke(args=["municipality", *arguments], input=typed)


def rows(app, asked):
    engine = create_engine(app.config["VINCULO"].sqlalchemy_owner_url)
    with engine.connect() as connection:
        found = connection.execute(text(asked)).mappings().all()
    engine.dispose()
    return found


def opened(app, *more, typed=f"{PASSWORD}\n{PASSWORD}\n"):
    return run(
        app, "create", "2408102", "Natal", "--timezone", "America/Fortaleza", "--uf", "RN", *more, typed=typed
    )  # fmt: skip


ADMIN = ("--admin-login", "marta.alves", "--admin-name", "Marta Alves")


def test_a_city_with_who_administers_it_and_its_first_units(bare):
    done = opened(bare, *ADMIN, "--unit", "creas:CREAS Norte", "--unit", "child_shelter:Casa Lar: Sul")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output and "/admin/comecar" in done.output
    assert [(u["name"], u["kind"], u["takes_referrals"]) for u in rows(bare, "SELECT * FROM units ORDER BY name")] == [
        ("CREAS Norte", "creas", True), ("Casa Lar: Sul", "child_shelter", False),
    ]  # fmt: skip
    client = bare.test_client()
    entered = client.post("/entrar", data={"login": "marta.alves", "password": PASSWORD})
    assert entered.location == "/"
    assert client.get("/admin/comecar").location == "/conta/termo?de=/admin/comecar"


def test_by_a_code_nobody_types_a_password(bare):
    done = opened(bare, *ADMIN, "--code", typed="")
    [code] = CODE.findall(done.output)
    body = {"login": "marta.alves", "code": code, "new_password": PASSWORD}
    answer = bare.test_client().post("/api/v1/session/recover", json=body)
    assert answer.status_code == 200 and answer.json["roles"] == ["administrator"]
    assert answer.json["recovery"]["issued_by"] is None
    assert bare.test_client().post("/api/v1/session/recover", json=body).status_code == 401


def test_without_the_demonstration_nothing_of_it_is_there(bare, tmp_path):
    """No worker but the one named, no password kept, no banner, and none of the demonstration's sign-ins opens."""
    opened(bare, *ADMIN)
    assert [row["login"] for row in rows(bare, "SELECT login FROM workers")] == ["marta.alves"]
    assert rows(bare, "SELECT 1 FROM municipalities WHERE is_demo") == []
    assert list(tmp_path.rglob("demo-password")) == []
    for path in ("/entrar", "/entrar/codigo", "/nada", "/app/"):
        page = bare.test_client().get(path).get_data(as_text=True)
        assert "emonstração" not in page and " data-demo>" not in page, path
    for persona in ("rua", "pim", "abrigo", "centropop", "creas", "coordenacao", "supervisao", "admin", "outra"):
        body = {"login": persona, "password": PASSWORD}
        assert bare.test_client().post("/api/v1/session", json=body).status_code == 401


def test_the_old_call_goes_on_working_and_asks_nothing(bare):
    done = run(bare, "create", "2408102", "Natal")
    assert done.exit_code == 0, done.output
    assert "2408102 Natal: criado. Chave de lacre" in done.output
    assert "2408102 Natal · America/Sao_Paulo" in run(bare, "list").output
    assert rows(bare, "SELECT 1 FROM workers") == []


@pytest.mark.parametrize(
    "more,typed,said",
    [
        (("--admin-login", "marta"), "", "Diga --admin-login e --admin-name juntos."),
        (("--code",), "", "Diga --admin-login e --admin-name juntos."),
        ((*ADMIN,), "curta\ncurta\n", "Use 10 caracteres ou mais. Nada foi criado."),
        ((*ADMIN,), "marta.alves-1\nmarta.alves-1\n", "não pode conter o nome de acesso"),
        (("--admin-login", "Márta", "--admin-name", "M"), "", "sem acento"),
        (("--unit", "creas"), "", "escreva TIPO:Nome"),
        (("--unit", "castelo:Norte"), "", "escreva TIPO:Nome"),
        (("--unit", "creas:"), "", "escreva TIPO:Nome"),
        (("--unit", "creas:Norte", "--unit", "cras:Norte"), "", "Duas unidades com o mesmo nome."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_left_behind(bare, tmp_path, more, typed, said):
    done = opened(bare, *more, typed=typed)
    assert done.exit_code != 0 and said in done.output and "Traceback" not in done.output
    assert rows(bare, "SELECT 1 FROM municipalities") == [] and rows(bare, "SELECT 1 FROM workers") == []
    assert list(tmp_path.rglob("*.key")) == [] and list(tmp_path.rglob("recovery.pub")) == []


def test_a_time_zone_that_is_none_is_refused(bare):
    done = run(bare, "create", "2408102", "Natal", "--timezone", "America/Atlantida")
    assert done.exit_code != 0 and "não é um fuso horário" in done.output


def test_a_login_of_another_city_can_not_be_taken(bare):
    opened(bare, *ADMIN)
    done = run(bare, "create", "2403251", "Parnamirim", *ADMIN, "--code")
    assert done.exit_code == 1 and "já está em uso" in done.output
    assert len(rows(bare, "SELECT 1 FROM municipalities")) == 1


def test_a_worker_of_the_command_line_changes_the_password_that_somebody_else_chose(bare):
    opened(bare)
    made = bare.test_cli_runner().invoke(
        args=["worker", "create", "ana", "Ana", "--municipality", "2408102", "--role", "supervisor", "--password", PASSWORD]
    )
    assert made.exit_code == 0, made.output
    client = bare.test_client()
    told = client.post("/api/v1/session", json={"login": "ana", "password": PASSWORD}).json
    assert (told["must_change_password"], told["term_pending"]) == (True, True)
    assert client.get("/painel/").location == "/conta/senha?de=/painel/"


# -- first steps ---------------------------------------------------------------------------------------------------


def states(page):
    """{step: its state} as the page shows them."""
    return {key: state for state, key in re.findall(r'class="line step (\w+)" id="(\w+)"', page)}


def test_an_empty_city_misses_everything_and_says_why_where_and_how(bare):
    done = opened(bare, *ADMIN, "--code", typed="")
    client = bare.test_client()
    body = {"login": "marta.alves", "code": CODE.findall(done.output)[0], "new_password": PASSWORD}
    told = client.post("/api/v1/session/recover", json=body).json
    client.post("/conta/termo", data={"csrf_token": told["csrf_token"], "version": "1", "de": "/"})
    page = client.get("/admin/comecar").get_data(as_text=True)
    found = states(page)
    missing = {key for key, state in found.items() if state == "missing"}
    assert missing == {"regions", "units", "teams", "workers", "duty_phones", "protection", "backup", "https"}
    assert found["sealing_key"] == found["recovery_code"] == "done"
    assert found["mail"] == found["push"] == "advised"
    assert "territory import REGIOES.geojson --layer region --municipality 2408102" in page
    assert "VINCULO_SMTP_HOST" in page and 'href="/admin/unidades"' in page


def test_a_city_that_works_misses_only_what_the_server_lacks(app):
    city = make_city(app)
    client = city.client("admin")
    form = {"csrf_token": client.csrf, "name": "Plantão", "phone": "84 3200-0000", "region_id": str(city.ids["north"])}
    assert client.post("/admin/plantao", data=form).status_code == 303
    found = states(client.get("/admin/comecar").get_data(as_text=True))
    # The visitors' team of the test city needs no region: its families live anywhere.
    for done in ("regions", "units", "teams", "workers", "first_access", "duty_phones", "sealing_key"):
        assert found[done] == "done", done
    assert found["second_administrator"] == "advised"


def test_a_backup_counts_when_it_is_fresh_and_was_read_back():
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)

    def state(at, verified):
        counts = dict.fromkeys(
            (
                "ibge", "regions", "units", "receiving_units", "teams", "teams_without_region", "field_workers",
                "desk_workers", "coordinators", "administrators", "waiting_for_first_access", "duty_phones",
                "protection_holes", "browsers_told",
            ),
            1,
        )  # fmt: skip
        facts = Facts(**counts, has_sealing_key=True, recovery_ready=True, backup_at=at, backup_verified=verified, https=True, mail=True)
        return next(step.state for step in first_steps(facts, now) if step.key == "backup")

    assert state(None, False) == "missing"
    assert state(now - timedelta(hours=10), True) == "done"
    assert state(now - timedelta(hours=10), False) == "missing"
    assert state(now - timedelta(days=3), True) == "missing"
