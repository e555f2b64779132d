"""What teams know together: steps agreed (some late), persons within families, two records that may be one, one hidden."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.demo import ladder, names
from app.demo.dice import Dice
from app.demo.network import Standing
from app.demo.rows import Rows
from app.demo.street import People
from app.people.likeness import likeness

_STEPS = (
    "Levar ao posto de saúde", "Voltar para conversar", "Tirar a segunda via do RG", "Levar cobertor", "Acompanhar ao CREAS",
    "Saber da vaga no albergue", "Ligar para a irmã", "Levar à consulta do CAPS", "Buscar os pertences guardados",
    "Atualizar o Cadastro Único",
)  # fmt: skip
_AT_HOME = ("Levar o cartão de vacina", "Acompanhar ao pré-natal", "Ver a matrícula na creche", "Confirmar a visita da semana")
_RESULTS = {"done": "Foi tudo bem.", "not_found": None, "cancelled": "Já resolveu."}
_PER_TEAM, _PAIRS = 8, 6
_FAMILIES_KNOWN = 0.25
# As one team hears a name and another writes it.
_HEARD = (("ph", "f"), ("w", "v"), ("z", "s"), ("Z", "S"), ("y", "i"), ("ç", "ss"), ("son", "ssom"), ("i", "y"), ("c", "k"))


def agreed(city: Standing, dice: Dice, rows: Rows, now: datetime) -> None:
    """Steps of each team and of whoever signs in at a desk: from six days ago to a week ahead, a few already closed."""
    today = now.astimezone(city.zone).date()
    linked = [row for row in rows["participations"] if row["person_id"]]
    met = {row["id"]: row for row in rows["encounters"] if row["status"] == "valid"}
    by_team: dict[UUID, list[tuple[UUID, UUID]]] = {}
    for row in linked:
        if row["encounter_id"] in met:
            team_id = met[row["encounter_id"]]["team_id"]
            by_team.setdefault(team_id, []).append((row["person_id"], row["encounter_id"]))
    for team in city.plan.teams:
        team_id, crew = city.teams[team.key], city.workers[team.key]
        families = [row for row in rows["households"] if row["team_id"] == team_id]
        for number in range(_PER_TEAM):
            worker_id = crew[number % len(crew)]
            if team.kind == "street":
                person_id, encounter_id = dice.choice(by_team.get(team_id) or [(None, None)])
                _step(dice, rows, now, today, number, worker_id, team_id=team_id, person_id=person_id,
                      encounter_id=encounter_id, what=dice.choice(_STEPS), place_text=dice.choice(city.plan.spots).name)  # fmt: skip
            else:
                family = dice.choice(families)
                _step(dice, rows, now, today, number, family["visitor_id"], team_id=team_id, household_id=family["id"],
                      assignee_id=family["visitor_id"], what=dice.choice(_AT_HOME))  # fmt: skip
    anybody = [pair for pairs in by_team.values() for pair in pairs]
    for persona in city.plan.personas:
        for number in range(3 if persona.role in ("technician", "coordinator") and anybody else 0):
            person_id, _encounter = dice.choice(anybody)
            worker_id = city.personas[persona.login]
            _step(dice, rows, now, today, number * 2, worker_id, person_id=person_id, assignee_id=worker_id,
                  what=dice.choice(_STEPS))  # fmt: skip


def _step(
    dice: Dice, rows: Rows, now: datetime, today: date, number: int, worker_id: UUID, **about: Any
) -> None:
    due_on = today + timedelta(days=(-6, -2, 0, 0, 1, 3, 7, -1)[number % 8])
    at = min(now - timedelta(minutes=dice.uniform(5, 600)), now - timedelta(days=7) + timedelta(days=number % 3))
    result = None if number % 8 < 7 else dice.choice(list(_RESULTS))
    closed_at = now - timedelta(hours=dice.uniform(0.2, 20)) if result else None
    rows.add(
        "tasks",
        **{
            "id": dice.uuid_at(at), "person_id": None, "household_id": None, "encounter_id": None, "team_id": None,
            "worker_id": worker_id, "assignee_id": None, "due_on": due_on,
            "due_time": time(dice.choice((8, 9, 14, 19)), dice.choice((0, 30))) if number % 2 else None, "place_text": None,
            "known_point_id": None, "status": result or "open", "agreed_at": at, "received_at": at, "closed_at": closed_at,
            "closed_by": worker_id if result else None, "close_text": _RESULTS[result] if result else None,
            "moved_to_id": None, **about,
        },
    )  # fmt: skip


def members(city: Standing, dice: Dice, rows: Rows) -> None:
    """Some families' adults are persons with a card of their own, known since the first visit."""
    seen: dict[UUID, list[datetime]] = {}
    for visit in rows["home_visits"]:
        if visit["result"] == "done":
            seen.setdefault(visit["household_id"], []).append(visit["occurred_at"])
    homes = {row["id"]: row for row in rows["households"]}
    for member in rows["household_members"]:
        family, visits = homes[member["household_id"]], seen.get(member["household_id"])
        if member["kind"] == "child" or not visits or dice.random() > _FAMILIES_KNOWN:
            continue
        surname = dice.choice(names.SURNAMES)
        steps = [("nickname", member["called"]), ("civil", f"{member['called']} {dice.choice(names.SURNAMES)} {surname}")]
        facts = {"age_band": "age_18_59", "sex": "female", "region_id": family["region_id"]}
        person_id = _person(dice, rows, steps, facts, min(visits), max(visits), [family["visitor_id"]])
        rows.add(
            "household_member_people", id=member["id"], person_id=person_id, linked_at=min(visits),
            worker_id=family["visitor_id"],
        )  # fmt: skip


