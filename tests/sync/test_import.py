"""The last resort: an outbox exported encrypted from a phone, taken in from the command line."""

import json

from app.core import seal
from tests.make.phone import stamp


def exported(city, phone, commands, **more):
    with city.transaction() as session:
        key = seal.public_key_of(session, city.ibge)
    inner = json.dumps({"commands": commands}).encode()
    return {
        "format": "vinculo-outbox-1",
        "municipality_id": city.ibge,
        "worker_id": str(city.ids[phone.persona]),
        "device_id": phone.device_id,
        "sent_at": stamp(),
        "sealed": seal.seal(key, inner),
    } | more


def run(city, tmp_path, body):
    file = tmp_path / "caixa.vinculo"
    file.write_text(body if isinstance(body, str) else json.dumps(body))
    return city.app.test_cli_runner().invoke(args=["sync", "import", str(file)])


def test_an_exported_outbox_comes_in_once(city, tmp_path):
    phone = city.phone("rua")
    commands = [phone.encounter(), phone.encounter(people=3)]
    body = exported(city, phone, commands)
    first = run(city, tmp_path, body)
    assert first.exit_code == 0 and "done: 2" in first.output
    again = run(city, tmp_path, body)
    assert again.exit_code == 0 and "repeated: 2" in again.output
    assert phone.push(*commands)[0]["status"] == "repeated"
    assert len(city.rows("SELECT id FROM encounters WHERE municipality_id = :m")) == 2


def test_a_refused_command_in_the_file_is_told_and_the_others_come_in(city, tmp_path):
    phone = city.phone("rua")
    result = run(city, tmp_path, exported(city, phone, [phone.encounter(people_count=9), phone.encounter()]))
    assert result.exit_code == 1
    assert "done: 1, refused: 1" in result.output


def test_a_torn_or_foreign_file_is_a_clear_line_and_writes_nothing(city, other_city, tmp_path):
    phone = city.phone("rua")
    good = exported(city, phone, [phone.encounter()])
    for body in (
        "{",
        "[]",
        {},
        good | {"sealed": good["sealed"][:-9]},
        good | {"municipality_id": other_city.ibge},
        good | {"format": "outro"},
        good | {"worker_id": str(city.ids["shelter"])},
    ):
        result = run(city, tmp_path, body)
        assert result.exit_code == 1, result.output
        assert result.output.startswith("Error: ") and "Traceback" not in result.output
    assert city.rows("SELECT id FROM encounters WHERE municipality_id = :m") == []
