"""A technician who took a case and writes about it, by services and by pages."""

import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import clock
from app.core.db import cleared, owner_transaction
from app.core.ids import new_id
from app.protection.communications import document
from app.protection.models import Communication, Flag, ProtectionRecipient
from app.protection.queries import communications as queries
from app.protection.sealing import CLEARANCE
from app.protection.service import communicating
from app.protection.service.communicating import Sending
from tests.make.flags import raise_flag, words

BY_HAND = Sending("by_hand")


class Writer:
    """A case of `city` that `creas` took. `flag`: its id."""

    def __init__(self, city, persona="creas", phone=None, **facts):
        self.city, self.persona = city, persona
        self.phone = phone or city.phone()
        flag_id = str(new_id())
        said = facts.pop("said", None)
        if said:
            facts["words"] = words(self.phone, flag_id, **said)
        self.flag = UUID(raise_flag(self.phone, flag_id=flag_id, **facts))
        self.base = f"/mesa/casos/{self.flag}/comunicacoes"
        self.take()

    def take(self, persona="creas"):
        with self.city.transaction() as session, cleared(session, CLEARANCE):
            row = session.get(Flag, (self.city.ibge, self.flag))
            row.status, row.holder_id, row.taken_at = "taken", self.city.ids[persona], clock.now()

    def close(self, reason="protected"):
        with self.city.transaction() as session, cleared(session, CLEARANCE):
            row = session.get(Flag, (self.city.ibge, self.flag))
            row.status, row.closed_at, row.closed_by, row.close_reason = "closed", clock.now(), self.city.ids["creas"], reason

    def recipient(self, code, name, **more):
        with self.city.transaction() as session:
            session.add(ProtectionRecipient(municipality_id=self.city.ibge, id=new_id(), code=code, name=name, changed_at=clock.now(), **more))

    def does(self, act, *arguments, now=None, persona=None, **more):
        with self.city.transaction() as session:
            actor = self.city.actor_in(session, persona or self.persona)
            return act(session, actor, *arguments, now or clock.now(), **more)

    def draft(self, recipient="guardianship_council", **more):
        return self.does(communicating.draft, self.flag, recipient, **more).id

    def save(self, one, **fields):
        fields = self.content(one)["fields"] | fields
        self.does(communicating.save_draft, one, fields)

    def send(self, one, sending=BY_HAND, **more):
        return self.does(communicating.send, one, sending, **more)

    def sent(self, recipient="guardianship_council", **more):
        one = self.draft(recipient)
        return self.send(one, **more)

    def row(self, one):
        [row] = self.city.rows("SELECT * FROM communications WHERE municipality_id = :m AND id = :c", c=one)
        return row

    def content(self, one):
        with self.city.transaction() as session, cleared(session, CLEARANCE):
            return queries.content_of(session.get(Communication, (self.city.ibge, one)))

    def document(self, one):
        with self.city.transaction() as session, cleared(session, CLEARANCE):
            return queries.document_of(session.get(Communication, (self.city.ibge, one)))

    def proofs(self, one):
        with self.city.transaction() as session, cleared(session, CLEARANCE):
            return queries.proofs_of(session.get(Communication, (self.city.ibge, one)))

    def forge(self, one, **columns):
        """Changes a signed row as only the schema's owner could, past the trigger."""
        url = self.city.app.config["VINCULO"].sqlalchemy_owner_url
        with self.city.app.app_context(), owner_transaction(url) as session:
            session.execute(text("ALTER TABLE communications DISABLE TRIGGER communication_stands"))
            for name, value in columns.items():
                session.execute(text(f"UPDATE communications SET {name} = :v WHERE municipality_id = :m AND id = :c"), {"v": value, "m": self.city.ibge, "c": one})
            session.execute(text("ALTER TABLE communications ENABLE TRIGGER communication_stands"))

    def numbers(self):
        rows = self.city.rows("SELECT year, number FROM communications WHERE municipality_id = :m AND number IS NOT NULL ORDER BY 1, 2")
        return [(row["year"], row["number"]) for row in rows]

    def events(self):
        rows = self.city.rows("SELECT event FROM flag_events WHERE municipality_id = :m AND flag_id = :f ORDER BY noted_at, id", f=self.flag)
        return [row["event"] for row in rows]

    # By pages, as a browser without JavaScript.

    def browser(self, persona=None):
        return self.city.client(persona or self.persona)

    def post(self, client, where, **form):
        return client.post(where, data={"csrf_token": client.csrf} | form)


def words_on(page: str) -> str:
    """The text of a page, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def short(digest: bytes) -> str:
    return document.shown(digest)


HOUR = timedelta(hours=1)
