"""Merges made and undone by verbs, and one more worker of a city."""

from datetime import timedelta
from uuid import UUID

from app.accounts import service as accounts
from app.core import clock
from app.people.service import merge, undo_merge
from tests.make.city import _HASH
from tests.people.shielded import acting


def another(city, name, role, scope_kind="unit", scope="creas_unit", profession=None):
    """One more worker of the city, as a persona."""
    before = clock.now() - timedelta(days=200)
    with city.transaction() as session:
        worker = accounts.create_worker(session, city.ibge, city.login(name), name.title(), "", before, _HASH)
        worker.term_version, worker.term_accepted_at, worker.profession = 1, before, profession
        city.ids[name] = worker.id
        accounts.grant_role(session, city.ibge, worker.id, role, before, scope_kind, city.ids[scope] if scope else None)


def merged(city, survivor, absorbed, persona="creas"):
    with acting(city, persona) as (session, actor):
        return merge(session, actor, UUID(str(survivor)), UUID(str(absorbed)), {}, "mesma pessoa", clock.now())


def undone(city, merge_id):
    with acting(city, "supervisao") as (session, actor):
        undo_merge(session, actor, merge_id, "eram duas", clock.now())
