"""Who may see a case, and what its facts are now. Everything here is read within the clearance (sealing.CLEARANCE).

Of a flag about agents of a public body the workers of that body's units see nothing anywhere, nor does a coordination that
isn't named. Which flags those are is sealed too: it is read from the facts, once, and remembered by id. Whoever asks says
among which flags, so that what was closed years ago is not read again for every page.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, load_only, object_session

from app.access.actor import Actor
from app.accounts.models import RoleGrant, Team, TeamRegion
from app.core import seal
from app.core.db import cleared
from app.protection.models import Flag, FlagComplement, FlagPeer
from app.protection.problems import UnknownFlag
from app.protection.queries.setting import bodies
from app.protection.sealing import CLEARANCE, SHUT, Facts, facts_from, open_up
from app.protection.terms import BY_AGENTS, FORCES, UNTOLD
from app.units.models import Unit

# (city, flag, end of its envelope) → (complements that were read with it, the body whose agents it is about; None: of
# nobody's). An envelope never changes, and one that was rolled back is not the one that came after it.
_about: dict[tuple[int, UUID, str], tuple[frozenset[UUID], str | None]] = {}
_MOST_KEPT = 20_000


def flag_of(session: Session, actor: Actor, flag_id: UUID, lock: bool = False) -> Flag:
    """A flag that the actor may see at her desk. Raises UnknownFlag, for one that she may not see too."""
    with cleared(session, CLEARANCE):
        this = Flag.id == flag_id
        asked = select(Flag).where(Flag.municipality_id == actor.municipality_id, this, visible(session, actor, this))
        if lock:
            asked = asked.with_for_update(of=Flag).execution_options(populate_existing=True)
        flag = session.scalar(asked)
    if flag is None:
        raise UnknownFlag()
    return flag


def facts_of(flag: Flag) -> Facts | None:
    """Its facts with all that was told later, in the order in which it was seen; None while the key is shut."""
    session = object_session(flag)
    assert session is not None, "a flag is read within a session"
    try:
        facts = raised_facts(flag)
        with cleared(session, CLEARANCE):
            later = session.scalars(
                select(FlagComplement)
                .where(
                    FlagComplement.municipality_id == flag.municipality_id, FlagComplement.flag_id == flag.id,
                    FlagComplement.sealed_facts.is_not(None),
                )
                .order_by(FlagComplement.at, FlagComplement.id)
            ).all()  # fmt: skip
        for each in later:
            facts = facts.with_more(open_up(flag.municipality_id, each.id, each.sealed_facts or ""))
    except SHUT:
        return None
    return facts


def raised_facts(flag: Flag) -> Facts:
    """As it was raised. Raises KeyLost while the key is shut."""
    return facts_from(open_up(flag.municipality_id, flag.id, flag.sealed_facts))


def body_of(flag: Flag) -> str | None:
    """The body whose agents a flag is about by all that was told (terms.UNTOLD: of agents, nobody said whose); what was
    read before is remembered while the key is shut. Raises KeyLost where it was never read here.
    """
    session = object_session(flag)
    assert session is not None, "a flag is read within a session"
    return _body(flag, _complemented(session, flag.municipality_id, [flag.id]).get(flag.id, frozenset()))


def _body(flag: Flag, complements: frozenset[UUID]) -> str | None:
    key = _key(flag)
    kept = _about.get(key)
    if kept is not None and kept[0] == complements:
        return kept[1]
    facts = facts_of(flag)
    if facts is None:
        if kept is None:
            raise seal.KeyLost()
        return kept[1]
    _keep(key, complements, facts)
    return _accused(facts)


def remember(flag: Flag, facts: Facts) -> None:
    """What a flag's sealed facts say of the accused body, known without opening them: it was just sealed."""
    _keep(_key(flag), frozenset(), facts)


def _keep(key: tuple[int, UUID, str], complements: frozenset[UUID], facts: Facts) -> None:
    if len(_about) >= _MOST_KEPT:
        _about.clear()
    _about[key] = complements, _accused(facts)


def _accused(facts: Facts) -> str | None:
    return facts.agent_body or (UNTOLD if BY_AGENTS & set(facts.kinds) else None)


def _key(flag: Flag) -> tuple[int, UUID, str]:
    return flag.municipality_id, flag.id, flag.sealed_facts[-24:]


