"""Who may see a case, and what its facts are now. Everything here is read within the clearance (sealing.CLEARANCE).

Of a flag about agents of a public body the workers of that body's units see nothing anywhere, nor does a coordination that
isn't named. Which flags those are is sealed too: it is read from the facts, once, and remembered by id.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, load_only, object_session

from app.access.actor import Actor
from app.accounts.models import RoleGrant
from app.core.db import cleared
from app.protection.models import Flag, FlagComplement, FlagPeer
from app.protection.problems import UnknownFlag
from app.protection.queries.setting import bodies
from app.protection.sealing import CLEARANCE, SHUT, Facts, facts_from, open_up
from app.units.models import Unit

# (city, flag, end of its envelope) → the body whose agents it is about, None: of nobody's. An envelope never changes, and
# one that was rolled back is not the one that came after it.
_about: dict[tuple[int, UUID, str], str | None] = {}
_MOST_KEPT = 20_000


def flag_of(session: Session, actor: Actor, flag_id: UUID, lock: bool = False) -> Flag:
    """A flag that the actor may see at her desk. Raises UnknownFlag, for one that she may not see too."""
    with cleared(session, CLEARANCE):
        asked = select(Flag).where(Flag.municipality_id == actor.municipality_id, Flag.id == flag_id, visible(session, actor))
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
    """The body whose agents a flag is about; what was read before is remembered while the key is shut.

    Raises KeyLost or Unsealable where it was never read here.
    """
    key = _key(flag)
    if key in _about:
        return _about.get(key)
    body = raised_facts(flag).agent_body
    remember(flag, body)
    return body


def remember(flag: Flag, body: str | None) -> None:
    """What a flag's sealed facts say of the accused body, known without opening them: it was just sealed."""
    if len(_about) >= _MOST_KEPT:
        _about.clear()
    _about[_key(flag)] = body


def _key(flag: Flag) -> tuple[int, UUID, str]:
    return flag.municipality_id, flag.id, flag.sealed_facts[-24:]


def visible(session: Session, actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Flag: what the actor sees at her desk, by `protection.read_queue` or `protection.review`."""
    m, me = actor.municipality_id, actor.worker_id
    answers, reviews = actor.can("protection.read_queue"), actor.can("protection.review")
    if not answers and not reviews:
        return false()
    named = select(FlagPeer.flag_id).where(
        FlagPeer.municipality_id == m, FlagPeer.worker_id == me, FlagPeer.kind == "named",
        FlagPeer.valid_from <= actor.when, or_(FlagPeer.valid_to.is_(None), FlagPeer.valid_to > actor.when),
    )  # fmt: skip
    hers = or_(Flag.holder_id == me, Flag.id.in_(named))
    as_technician = _of_units(actor, "protection.read_queue", everywhere_too=True) if answers else false()
    as_coordinator = _of_units(actor, "protection.review", everywhere_too=False) if reviews else false()
    own_bodies = bodies_of(session, actor)
    found = or_(hers, and_(as_technician, ~among_hidden(session, m, as_technician, own_bodies)))
    if reviews:
        found = or_(found, and_(as_coordinator, ~among_hidden(session, m, as_coordinator, None)))
    # Who belongs to the accused body sees nothing, named or not.
    return and_(found, ~among_hidden(session, m, hers, own_bodies)) if own_bodies else found


def _of_units(actor: Actor, verb: str, everywhere_too: bool) -> ColumnElement[bool]:
    """Of the actor's units. What no unit answers for is every coordination's, and of technicians the whole city's."""
    if actor.everywhere(verb):
        return Flag.id.is_not(None)
    in_regions = select(Unit.id).where(
        Unit.municipality_id == actor.municipality_id, Unit.region_id.in_(actor.region_ids(verb))
    )
    mine = [
        Flag.unit_id.in_(actor.unit_ids(verb)), Flag.unit_id.in_(in_regions), Flag.team_id.in_(actor.team_ids(verb)),
    ]  # fmt: skip
    return or_(*mine) if everywhere_too else or_(Flag.unit_id.is_(None), *mine)


def bodies_of(session: Session, actor: Actor) -> set[str]:
    """The public bodies in whose units the actor has a role now."""
    units = {grant.scope_id for grant in actor.grants if grant.scope_kind == "unit" and grant.holds_at(actor.when)}
    return {body for unit, body in bodies(session, actor.municipality_id).items() if unit in units} if units else set()


def partners_of(session: Session, municipality_id: int, body: str, at: Any) -> set[UUID]:
    """Workers with a role at a unit of that body: flags about its agents are hidden from them."""
    units = [unit for unit, of in bodies(session, municipality_id).items() if of == body]
    return set(
        session.scalars(
            select(RoleGrant.worker_id).where(
                RoleGrant.municipality_id == municipality_id, RoleGrant.scope_kind == "unit", RoleGrant.scope_id.in_(units),
                RoleGrant.valid_from <= at, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > at),
            )
        )
    )  # fmt: skip


def among_hidden(
    session: Session, municipality_id: int, within: ColumnElement[bool], of_bodies: Iterable[str] | None
) -> ColumnElement[bool]:
    """SQL condition: a flag about agents of one of the bodies (None: of any).

    What can't be read now counts as hidden from these bodies; a coordination sees that there is something.
    """
    wanted = None if of_bodies is None else set(of_bodies)
    if wanted is not None and not wanted:
        return false()
    hidden = []
    with cleared(session, CLEARANCE):
        flags = session.scalars(
            select(Flag).where(Flag.municipality_id == municipality_id, within).options(load_only(Flag.id, Flag.sealed_facts))
        ).all()
    for flag in flags:
        try:
            body = body_of(flag)
        except SHUT:
            if wanted is not None:
                hidden.append(flag.id)
            continue
        if body is not None and (wanted is None or body in wanted):
            hidden.append(flag.id)
    return Flag.id.in_(hidden) if hidden else false()


def count_of(session: Session, flag: Flag, model: Any, *conditions: ColumnElement[bool]) -> int:
    """How many rows of a table hang on a flag."""
    asked = select(func.count()).where(model.municipality_id == flag.municipality_id, model.flag_id == flag.id, *conditions)
    return session.scalar(asked) or 0
