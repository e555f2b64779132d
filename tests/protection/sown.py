"""Cases whose every word is sown where words can stand, and a walk over every door that looks for them."""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.access.roles import ROLES as VERBS_OF
from app.core.ids import new_id
from tests.make.city import ROLES, City
from tests.make.colleague import another
from tests.make.doors import Door, doors_of
from tests.make.flags import call, complement, duties, facts, flag, words
from tests.make.phone import Phone, place
from tests.people.planted import NOT_WALKED, _addresses, _questions
from tests.protection.night import Writing

# Each where a word may stand. Nothing else in the run ends like them.
WORDS = (
    "Nomesemeado", "Vistosemeado", "Ditosemeado", "Maissemeado", "Lugarsemeado", "Atendeusemeado", "Protocolosemeado", "Notasemeada",
    "Motivosemeado", "Comunicadosemeado", "Recebeusemeado", "Respostasemeada", "Revistosemeado",
)  # fmt: skip
_ANY = re.compile(r"[^\W_]*semead[ao]", re.I)
# Where it happened, like no other place of the run, in degrees: inside the north.
LON, LAT = -34.9512347, -5.7498763
WHY = "Motivosemeado: a colega saiu e a equipe liga da rua."
# Who may see the cases sees them at these addresses, and there only.
OWN_DOORS = ("/mesa/casos", "/conferir")
SEE_THEM = ("creas", "colega", "coordenacao", "coord_pim")


@dataclass
class Sown:
    """What `walk` of tests/people needs to know, and the ids of the cases."""

    city: City
    flags: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    twin_id: UUID = field(default_factory=new_id)
    clients: dict[Any, Any] = field(default_factory=dict)
    doors: list[Door] = field(default_factory=list)
    phones: dict[str, Phone] = field(default_factory=dict)
    told: list[Any] = field(default_factory=list)

    @property
    def person_id(self) -> str:
        return self.ids["person_id"]

    def client(self, persona: str | None, city: City | None = None) -> Any:
        city = city or self.city
        if (city.ibge, persona) not in self.clients:
            self.clients[city.ibge, persona] = city.client(persona)
        return self.clients[city.ibge, persona]


def sow(city: City) -> Sown:
    """Three cases, from an encounter about somebody known, from a home about somebody unnamed, alone about nobody who was seen;
    each with a complement and a call, the first worked on to the end of its communication."""
    sown = Sown(city, doors=doors_of(city.app))
    another(city, "colega", "technician", profession="psychologist")
    another(city, "outra", "technician", scope="shelter")
    another(city, "coord_pim", "coordinator", "team", "pim_team")
    assert city.rows("UPDATE workers SET profession = 'psychologist' WHERE municipality_id = :m AND id = :w RETURNING id", w=city.ids["creas"])
    street, visitor = sown.phones["rua"], sown.phones["pim"] = city.phone("rua"), city.phone("pim")
    person_id, met, visit = str(new_id()), street.encounter(), visitor.visit()
    known = {"person_id": person_id, "called": "Conhecida", "called_kind": "nickname", "age_band": None, "sex": None, "region_id": None}
    _done(street, street.command("people.register", known), met)
    _done(visitor, visit)
    where = place("gps", LON, LAT, text="Lugarsemeado")
    raised = (
        (street, {"source": "encounter", "source_id": met["body"]["encounter_id"], "subject": "known", "person_id": person_id, "place": where}),
        (visitor, {
            "source": "home_visit", "source_id": visit["body"]["visit_id"], "household_id": str(city.ids["household"]), "age": "age_0_6",
            "kinds": ["neglect"], "forms": [], "place": place("address", text="Lugarsemeado"),
        }),
        (street, {"subject": "unknown", "age": "age_18_59", "sex": "female", "kinds": ["trafficking"], "forms": [], "risk": "danger_now",
                  "place": where, "team_id": None}),
    )  # fmt: skip
    for phone, told in raised:
        flag_id = str(new_id())
        said = words(phone, flag_id, called="Nomesemeado", seen="Vistosemeado", said="Ditosemeado")
        _done(phone, flag(phone, flag_id=flag_id, words=said, **told))
        _done(phone, complement(phone, flag_id, words=words(phone, flag_id, seen="Maissemeado"), risk="danger_now"))
        _done(phone, call(phone, flag_id, who="Atendeusemeado", protocol="Protocolosemeado"))
        sown.flags.append(flag_id)
    _work(sown)
    sown.ids |= {
        "person_id": person_id, "absorbed_id": person_id, "encounter_id": met["body"]["encounter_id"], "visit_id": visit["body"]["visit_id"],
        "participation_id": met["body"]["people"][0]["participation_id"], "household_id": str(city.ids["household"]),
        "member_id": str(city.ids["child"]), "worker_id": str(city.ids["rua"]), "team_id": str(city.ids["team"]),
        "unit_id": str(city.ids["creas_unit"]), "region_id": str(city.ids["north"]), "device_id": street.device_id,
        "point_id": str(city.ids["point"]), "edition_id": str(city.ids["edition"]), "told_id": str(new_id()),
    }  # fmt: skip
    return sown


