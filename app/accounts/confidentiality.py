"""The confidentiality term (termo de sigilo): read and accepted at the first sign-in, again when its words change.

Version 1 is ours and stands until a municipality writes its own; `settings.term_version` names the one in force, so
that knowing whether somebody still owes it costs no reading of its words.
"""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.actor import Actor
from app.access.guard import require
from app.accounts.models import Term, Worker
from app.accounts.problems import OldTerm
from app.audit import trail
from app.core.city_settings import whole
from app.core.ids import new_id
from app.core.models import Municipality

OURS = 1
TITLE = _("Termo de sigilo")
TEXT = _(
    "Ao usar o Vínculo você conhece a vida de pessoas que confiam na assistência social. Quem é atendido tem direito"
    " ao sigilo (Lei 8.742/1993, Lei 13.709/2018 e códigos de ética das profissões do SUAS).\n\n"
    "Comprometo-me a:\n"
    "• usar o que vejo aqui só para atender as pessoas, e só enquanto for do meu trabalho;\n"
    "• não contar, copiar, fotografar nem enviar nomes, lugares ou histórias para fora da rede de atendimento;\n"
    "• não dizer onde uma pessoa está ou dorme a quem não a atende, nem à polícia, à guarda ou à fiscalização: pedidos"
    " da Justiça vão ao setor jurídico do município;\n"
    "• não emprestar minha senha, meu código nem meu aparelho aberto, e avisar logo se o perder;\n"
    "• comunicar a quem a lei manda quando uma criança ou outra pessoa estiver em risco.\n\n"
    "O que faço no sistema fica registrado em meu nome. O dever de sigilo continua depois que eu sair deste trabalho."
)


def version_of(city: Municipality) -> int:
    """The version in force."""
    return whole(city.settings, "term_version", OURS, OURS, 1_000_000)


def owed_by(worker: Worker, city: Municipality) -> tuple[str, ...]:
    """What the worker must settle before a page of the desk opens, in order."""
    password = ("password",) if worker.must_change_password else ()
    return password + (("term",) if worker.term_version < version_of(city) else ())


def term_in_force(session: Session, municipality_id: int) -> dict[str, Any]:
    """{version, title, text} as a worker of the city must accept them."""
    version = version_of(session.get_one(Municipality, municipality_id))
    own = session.scalar(select(Term).where(Term.municipality_id == municipality_id, Term.version == version))
    if own is None:
        return {"version": version, "title": str(TITLE), "text": str(TEXT)}
    return {"version": version, "title": own.title, "text": own.text}


def accept_term(session: Session, actor: Actor, version: int, now: datetime) -> None:
    """The actor accepts the version that she read; again is once. Raises OldTerm when another is in force."""
    require(actor, "accounts.accept_term")
    if version != version_of(session.get_one(Municipality, actor.municipality_id)):
        raise OldTerm()
    worker = session.get_one(Worker, (actor.municipality_id, actor.worker_id))
    if worker.term_version >= version:
        return
    worker.term_version, worker.term_accepted_at = version, now
    session.flush()
    trail.record(session, actor, "accounts.accept_term", now, "worker", actor.worker_id, [f"term_version_{version}"])


def write_term(session: Session, actor: Actor, title: str, words: str, now: datetime) -> int:
    """The municipality's own words from now on; everybody is asked again. Gives the new version."""
    require(actor, "accounts.write_term")
    city = session.get_one(Municipality, actor.municipality_id, with_for_update=True, populate_existing=True)
    version = version_of(city) + 1
    term = Term(
        municipality_id=city.id, id=new_id(), version=version, title=title, text=words, written_at=now
    )
    session.add(term)
    city.settings = city.settings | {"term_version": version}
    session.flush()
    trail.record(session, actor, "accounts.write_term", now, "confidentiality_term", term.id, ["title", "text"])
    return version
