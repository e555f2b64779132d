"""Keys that are not lost: the recovery code, checking, rotating, and the drill of docs/chaves.md as it is written."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.core import envelopes, recovery, seal
from app.core.seal import KeyLost, Unsealable
from tests.make.city import make_city
from tests.make.machine import Machine, code_in, own_keyring, the_line
from tests.make.source import ROOT

DRILL = (ROOT / "docs" / "chaves.md").read_text()


@pytest.fixture(scope="module")
def machine():
    here = Machine()
    with own_keyring():
        assert here.flask("db", "upgrade").returncode == 0
        yield here
    here.remove()


def steps() -> list[str]:
    """The commands of the drill's numbered steps, in order."""
    numbered = DRILL.split("## Passo a passo")[1].split("## Outros casos")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", numbered, re.S) for line in block.strip().splitlines()]


def test_the_first_city_prints_a_code_and_the_next_does_not(machine):
    said = machine.flask("municipality", "create", "2408102", "Natal", "--timezone", "America/Fortaleza")
    code = code_in(said.stdout)
    assert recovery.key_of(code)
    kid = re.search(r"Chave de lacre ([0-9a-f]{16})", said.stdout)[1]
    folder = machine.state / "keys" / "2408102"
    assert sorted(path.suffix for path in folder.iterdir()) == [".key", ".recovery"]
    sealed = (folder / f"{kid}.recovery").read_text()
    private = seal.of_der(envelopes.open_with(recovery.key_of(code), sealed))
    assert envelopes.public_half(private).kid == kid
    said = machine.flask("municipality", "create", "2408003", "Mossoró", "--timezone", "America/Fortaleza")
    assert said.returncode == 0 and "Código de recuperação" not in said.stdout
    assert len(list((machine.state / "keys" / "2408003").iterdir())) == 2
    said = machine.flask("keys", "check")
    assert said.returncode == 0 and said.stdout.count("(atual): abre; recuperável.") == 2


def test_the_drill_as_it_is_written(tmp_path):
    """A city that lived loses its secret; an operator with the paper and the page brings it back."""
    secret = tmp_path / "secret"
    secret.write_text("o primeiro segredo desta instalação, com letras variadas 123")
    here = Machine(VINCULO_SECRET_KEY_FILE=str(secret))
    try:
        with own_keyring():
            code = here.set_up()
            city = make_city(here.app())
            phone = city.phone("rua")
            old = phone.encounter()
            receipt = phone.push(old)[0]["receipt"]
            key = envelopes.PublicKey(**the_key(city))
            sealed = seal.seal(key, b"antes da perda")
            # The secret is gone: another installation's lies in its place.
            secret.write_text("um segredo que não é daqui, com outras letras variadas 456")
            city.app = here.app()
            while_it_is_lost(city, phone, key, sealed, old, receipt)
            commands = steps()
            assert len(commands) == 5
            said = [typed(here, command, code, secret) for command in commands]
            assert [result.returncode for result in said] == [1, 0, 0, 0, 0], [result.stderr for result in said]
            assert "NÃO ABRE com o segredo atual" in said[0].stdout and "keys recover" in said[0].stdout
            assert "NÃO ABRE" not in said[3].stdout and "abre; recuperável" in said[3].stdout
            assert "um segredo" not in secret.read_text()
            # Step 5: the services start again.
            city.app = here.app()
            assert seal.open_sealed(city.ibge, sealed) == b"antes da perda"
            late = seal_whole(key, phone.encounter())
            assert phone_again(city, phone).push(late)[0]["status"] == "done"
            assert city.app.test_client().get("/readyz").json["keys_open"]
    finally:
        here.remove()


def while_it_is_lost(city, phone, key, sealed, old, receipt) -> None:
    with pytest.raises(KeyLost):
        seal.open_sealed(city.ibge, sealed)
    assert seal.seal(key, b"sealing needs no secret")
    ready = city.app.test_client().get("/readyz")
    assert ready.status_code == 200 and ready.json["ready"] is True
    assert ready.json["keys_open"] is False and "keys" in ready.json["warnings"]
    # The session holds, what is open goes in, receipts that were given stay; what is sealed waits on the phone.
    phone = phone_again(city, phone)
    new, hidden = phone.encounter(), seal_whole(key, phone.encounter())
    done, waits, again = phone.push(new, hidden, old)
    assert (done["status"], waits["status"], again["status"]) == ("done", "waiting", "repeated")
    assert waits["problem"]["code"] == "seal.key_lost"
    assert again["receipt"] == receipt
    refused = phone.push(phone.encounter(team_id=str(city.ids["pim_team"])))
    assert refused[0]["status"] == "refused"  # and is kept sealed, which needs no secret
    assert phone.pull()


def the_key(city) -> dict:
    row = city.rows("SELECT kid, public_key FROM municipality_keys WHERE municipality_id = :m AND retired_at IS NULL")[0]
    return {"kid": row["kid"], "point": bytes(row["public_key"])}