def _work(sown: Sown) -> None:
    """What technicians write of the first case."""
    city, first = sown.city, sown.flags[0]
    desk, mate, reviewer = Writing(city), Writing(city, "colega"), Writing(city, "coordenacao")
    case = f"/mesa/casos/{first}"
    desk.page(case)
    desk.done(f"{case}/assumir")
    desk.post(f"{case}/relato")
    desk.done(f"{case}/orientar", guidance="stay")
    desk.done(f"{case}/notas", words="Notasemeada")
    desk.done(f"{case}/ligacoes", recipient="peti", number="84 3200-0009", outcome="answered", who="Atendeusemeado", protocol="Protocolosemeado")
    mate.done(f"{case}/abrir", reason=WHY)
    mate.post(f"{case}/relato")
    [opening] = city.rows("SELECT id FROM flag_peers WHERE municipality_id = :m AND kind = 'break_glass'")
    reviewer.done(f"/mesa/casos/aberturas/{opening['id']}/conferir", words="Revistosemeado")
    draft = desk.begin(first, "guardianship_council")
    desk.signs(draft, "by_hand", {"seen": "Comunicadosemeado", "called": "Nomesemeado"})
    desk.done(f"{draft}/recebida", who="Recebeusemeado", protocol="Protocolosemeado", at="")
    desk.done(f"{draft}/respondida", words="Respostasemeada", at="")
    unsent = desk.begin(first, "peti")
    desk.done(unsent, **desk.form_of(unsent, unsent) | {"seen": "Comunicadosemeado"}, next="keep")
    [note] = city.rows("SELECT id FROM flag_notes WHERE municipality_id = :m")
    [paper] = city.rows("SELECT check_token FROM communications WHERE municipality_id = :m AND number IS NOT NULL")
    sown.ids |= {
        "flag_id": first, "communication_id": draft.rpartition("/")[2], "note_id": str(note["id"]), "opening_id": str(opening["id"]),
        "duty_id": str(duties(city, first)["peti"]["id"]), "other_id": sown.flags[1], "token": paper["check_token"],
    }  # fmt: skip


def _done(phone: Phone, *commands: dict) -> None:
    outcomes = phone.push(*commands)
    assert [outcome["status"] for outcome in outcomes] == ["done"] * len(commands), outcomes


def words_in(text: str) -> set[str]:
    """Sown words that stand in a text, whatever their case."""
    return {word.lower() for word in _ANY.findall(text)}


def places_in(text: str) -> set[str]:
    """The place of the cases as a text may write it: degrees, or a point in hexadecimal."""
    points = struct.pack("<dd", LON, LAT).hex()
    return {each for each in (str(LON), str(LAT), points) if each in text.lower()}


def codes_of(sown: Sown) -> set[str]:
    """Codes that the cases' facts hold, the place's cell, and ids of whom and of where they come from."""
    found: set[str] = set()
    for flag_id in sown.flags:
        told = facts(sown.city, flag_id)
        found |= {*told.kinds, *told.forms, told.age, told.sex, told.risk, told.cell, told.person_id, told.source_id, told.household_id}
        found |= {told.region_id, *duties(sown.city, flag_id)}
    return {each for each in found if each}


def walk(sown: Sown, persona: str | None, city: City | None = None) -> Iterator[tuple[str, str, str]]:
    """(door, what was asked, answer) of every page that this persona can open, asked about the cases; files unpacked."""
    client = sown.client(persona, city)
    may = VERBS_OF[ROLES.get(persona, ("technician",))[0] if persona != "coord_pim" else "coordinator"] if persona else None
    for door in sown.doors:
        if door.method != "GET" or door.endpoint == "static" or door.verb in NOT_WALKED and door.method != "GET":
            continue
        if may is not None and door.verb not in may:
            continue  # refused before anything is read (tests/access/test_doors.py)
        if city is None and persona in SEE_THEM and door.rule.startswith(OWN_DOORS):
            continue
        for path in dict.fromkeys(_addresses(sown, door)):
            for given in _questions(sown, door, client):
                answer = client.get(path, **given)
                yield str(door), f"{path} {given}", _text(answer)


def _text(answer: Any) -> str:
    body = answer.get_data()
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace") + str(answer.headers)
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