def _complemented(session: Session, municipality_id: int, flag_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """{flag: its complements that tell facts}."""
    asked = select(FlagComplement.flag_id, func.array_agg(FlagComplement.id)).where(
        FlagComplement.municipality_id == municipality_id, FlagComplement.flag_id.in_(flag_ids), FlagComplement.sealed_facts.is_not(None),
    )  # fmt: skip
    with cleared(session, CLEARANCE):
        return {flag_id: frozenset(ids) for flag_id, ids in session.execute(asked.group_by(FlagComplement.flag_id))}


def visible(session: Session, actor: Actor, among: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL condition on Flag: what the actor sees at her desk, by `protection.read_queue` or `protection.review`, of the flags
    `among` which is asked.
    """
    found = [_hers(actor)] if actor.can("protection.read_queue") or actor.can("protection.review") else []
    if actor.can("protection.read_queue"):
        found.append(_of_units(actor, "protection.read_queue", everywhere_too=True))
    if actor.can("protection.review"):
        found.append(_coordinated(session, actor, among))
    return and_(or_(*found), _of_other_bodies(session, actor, among)) if found else false()


def reviewed(session: Session, actor: Actor, among: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL condition on Flag: what the actor coordinates, to hand on and to review who opened it. Who coordinates one unit
    and is a technician of another coordinates nothing there; of a flag about agents she must be named to it.
    """
    if not actor.can("protection.review"):
        return false()
    return and_(_coordinated(session, actor, among), _of_other_bodies(session, actor, among))


def is_reviewed(session: Session, actor: Actor, flag: Flag) -> bool:
    with cleared(session, CLEARANCE):
        this = and_(Flag.municipality_id == flag.municipality_id, Flag.id == flag.id)
        return session.scalar(select(Flag.id).where(this, reviewed(session, actor, this))) is not None


def _coordinated(session: Session, actor: Actor, among: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = _of_units(actor, "protection.review", everywhere_too=False)
    hidden = among_hidden(session, actor.municipality_id, and_(among, mine), None)
    return and_(mine, or_(~hidden, Flag.id.in_(_named(actor))))


def _of_other_bodies(session: Session, actor: Actor, among: ColumnElement[bool]) -> ColumnElement[bool]:
    """Who belongs to the accused body sees nothing, named or not."""
    own = bodies_of(session, actor)
    return ~among_hidden(session, actor.municipality_id, among, own) if own else true()


def _hers(actor: Actor) -> ColumnElement[bool]:
    return or_(Flag.holder_id == actor.worker_id, Flag.id.in_(_named(actor)))


def _named(actor: Actor) -> Any:
    return select(FlagPeer.flag_id).where(
        FlagPeer.municipality_id == actor.municipality_id, FlagPeer.worker_id == actor.worker_id, FlagPeer.kind == "named",
        FlagPeer.valid_from <= actor.when, or_(FlagPeer.valid_to.is_(None), FlagPeer.valid_to > actor.when),
    )  # fmt: skip


def _of_units(actor: Actor, verb: str, everywhere_too: bool) -> ColumnElement[bool]:
    """Of the actor's units. What no unit answers for is every coordination's, and of technicians the whole city's. A
    coordination sees also what teams of her unit or region raised: she is told of it (notices.queries.coordinators_of).
    """
    if actor.everywhere(verb):
        return Flag.id.is_not(None)
    m, units, regions = actor.municipality_id, actor.unit_ids(verb), actor.region_ids(verb)
    in_regions = select(Unit.id).where(Unit.municipality_id == m, Unit.region_id.in_(regions))
    mine = [Flag.unit_id.in_(units), Flag.unit_id.in_(in_regions), Flag.team_id.in_(actor.team_ids(verb))]
    if everywhere_too:
        return or_(*mine)
    of_teams = select(Team.id).where(Team.municipality_id == m, Team.reference_unit_id.in_(units))
    there = select(TeamRegion.team_id).where(TeamRegion.municipality_id == m, TeamRegion.region_id.in_(regions))
    return or_(Flag.unit_id.is_(None), Flag.team_id.in_(of_teams), Flag.team_id.in_(there), *mine)


def bodies_of(session: Session, actor: Actor) -> set[str]:
    """The public bodies in whose units the actor has a role now."""
    units = {grant.scope_id for grant in actor.grants if grant.scope_kind == "unit" and grant.holds_at(actor.when)}
    return {body for unit, body in bodies(session, actor.municipality_id).items() if unit in units} if units else set()


def partners_of(session: Session, municipality_id: int, body: str, at: Any) -> set[UUID]:
    """Workers with a role at a unit of that body: flags about its agents are hidden from them."""
    units = [unit for unit, of in bodies(session, municipality_id).items() if _may_be(body, of)]
    return set(
        session.scalars(
            select(RoleGrant.worker_id).where(
                RoleGrant.municipality_id == municipality_id, RoleGrant.scope_kind == "unit", RoleGrant.scope_id.in_(units),
                RoleGrant.valid_from <= at, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > at),
            )
        )
    )  # fmt: skip


def among_hidden(
    session: Session, municipality_id: int, among: ColumnElement[bool], of_bodies: Iterable[str] | None
) -> ColumnElement[bool]:
    """SQL condition: a flag about agents of one of the bodies (None: of any).

    What can't be read now counts as hidden from these bodies; a coordination sees that there is something.
    """
    wanted = None if of_bodies is None else set(of_bodies)
    if wanted is not None and not wanted:
        return false()
    with cleared(session, CLEARANCE):
        flags = session.scalars(
            select(Flag).where(Flag.municipality_id == municipality_id, among).options(load_only(Flag.id, Flag.sealed_facts))
        ).all()
    complements = _complemented(session, municipality_id, [flag.id for flag in flags])
    hidden = []
    for flag in flags:
        try:
            body = _body(flag, complements.get(flag.id, frozenset()))
        except SHUT:
            if wanted is not None:
                hidden.append(flag.id)
            continue
        if body is not None and (wanted is None or any(_may_be(body, each) for each in wanted)):
            hidden.append(flag.id)
    return Flag.id.in_(hidden) if hidden else false()


def _may_be(accused: str, body: str) -> bool:
    """Where nobody said whose agents they were, it may have been any that goes through the streets."""
    return accused == body or (accused == UNTOLD and body in FORCES)


def has_words(session: Session, flag: Flag) -> bool:
    """Whether anything was written of it, when it was raised or later."""
    with cleared(session, CLEARANCE):
        return flag.sealed_words is not None or count_of(session, flag, FlagComplement, FlagComplement.sealed_words.is_not(None)) > 0


def count_of(session: Session, flag: Flag, model: Any, *conditions: ColumnElement[bool]) -> int:
    """How many rows of a table hang on a flag."""
    asked = select(func.count()).where(model.municipality_id == flag.municipality_id, model.flag_id == flag.id, *conditions)
    return session.scalar(asked) or 0
