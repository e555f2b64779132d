"""The network in from a spreadsheet and out as HSDS 3, checked against the standard's own schemas."""

import json
from datetime import time
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner

from app.core import clock
from app.core.ids import new_id
from app.units import service, sheet
from app.units.hours import Span
from app.units.hsds import exported
from app.units.problems import BadUnitsFile
from app.units.terms import NEVER_BY_REFERRAL

_SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "hsds"
_SHEET = (
    "Nome;Tipo;Endereço;Telefone;Região;Latitude;Longitude;Recebe;Recebe encaminhamentos;Organização;Cor da porta\n"
    "Casa São José;Abrigo;Rua A, 1;(84) 3200-0001;North;-5,79;-35,2;Mulheres, Famílias;sim;OSC São José;azul\n"
    "Hospital Regional;hospital;;;Longe;;;;sim;;\n"
    "Torre;castelo;;;;;;;;;\n"
)


def run(city, *arguments):
    runner = city.app.test_cli_runner()
    assert isinstance(runner, CliRunner)
    return runner.invoke(args=["units", *map(str, arguments), "--municipality", str(city.ibge)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_spreadsheet_is_read_in_each_encoding_and_reported_by_line(city, tmp_path, encoding):
    file = tmp_path / "rede.csv"
    file.write_bytes(_SHEET.encode(encoding))
    told = run(city, "import", file)
    assert told.exit_code == 1, told.output  # one line is refused
    assert "coluna 'Cor da porta': deixada de lado" in told.output
    assert "linha 2: Casa São José: incluída" in told.output and "região 'Longe' desconhecida" in told.output
    assert "linha 4: Torre: não entra: tipo de unidade desconhecido" in told.output
    [row] = city.rows("SELECT * FROM units WHERE municipality_id = :m AND name = 'Casa São José'")
    assert (row["kind"], row["receives"], row["organization"], row["region_id"]) == ("shelter", ["women", "families"], "OSC São José", city.ids["north"])


def test_the_same_file_again_changes_nothing_and_one_cell_only_itself(city, tmp_path):
    file = tmp_path / "rede.csv"
    file.write_text(_SHEET, encoding="utf-8")
    run(city, "import", file)
    again = run(city, "import", file)
    assert "2 já estava assim" in again.output and "0 incluída" in again.output
    file.write_text("nome,telefone\nCASA SAO JOSE,(84) 3200-0002\n", encoding="utf-8")
    told = run(city, "import", file)
    assert told.exit_code == 0 and "1 atualizada" in told.output, told.output
    [row] = city.rows("SELECT * FROM units WHERE municipality_id = :m AND name = 'Casa São José'")
    assert (row["phone"], row["address"], row["takes_referrals"]) == ("(84) 3200-0002", "Rua A, 1", True)


def test_a_dry_run_writes_nothing(city, tmp_path):
    file = tmp_path / "rede.csv"
    file.write_text(_SHEET, encoding="utf-8")
    assert "nada foi gravado" in run(city, "import", file, "--dry-run").output
    assert not city.rows("SELECT 1 FROM units WHERE municipality_id = :m AND name = 'Casa São José'")


@pytest.mark.parametrize("raw", [b"PK\x03\x04xlsx", b"", b"nome\n", b"telefone\n123\n", b"nome\n\x00\n"])
def test_what_is_no_spreadsheet_of_units_is_refused(raw):
    with pytest.raises(BadUnitsFile):
        sheet.read(raw)


@pytest.mark.skipif(not _SHARED.exists(), reason="the standard's schemas are not beside this checkout")
def test_the_export_is_valid_by_the_schemas_of_the_standard(city, tmp_path):
    file = tmp_path / "rede.csv"
    file.write_text(_SHEET + "Casa Lar;child_shelter;Rua secreta, 9;;;;;;;;\n", encoding="utf-8")
    run(city, "import", file)
    with city.transaction() as session:
        spans = [Span(day, time(18), time(6)) for day in range(7)]
        service.set_hours(session, city.actor_in(session, "admin"), city.ids["shelter"], spans, [], {}, clock.now())
    out = tmp_path / "hsds.json"
    assert run(city, "export", "--hsds", out).exit_code == 0
    told = json.loads(out.read_text())
    schemas = {path.name: json.loads(path.read_text()) for path in _SHARED.glob("*.json")}

    def errors(name, value):
        validator = jsonschema_rs.validator_for(
            {"$ref": f"hsds:///{name}.json"}, retriever=lambda uri: schemas[uri.rsplit("/", 1)[1]], validate_formats=True
        )
        return [error.message for error in validator.iter_errors(value)]

    assert len(told["services"]) == 5 and len(told["organizations"]) == 2
    assert [errors("service", each) for each in told["services"]] == [[]] * 5
    assert [errors("organization", each) for each in told["organizations"]] == [[]] * 2
    assert errors("service", {"id": "not a uuid", "name": 3, "status": "talvez"})  # the check can fail
    assert "Rua secreta" not in out.read_text() and "child_shelter" in NEVER_BY_REFERRAL
    night = next(each for each in told["services"] if each["schedules"])
    assert night["schedules"][0]["byday"] == "MO,TU,WE,TH,FR,SA,SU" and night["schedules"][0]["opens_at"] == "18:00"


_ODD = {
    "id": new_id(), "kind": "other", "name": "<b>\u202eشخص '; --", "organization": "=1+1", "services": ["x"], "phone": "+", "email": "",
    "address": "🏳️" * 80, "lat": 0, "lon": 0, "is_outside": True, "hours": {"open": [{"weekday": 0, "opens": "00:00", "closes": "00:00"}]},
}  # fmt: skip


@pytest.mark.skipif(not _SHARED.exists(), reason="the standard's schemas are not beside this checkout")
@pytest.mark.parametrize(
    ("email", "told"),
    [("", False), ("a.b@c-d.gov.br", True), ("josé@natal.gov.br", False), ("a@@b..c", False), ("<a>@b.c", False), ("a..b@c.br", False)],
)
def test_what_people_type_never_spoils_the_export(email, told):
    schemas = {path.name: json.loads(path.read_text()) for path in _SHARED.glob("*.json")}
    judge = jsonschema_rs.validator_for(
        {"$ref": "hsds:///service.json"}, retriever=lambda uri: schemas[uri.rsplit("/", 1)[1]], validate_formats=True
    )
    [service_] = exported({"id": new_id(), "name": "Natal", "uf": "RN"}, [_ODD | {"email": email}])["services"]
    assert list(judge.iter_errors(service_)) == [] and ("email" in service_) == told