def seal_whole(key, command: dict) -> dict:
    """A command as a locked phone sends it: nothing but its id in clear."""
    inner = {name: command[name] for name in ("id", "name", "version", "occurred_at", "after", "replaces", "body")}
    return {"id": command["id"], "sealed": seal.seal(key, json.dumps(inner).encode())}


def phone_again(city, phone):
    """The same phone and cookie before the application that runs now; its token is made with the new secret."""
    cookie = phone.client.get_cookie("vinculo")
    phone.client = city.app.test_client()
    phone.client.set_cookie("vinculo", cookie.value)
    phone.csrf = phone.client.get("/api/v1/session").json["csrf_token"]
    phone.cursor = None
    return phone


def typed(here: Machine, command: str, code: str, secret) -> subprocess.CompletedProcess:
    """What the operator types at the page's line, with the code from the paper when it is asked."""
    env = here.environment(VINCULO_SECRET_KEY_FILE=str(secret))
    return subprocess.run(
        ["bash", "-c", command.replace(".venv/bin/flask", str(Path(sys.executable).with_name("flask")))],
        cwd=ROOT, env=env, input=code.lower().replace("-", " ") + "\n", capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_the_wrong_paper_changes_nothing(machine):
    folder = machine.state / "keys"
    before = {path: path.read_bytes() for path in folder.rglob("*.key")}
    lost = {"VINCULO_SECRET_KEY": "um segredo que não é daqui, com outras letras variadas 456"}
    told = the_line(machine.flask("keys", "recover", typed=recovery.new() + "\n", **lost))
    assert "não é o destas chaves" in told
    assert {path: path.read_bytes() for path in folder.rglob("*.key")} == before
    told = the_line(machine.flask("keys", "recover", typed="ABCDE\n", **lost))
    assert "7 grupos de 5" in told
    # And a new code would not keep what the present secret can't open.
    told = the_line(machine.flask("keys", "code", "--new", **lost))
    assert "antes, keys recover" in told
    assert machine.flask("keys", "check").returncode == 0


def test_another_code_takes_the_place_of_the_first(machine):
    said = machine.flask("keys", "code", "--new")
    assert said.returncode == 0 and "Guarde também o código anterior" in said.stdout
    code = code_in(said.stdout)
    for path in (machine.state / "keys").rglob("*.recovery"):
        assert seal.of_der(envelopes.open_with(recovery.key_of(code), path.read_text()))
    kid = envelopes.public_half(recovery.key_of(code)).kid
    assert kid in machine.flask("keys", "code").stdout
    lost = {"VINCULO_SECRET_KEY": "um segredo que não é daqui, com outras letras variadas 456"}
    assert machine.flask("keys", "recover", typed=code + "\n", **lost).returncode == 0
    assert machine.flask("keys", "check", **lost).returncode == 0
    assert machine.flask("keys", "recover", typed=code + "\n").returncode == 0


def test_after_a_rotation_old_and_new_are_read(machine):
    app = machine.app()
    with app.app_context():
        city = make_city(app)
        old = envelopes.PublicKey(**the_key(city))
        sealed = seal.seal(old, b"antes")
        said = machine.flask("keys", "rotate", "--municipality", str(city.ibge))
        assert said.returncode == 0 and "backup create" in said.stdout
        new = envelopes.PublicKey(**the_key(city))
        assert new.kid != old.kid
        assert seal.open_sealed(city.ibge, sealed) == b"antes"
        assert seal.open_sealed(city.ibge, seal.seal(new, b"depois")) == b"depois"
        phone = city.phone("rua")
        phone.pull()
        assert phone.of_type("me")[0]["seal_key"]["kid"] == new.kid
    checked = machine.flask("keys", "check").stdout
    assert f"{city.ibge} chave {old.kid} (antiga): abre" in checked and f"chave {new.kid} (atual): abre" in checked
    assert "não existe" in the_line(machine.flask("keys", "rotate", "--municipality", "1000000"))


def test_a_key_that_is_no_key_of_ours_is_not_lost(machine):
    """A foreign or torn envelope is refused; only a key of this city that is here and does not open is lost."""
    app = machine.app()
    city = make_city(app)
    stranger = envelopes.public_half(recovery.key_of(recovery.new()))
    for envelope in (seal.seal(stranger, b"x"), "v1.abc", "", "v1.." + "x" * 40, seal.seal(stranger, b"x")[:-3]):
        with pytest.raises(Unsealable):
            seal.open_sealed(city.ibge, envelope)
    (machine.state / "keys" / str(city.ibge)).rename(machine.state / "elsewhere")
    with pytest.raises(KeyLost):
        seal.open_sealed(city.ibge, seal.seal(stranger, b"x"))
    assert machine.flask("keys", "check").returncode == 1


def test_the_drill_names_only_commands_that_exist():
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", DRILL, re.S))
    assert set(re.findall(r"wsgi (\w+ \w+)", blocks)) == {"keys check", "keys recover", "keys code", "keys rotate", "backup create"}
