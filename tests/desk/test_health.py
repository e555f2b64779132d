"""The watch: facts judged in words, on the page, in the terminal and for Prometheus."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from app import create_app
from app.core import clock
from app.core.db import transaction
from app.core.safekeeping import LastBackup
from app.core.watch import facts, rules, settings
from app.core.watch.facts import Certificate, DatabaseFacts, Disk
from app.core.watch.rules import BAD, OK, SOON, UNKNOWN
from tests.make import ready

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WELL = DatabaseFacts("head", None, None, 0, 0, 5.0, 10, 97, 0.0)


TOLD = dict.fromkeys(("push", "email", "none", "waiting", "failing"), 0)


@pytest.fixture
def words(app):
    """Rules speak the language of a request."""
    with app.test_request_context(headers={"Accept-Language": "pt-BR"}):
        yield


def state(checks, key):
    [found] = [check for check in checks if check.key == key]
    return found.state


def test_all_is_well(words):
    assert {check.state for check in rules.of_database(WELL)} == {OK}


@pytest.mark.parametrize(
    ("change", "key", "expected"),
    [
        ({"schema": "behind"}, "schema", BAD),
        ({"schema": "none"}, "schema", BAD),
        ({"schema": "ahead"}, "schema", SOON),
        ({"worker_silent_s": None}, "worker", BAD),
        ({"worker_silent_s": 61.0}, "worker", BAD),
        ({"worker_silent_s": 59.0}, "worker", OK),
        ({"queue_lag_s": 301.0, "jobs_waiting": 1}, "queue", SOON),
        ({"queue_lag_s": 299.0}, "queue", OK),
        ({"jobs_failed": 2}, "failed", SOON),
        ({"pull_lag_s": 61.0}, "pull", SOON),
        ({"connections": 77}, "connections", OK),
        ({"connections": 80}, "connections", SOON),
        ({"connections": 95}, "connections", BAD),
        ({"clock_apart_s": 6.0}, "clock", BAD),
        ({"clock_apart_s": 4.0}, "clock", OK),
    ],
)
def test_each_figure_of_the_database(words, change, key, expected):
    assert state(rules.of_database(replace(WELL, **change)), key) == expected


@pytest.mark.parametrize(("free", "expected"), [(16, OK), (14, SOON), (4, BAD), (0, BAD)])
def test_disk(words, free, expected):
    assert rules.of_disks((Disk("/x", free, 100),))[0].state == expected


@pytest.mark.parametrize(
    ("life", "left", "expected"),
    [
        (timedelta(days=90), timedelta(days=25), OK),  # renewed by Caddy thirty days before
        (timedelta(days=90), timedelta(days=20), SOON),
        (timedelta(days=90), timedelta(days=4), BAD),
        (timedelta(days=365), timedelta(days=22), OK),
        (timedelta(days=365), timedelta(days=20), SOON),
        (timedelta(days=365), timedelta(seconds=-1), BAD),
        (timedelta(hours=12), timedelta(hours=4), OK),  # Caddy's own authority renews every eight hours
        (timedelta(hours=12), timedelta(hours=1), BAD),
        (timedelta(days=90), timedelta(days=91), BAD),  # not valid yet: a clock is wrong
    ],
)
def test_certificate(words, life, left, expected):
    certificate = Certificate(NOW + left - life, NOW + left)
    assert rules.of_certificate(certificate, True, True, NOW).state == expected


def test_certificate_that_nobody_looks_at(words):
    assert rules.of_certificate(None, False, True, NOW).state == UNKNOWN
    assert rules.of_certificate(None, False, False, NOW).state == OK
    assert rules.of_certificate(None, True, True, NOW).state == BAD


@pytest.mark.parametrize(("hours", "expected"), [(1, OK), (29, OK), (31, SOON), (55, BAD), (-1, OK)])
def test_backup(words, hours, expected):
    made = LastBackup(NOW - timedelta(hours=hours), "x", 1, verified=True)
    assert rules.of_backup(made, NOW).state == expected


def test_a_backup_that_was_not_read_back_counts_as_none(words):
    assert rules.of_backup(LastBackup(NOW, "x", 1, verified=False), NOW).state == BAD
    assert rules.of_backup(None, NOW).state == BAD


def test_notices_say_which_way_they_went_and_what_is_missing(words):
    told = rules.of_notices(TOLD | {"push": 12, "email": 3, "none": 40}, False)
    assert told.state == OK and "12 no navegador, 3 por e-mail, 40 só na página" in told.sentence
    assert "Sem servidor de e-mail" in told.sentence
    assert "Sem servidor" not in rules.of_notices(TOLD, True).sentence
    assert rules.of_notices(TOLD | {"failing": 1}, True).state == SOON


def test_whatever_is_not_well_says_what_to_do(words):
    ill = replace(
        WELL, queue_lag_s=999.0, pull_lag_s=999.0, jobs_waiting=3, jobs_failed=1, worker_silent_s=None, connections=97,
        clock_apart_s=60.0,
    )  # fmt: skip
    checks = [
        *rules.of_database(ill), *rules.of_database(replace(WELL, schema="behind")), *rules.of_disks((Disk("/", 1, 100),)),
        rules.of_certificate(None, True, True, NOW), rules.of_backup(None, NOW), rules.of_recovery(False),
        rules.of_phones(2, timedelta(hours=80)), rules.of_notices(TOLD | {"failing": 2}, True),
    ]  # fmt: skip
    wrong = [check for check in checks if check.state != OK]
    assert len(wrong) >= 11
    for check in wrong:
        assert check.sentence.endswith(".") and check.todo.endswith((".", ").")), check
    assert [check.state for check in rules.ordered(checks)][0] == BAD
    assert rules.worst(checks) == BAD and rules.worst([]) == OK


# -- the page ---------------------------------------------------------------------------------------------------------


def test_the_administrator_reads_it_in_words(city):
    told = city.client("admin").get("/admin/saude").get_data(as_text=True)
    assert "Saúde da instalação" in told
    for title in ("Esquema do banco", "Executor de tarefas", "Cópia de segurança", "Disco", "Certificado HTTPS"):
        assert title in told
    assert "systemctl restart vinculo-jobs" in told  # no worker runs in the tests
    assert told.index("errado") < told.index("certo</span>")


@pytest.mark.parametrize("persona", ["rua", "coordenacao", "supervisao", "abrigo", "auditoria"])
def test_nobody_else_does(city, persona):
    assert city.client(persona).get("/admin/saude").status_code == 403


def test_no_name_of_a_phone_or_of_anybody_is_on_the_page(city):
    phone = city.phone("rua")
    with city.transaction() as session:
        session.execute(
            text("UPDATE devices SET waiting = 2, label = 'Moto azul', last_seen_at = now() - interval '4 days' WHERE id = CAST(:i AS uuid)"),
            {"i": phone.device_id},
        )
    told = city.client("admin").get("/admin/saude").get_data(as_text=True)
    assert "celular" in told and "calado" in told
    assert "Moto azul" not in told and city.login("rua") not in told


# -- the command ------------------------------------------------------------------------------------------------------


def command(config, *words, **settings):
    environ = {
        "PATH": os.environ["PATH"], "DATABASE_URL": config.database_url, "VINCULO_SECRET_KEY": config.secret_key,
        "VINCULO_STATE": str(config.state_dir), **settings,
    }  # fmt: skip
    return ready.run("flask", "--app", "wsgi", *words, env=environ)


def test_health_in_the_terminal_says_the_same_with_a_code(app, config, city):
    answer = command(config, "health")
    assert answer.returncode == 2, answer.stderr
    assert "ERRADO  Executor de tarefas" in answer.stdout and "$ systemctl restart vinculo-jobs" in answer.stdout
    assert "certo   Esquema do banco" in answer.stdout
    quiet = command(config, "health", "--quiet")
    assert "certo   " not in quiet.stdout and "ERRADO" in quiet.stdout


def test_health_without_a_database_says_so(app, config):
    answer = command(config, "health", DATABASE_URL="postgresql://x@127.0.0.1:1/vinculo")
    assert answer.returncode == 2 and "Não responde" in answer.stdout, answer.stderr


def test_check_config_finds_what_is_wrong(app, config, city):
    answer = command(config, "check-config", VINCULO_HTTPS="1")
    assert answer.returncode == 2
    assert "VINCULO_PROXIES é 0" in answer.stdout
    assert "certo   Papel no banco" in answer.stdout and "certo   Interface" in answer.stdout
    answer = command(config, "check-config", VINCULO_PROXIES="1", VINCULO_TESTING="1", VINCULO_LOG_LEVEL="debug")
    for said in ("VINCULO_HTTPS não", "VINCULO_TESTING", "VINCULO_LOG_LEVEL=debug"):
        assert said in answer.stdout, answer.stdout


def test_check_config_knows_a_role_that_passes_over_the_policies(app, config):
    answer = command(config, "check-config", DATABASE_URL=config.database_owner_url)
    assert answer.returncode == 2 and "ERRADO  Papel no banco" in answer.stdout


def test_check_config_sees_a_folder_that_others_enter(app, config, tmp_path):
    state = tmp_path / "state"
    (state / "keys").mkdir(parents=True)
    (state / "keys").chmod(0o755)
    state.chmod(0o777)
    answer = command(config, "check-config", VINCULO_STATE=str(state))
    assert f"chmod 700 {state}" in answer.stdout and f"chmod 700 {state / 'keys'}" in answer.stdout
    assert "ERRADO  Chaves de lacre" in answer.stdout  # the cities' keys are in another folder


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("postgresql://u:p@/v?host=/run/x", True),
        ("postgresql://u:p@127.0.0.1/v", True),
        ("postgresql://u:p@banco.exemplo/v", False),
        ("postgresql://u:p@banco.exemplo/v?sslmode=prefer", False),
        ("postgresql://u:p@banco.exemplo/v?sslmode=verify-full", True),
    ],
)
def test_the_line_to_a_database_elsewhere_must_be_encrypted(words, url, right):
    assert (settings.line_to_database(url).state == OK) == right


# -- for Prometheus ---------------------------------------------------------------------------------------------------


def metrics(app, **more):
    return app.test_client().get("/metrics", **more)


def test_figures_say_what_passed_and_what_stands(app, city):
    phone = city.phone("rua")
    before = outcomes(app)
    phone.push(phone.encounter(), phone.encounter(note="x" * 5000))
    after = outcomes(app)
    assert after.get("done", 0) == before.get("done", 0) + 1
    assert after.get("refused", 0) == before.get("refused", 0) + 1
    told = metrics(app).get_data(as_text=True)
    assert 'vinculo_requests_total{method="POST",route="/api/v1/sync/push",status="2xx"}' in told
    assert "vinculo_request_seconds_bucket" in told and "vinculo_schema_at_head 1.0" in told
    assert "vinculo_disk_free_bytes" in told and "vinculo_database_connections " in told


def outcomes(app):
    found = {}
    for line in metrics(app).get_data(as_text=True).splitlines():
        if line.startswith("vinculo_push_outcomes_total{"):
            name, value = line.rsplit(" ", 1)
            found[name.split('"')[1]] = float(value)
    return found


def test_no_label_holds_a_word_of_anybody(app, city):
    phone = city.phone("rua")
    phone.push(phone.encounter(note="Palavra plantada"))
    city.client("supervisao").get("/painel/?period=today&region=Palavra")
    app.test_client().get("/nao/existe/Palavra")
    told = metrics(app).get_data(as_text=True)
    for word in ("Palavra", str(city.ibge), city.login("rua"), phone.device_id, "Celular de teste"):
        assert word not in told, word


def test_figures_are_for_this_machine(app):
    assert metrics(app).status_code == 200
    assert metrics(app, environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    assert metrics(app, environ_base={"REMOTE_ADDR": ""}).status_code == 200  # a unix socket
    for address in ("10.0.0.5", "203.0.113.9", "nonsense"):
        answer = metrics(app, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 403 and answer.json["code"] == "desk.figures_closed"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto", "X-Forwarded-Host"])
@pytest.mark.parametrize("proxies", [0, 1])
def test_what_came_through_a_proxy_is_not_of_this_machine(app, config, header, proxies):
    behind = create_app(replace(config, proxies=proxies))
    assert metrics(behind, headers={header: "127.0.0.1"}).status_code == 403


def test_a_token_opens_them_from_anywhere(app, config):
    token = "uma-senha-de-medicao-1234"
    keyed = create_app(replace(config, metrics_token=token))
    far = {"REMOTE_ADDR": "10.0.0.5"}
    assert metrics(keyed, environ_base=far, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    for wrong in ("", "Bearer", "Bearer ", f"Bearer {token}x", "Bearer é"):
        assert metrics(keyed, environ_base=far, headers={"Authorization": wrong}).status_code == 403
    assert metrics(app, environ_base=far, headers={"Authorization": "Bearer "}).status_code == 403  # no token is set


def test_connections_and_clock_are_read_from_the_database(app, config):
    engine = create_engine(config.sqlalchemy_owner_url)
    with app.app_context(), engine.connect() as one, engine.connect():
        with transaction() as session:
            found = facts.of_database(session, f"{app.root_path}/migrations", clock.now())
        one.rollback()
    engine.dispose()
    assert found.connections >= 3 and found.connections_most > found.connections
    assert found.clock_apart_s < 5 and found.schema == "head"
