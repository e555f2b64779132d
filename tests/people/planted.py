"""A restricted person whose words stand wherever a word can stand; and a walk over every door that looks for them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from app.access.roles import ROLES as VERBS_OF
from app.accounts import service as accounts
from app.core.db import bind
from app.core.ids import new_id
from app.people.service import merge, notes, restriction
from app.privacy import service as privacy
from app.units import service as units
from app.units.service import Guest
from tests.desk.housed import with_beds
from tests.make.city import _HASH, ROLES, City
from tests.make.doors import Door, doors_of
from tests.make.phone import Phone
from tests.people.known import make_person
from tests.people.shielded import REASON, WHY, WORDS, Shielded, acting, make_shielded, now
from tests.tasks.made import agree

# Who restricts her; `creas`, a technician like her, is a stranger to the case.
HERS = "sigilo"
# The shelter is where she was sent and sleeps: it may know whom to expect and who is there, and nothing else.
EXPECTS = "abrigo"
CPF = "529.982.247-25"
CALLED, NOTE = WORDS[0], WORDS[1]
# Only who wrote it ever reads it, restricted or not.
SEALED = "Segredoplantado"
TOLD = {
    "name.civil": "Civilplantada", "birth_city": "Cidadeplantada", "complaint": "Queixaplantada", "family_call": "Avisarplantado",
}  # fmt: skip
MORE = (
    *TOLD.values(), CPF, "Combinadoplantado", "Lugarplantado", "Tarefaplantada", "Unidaplantada", "Motivoplantado",
    "Destinoplantado", "Suspensaplantada", "Recursoplantado", "Dormiuplantada", "Chegouplantada",
)  # fmt: skip
EVERY = (*WORDS, *MORE)
# Where a door doesn't name a persona's role, a role without cases.
CASES = ("people.", "encounters.", "referrals.", "tasks.", "home_visits.", "sync.", "units.", "accounts.report_")
# The way in that is meant, with a reason and a review: tests/people/test_restricted_pages.py goes it.
NOT_WALKED = {"people.break_glass", "accounts.sign_out", "accounts.end_session", "accounts.report_lost"}
_ANY = re.compile(r"[^\W_]*plantad[ao]", re.I)


@dataclass
class Planted(Shielded):
    twin_id: UUID = field(default_factory=new_id)
    ids: dict[str, str] = field(default_factory=dict)
    clients: dict[str | None, Any] = field(default_factory=dict)
    doors: list[Door] = field(default_factory=list)

    def client(self, persona: str | None) -> Any:
        """Signed in once."""
        if persona not in self.clients:
            self.clients[persona] = self.city.client(persona)
        return self.clients[persona]

    @property
    def hidden(self) -> tuple[str, ...]:
        """Ids that tell who she is."""
        return str(self.person_id), self.ids["absorbed_id"]


def plant(city: City) -> Planted:
    """Everything that can be told of somebody, each in words of its own; two phones hold her already."""
    first = make_shielded(city)
    her = Planted(city, first.person_id, first.encounter_id, first.participation_id, first.referral_id, first.phones)
    her.doors = doors_of(city.app)
    _technician_of_hers(city)
    street, visitor = her.phone("rua"), her.phone("pim")
    told = [{"told_id": str(new_id()), "field": name, "value": value, "source": "told", "certainty": "sure"} for name, value in TOLD.items()]
    told.append(told[0] | {"told_id": str(new_id()), "field": "document.cpf", "value": {"state": "has", "number": CPF}})
    step = agree(street, "Combinadoplantado", person_id=str(her.person_id), place_text="Lugarplantado")
    outcomes = street.push(street.command("people.tell", {"person_id": str(her.person_id), "told": told}), step)
    visit = visitor.visit(note=SEALED, member_ids=[str(city.ids["child"])])
    outcomes += visitor.push(visit, agree(visitor, "Tarefaplantada", team="pim_team", household_id=str(city.ids["household"])))
    assert [one["status"] for one in outcomes] == ["done"] * 4, outcomes
    absorbed = make_person(city, "Unidaplantada")
    her.twin_id = make_person(city, "Sósia Visível")
    with acting(city, HERS) as (session, actor):
        merge_id = merge(session, actor, her.person_id, absorbed, {}, "Motivoplantado", now())
        sharing = {"with_whom": "Destinoplantado", "what": ["names"], "basis": "consent", "note": ""}
        privacy.note_sharing(session, actor, her.person_id, sharing, now())
        note_id = notes.write_note(session, actor, her.person_id, SEALED, now())
        low, high = sorted((her.person_id, her.twin_id))
        pair_id = new_id()
        session.connection().exec_driver_sql(
            "INSERT INTO person_pairs (municipality_id, id, low_id, high_id, score, reasons, origin, proposed_at)"
            " VALUES (%s, %s, %s, %s, 90, '[\"same_sound\"]', 'night', now())",
            (city.ibge, pair_id, low, high),
        )
    suspension_id, stay_id = _known_at_doors(her)
    places = {
        "suspension_id": suspension_id, "stay_id": stay_id,
        "person_id": her.person_id, "other_id": her.twin_id, "referral_id": her.referral_id, "encounter_id": her.encounter_id,
        "participation_id": her.participation_id, "household_id": city.ids["household"], "member_id": city.ids["child"],
        "task_id": step["body"]["task_id"], "visit_id": visit["body"]["visit_id"], "merge_id": merge_id, "pair_id": pair_id,
        "note_id": note_id, "told_id": told[0]["told_id"], "absorbed_id": absorbed, "worker_id": city.ids[HERS],
        "team_id": city.ids["team"], "unit_id": city.ids["shelter"], "region_id": city.ids["north"],
        "device_id": street.device_id, "point_id": city.ids["point"], "edition_id": city.ids["edition"],
    }  # fmt: skip
    her.ids = {name: str(id_) for name, id_ in places.items()}
    for phone in her.phones.values():
        phone.pull()
    return her


def _known_at_doors(her: Planted) -> tuple[UUID, UUID]:
    """(suspension, stay): she sleeps at the shelter, which will not receive her for some days more, and came to units of the day."""
    city, at = her.city, now()
    with_beds(city)
    with acting(city, "coordenacao") as (session, actor):
        days = {"from_on": at.date() - timedelta(days=1), "until_on": at.date() + timedelta(days=5)}
        why = {"reason": "other", "reason_text": "Suspensaplantada na porta"}
        row = units.suspend(session, actor, city.ids["shelter"], [her.person_id], days | why, at)
        units.note_appeal(session, actor, city.ids["shelter"], row.id, "Recursoplantado por ela", at)
    with acting(city, EXPECTS) as (session, actor):
        [stay] = units.check_in(session, actor, city.ids["shelter"], [Guest(her.person_id, "Dormiuplantada", [])], at, at)
    with acting(city, HERS) as (session, actor):
        for unit in ("centro_pop", "creas_unit"):
            units.note_visit(session, actor, city.ids[unit], her.person_id, "Chegouplantada", ["bath"], at, at)
    return row.id, stay.id


def hide(her: Planted) -> None:
    """Restrict her; somebody opened her with a reason, hours ago, so that a coordination has it to review."""
    her.restrict(HERS)
    with acting(her.city, "rua2") as (session, actor):
        restriction.break_glass(session, actor, her.person_id, WHY, now())
    her.ago("valid_to", 3)
    her.ago("valid_from", 3)
    [opening] = her.city.rows("SELECT id FROM person_access WHERE municipality_id = :m AND kind = 'break_glass'")
    her.ids["access_id"] = str(opening["id"])


def walk(her: Planted, persona: str | None, methods: str = "GET", verbs: tuple[str, ...] = ("",)) -> Iterator[tuple[str, str, str]]:
    """(door, what was asked, answer) of all that this persona may ask about her; without a persona: by nobody signed in."""
    client = her.client(persona)
    may = VERBS_OF[ROLES.get(persona, ("technician",))[0]] if persona else None
    for door in her.doors:
        if door.method not in methods or door.endpoint == "static":
            continue
        # A door that the role can't open is refused before anything is read (tests/access/test_doors.py).
        if may is not None and (door.verb not in may or door.verb in NOT_WALKED and door.method != "GET"):
            continue
        if may is not None and not (door.verb or "").startswith(verbs):
            continue
        for path in _addresses(her, door):
            for given in _questions(her, door, client):
                answer = client.open(path, method=door.method, follow_redirects=door.method == "POST", **given)
                yield str(door), f"{path} {given}", answer.get_data(as_text=True)


def pulled(phone: Phone) -> str:
    phone.pull(limit=50)
    return json.dumps(list(phone.entities.values()), ensure_ascii=False, default=str)


def words_in(text: str, also: tuple[str, ...] = ()) -> set[str]:
    """Planted words that stand in a text, whatever their case; a CPF as it is written or as it is kept."""
    digits = {CPF} if CPF in text or re.sub(r"\D", "", CPF) in text else set()
    return {word.lower() for word in _ANY.findall(text)} | digits | {word for word in (REASON, *also) if word in text}


def _addresses(her: Planted, door: Door) -> list[str]:
    """The door's address with every id of hers that its names may mean; two persons in both orders."""
    names = [name for name, _converter in door.converters]
    people = ("person_id", "absorbed_id") if "person_id" in names else ("person_id",)
    made = [door.path(**(her.ids | {"person_id": her.ids[each]})) for each in people]
    if "other_id" in names:
        made.append(door.path(person_id=her.twin_id, other_id=her.person_id))
    return made


