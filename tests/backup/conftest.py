from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.make.city import City, make_city
from tests.make.machine import Machine, own_keyring


@dataclass
class Lived:
    """An installation with a city in which something happened, its code, and a copy of it."""

    here: Machine
    code: str
    city: City
    copy: Path

    @property
    def code_file(self) -> str:
        path = self.here.folder / "code"
        path.write_text(self.code)
        return str(path)


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    here = Machine()
    with own_keyring():
        try:
            code = here.set_up()
            city = make_city(here.app())
            phone = city.phone("rua")
            met = phone.encounter(note="palavra plantada")
            refused = phone.encounter(team_id=str(city.ids["pim_team"]), note="outra palavra plantada")
            assert [one["status"] for one in phone.push(met, refused, phone.referral(met))] == ["done", "refused", "done"]
            city.client("supervisao")
            (here.state / "files" / "fotos").mkdir(parents=True)
            (here.state / "files" / "fotos" / "praça do mapa.pmtiles").write_bytes(bytes(range(256)) * 3000)
            made = here.flask("backup", "create")
            assert made.returncode == 0, made.stderr
            [copy] = (here.state / "backups").iterdir()
            yield Lived(here, code, city, copy)
        finally:
            here.remove()


@pytest.fixture
def fresh() -> Iterator[Machine]:
    """Another machine: nothing is there."""
    here = Machine()
    yield here
    here.remove()