def pairs(city: Standing, dice: Dice, rows: Rows, crowd: People, now: datetime) -> None:
    """Met by another team under a name that sounds the same: proposed with the reasons, to be decided by a person."""
    tellers = [worker for team in city.plan.teams if team.kind == "street" for worker in city.workers[team.key]]
    wanted = [id_ for id_ in crowd.met if any(kind == "civil" for kind, _name in crowd.steps[id_])]
    for person_id in dice.sample(wanted, min(_PAIRS, len(wanted))):
        facts = crowd.facts[person_id]
        civil = next(name for kind, name in crowd.steps[person_id] if kind == "civil")
        said = {name: facts[name] for name in ("age_band", "sex", "region_id")}
        steps = [("civil", _heard(civil))]
        first, last = crowd.met[person_id]
        other_id = _person(dice, rows, steps, said, first, last, tellers)
        found = likeness(_alike(crowd.steps[person_id], said), _alike(steps, said))
        low, high = sorted((person_id, other_id))
        rows.add(
            "person_pairs", id=dice.uuid_at(now), low_id=low, high_id=high, score=found.score, reasons=list(found.reasons),
            origin="nightly", proposed_at=now - timedelta(hours=6), decision=None, decided_at=None, decided_by=None,
        )  # fmt: skip


def hidden(city: Standing, dice: Dice, rows: Rows, crowd: People, now: datetime) -> None:
    """One person whose record only the technician who follows her sees."""
    keeper = next((city.personas[p.login] for p in city.plan.personas if p.role == "technician"), None)
    women = [id_ for id_ in crowd.met if crowd.facts[id_]["sex"] == "female" and crowd.facts[id_]["age_band"] == "age_18_59"]
    if keeper is None or not women:
        return
    person_id = dice.choice(women)
    # Not before she was met, and whatever was agreed or proposed of her stays, unseen by the others.
    since = min(now, crowd.met[person_id][1] + timedelta(minutes=30))
    next(row for row in rows["people"] if row["id"] == person_id)["restricted_at"] = since
    rows.add(
        "person_restrictions", id=dice.uuid_at(since), person_id=person_id, worker_id=keeper,
        reason="Ameaçada; pediu que ninguém saiba por onde anda.", since=since, ended_at=None, ended_by=None, end_reason=None,
    )  # fmt: skip
    rows.add(
        "person_access", id=dice.uuid_at(since), person_id=person_id, worker_id=keeper, kind="follows", given_by=keeper,
        valid_from=since, valid_to=None, reason=None, reviewed_at=None, reviewed_by=None, review=None,
    )  # fmt: skip


def _person(
    dice: Dice, rows: Rows, steps: list[tuple[str, str]], facts: Mapping[str, Any], first: datetime, last: datetime,
    tellers: list[UUID],
) -> UUID:  # fmt: skip
    called, kind = ladder.called(steps)
    person_id = dice.uuid_at(first)
    rows.add(
        "people", id=person_id, first_met_at=first, last_met_at=last, restricted_at=None, called=called, called_kind=kind,
        **facts,
    )  # fmt: skip
    ladder.tell(dice, rows, person_id, steps, dict(facts), first, last, tellers)
    return person_id


def _heard(name: str) -> str:
    """The name with one of its sounds written another way."""
    for written, otherwise in _HEARD:
        if written in name[1:]:
            return name[0] + name[1:].replace(written, otherwise, 1)
    return name


def _alike(steps: list[tuple[str, str]], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"names": [name for _kind, name in steps], **{k: str(v) if k == "region_id" else v for k, v in facts.items()}}