def _questions(her: Planted, door: Door, client: Any) -> list[dict[str, Any]]:
    """What goes along: nothing, and everything that the door's own schema has room for, about her."""
    if door.method == "GET":
        query = _filled(her, door.schema("query"), wanted=False)
        return [{}, {"query_string": query, "headers": {"HX-Request": "true"}}] if query else [{}]
    body = _filled(her, door.schema("takes"), wanted=True)
    if door.is_api:
        return [{"json": body}]
    return [{"data": body | {"csrf_token": client.csrf}}]


def _filled(her: Planted, schema: Any, wanted: bool) -> dict[str, Any]:
    """A body about her. `zuleic` finds her by search, and is no planted word when a page says it back."""
    known = her.ids | {
        "q": "zuleic", "wanted": "zuleic", "names": ["Zuleica"], "pessoa": her.ids["person_id"], "familia": her.ids["household_id"],
        "campo": "name.civil", "dado": her.ids["told_id"], "joined_id": her.ids["encounter_id"], "field": "name.nickname",
    }  # fmt: skip
    body = {}
    for name, each in (schema().fields if schema else {}).items():
        if name in known:
            body[name] = known[name]
        elif wanted and each.required:
            body[name] = _some(each)
    return body


def _some(each: fields.Field) -> Any:
    choices = [rule.choices for rule in each.validators if isinstance(rule, validate.OneOf)]
    if choices:
        return list(choices[0])[0]
    if isinstance(each, fields.Integer):
        return 1
    if isinstance(each, fields.UUID):
        return str(new_id())
    if isinstance(each, fields.Date):
        return datetime.now(UTC).date().isoformat()
    return "uma palavra qualquer"


def _technician_of_hers(city: City) -> None:
    """One more technician, a psychologist; coordination and technicians of the whole city, who reach the most."""
    with city.transaction() as session:
        bind(session, city.ibge)
        worker = accounts.create_worker(session, city.ibge, city.login(HERS), "Sigilo", "", now(), _HASH)
        worker.term_version, worker.term_accepted_at, worker.profession = 1, now(), "psychologist"
        city.ids[HERS] = worker.id
        accounts.grant_role(session, city.ibge, worker.id, "technician", now(), "municipality", None)
        session.flush()
        session.connection().exec_driver_sql(
            "UPDATE role_grants SET scope_kind = 'municipality', scope_id = NULL WHERE worker_id IN (%s, %s)",
            (city.ids["coordenacao"], city.ids["creas"]),
        )
