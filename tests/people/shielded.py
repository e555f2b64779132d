"""A woman met, sent to a shelter and living with a family, under words that nobody else bears; and who restricts her."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from app.core.db import bind
from app.core.ids import new_id
from app.people.service import restriction
from tests.make.city import NORTH_POINT, City
from tests.make.phone import Phone, place
from tests.make.phone import stamp as stamp

# Each where a name or a note of hers may stand.
WORDS = ("Zuleicaplantada", "Bilhetemplantado", "Moradaplantada", "Famíliaplantada", "Filhaplantada", "Seguiuplantada")
REASON = "O ex-companheiro procura por ela na rede."
WHY = "Chegou ferida ao plantão e não há ninguém que a acompanhe."


@contextmanager
def acting(city: City, persona: str):
    """(session, actor) of a committed transaction bound to the persona, as a door gives them."""
    with city.transaction() as session:
        bind(session, city.ibge, city.ids[persona])
        yield session, city.actor_in(session, persona)


@dataclass
class Shielded:
    city: City
    person_id: UUID
    encounter_id: str
    participation_id: str
    referral_id: str
    phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, persona: str) -> Phone:
        if persona not in self.phones:
            self.phones[persona] = self.city.phone(persona)
        return self.phones[persona]

    def restrict(self, persona: str = "creas", readers: tuple[str, ...] = ()) -> None:
        with acting(self.city, persona) as (session, actor):
            named = [self.city.ids[one] for one in readers]
            restriction.restrict(session, actor, self.person_id, REASON, now(), named)

    def ago(self, column: str, hours: float) -> None:
        """Move an end of the person's accesses into the past."""
        with self.city.transaction() as session:
            bind(session, self.city.ibge, None, ["restricted"])
            session.connection().exec_driver_sql(
                f"UPDATE person_access SET {column} = {column} - make_interval(mins => %s) WHERE person_id = %s",
                (round(hours * 60), self.person_id),
            )


def now() -> datetime:
    return datetime.now(UTC)


def make_shielded(city: City) -> Shielded:
    """Met by `rua` in the north with a note, sent to the shelter by a name, and a member of the family of `pim`."""
    phone = city.phone("rua")
    person_id = new_id()
    met = phone.encounter(place=place("gps", *NORTH_POINT), note=WORDS[1])
    presence = met["body"]["people"][0]["participation_id"]
    named = phone.command(
        "encounters.complete",
        {
            "encounter_id": met["body"]["encounter_id"],
            "addition_id": str(new_id()),
            "note": WORDS[1],
            "names": [{"participation_id": presence, "person_id": str(person_id), "called": WORDS[0]}],
        },
        after=[met["id"]],
    )
    sent = phone.referral(met, called=WORDS[5], note=WORDS[1])
    assert [one["status"] for one in phone.push(met, named, sent)] == ["done"] * 3
    with city.transaction() as session:
        run = session.connection().exec_driver_sql
        run(
            "UPDATE households SET called = %s, address_hint = %s WHERE id = %s",
            (WORDS[3], WORDS[2], city.ids["household"]),
        )
        run("UPDATE household_members SET called = %s WHERE id = %s", (WORDS[4], city.ids["child"]))
        run(
            "INSERT INTO household_member_people (municipality_id, id, person_id, linked_at, worker_id)"
            " VALUES (%s, %s, %s, now(), %s)",
            (city.ibge, city.ids["child"], person_id, city.ids["pim"]),
        )
    her = Shielded(city, person_id, met["body"]["encounter_id"], presence, sent["body"]["referral_id"])
    her.phones["rua"] = phone
    return her
