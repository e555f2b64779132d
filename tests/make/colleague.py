"""One more worker of a city."""

from datetime import timedelta

from app.accounts import service as accounts
from app.core import clock
from tests.make.city import _HASH


def another(city, name, role, scope_kind="unit", scope="creas_unit", profession=None):
    """A worker who can sign in as `name`, with one role since 200 days."""
    before = clock.now() - timedelta(days=200)
    with city.transaction() as session:
        worker = accounts.create_worker(session, city.ibge, city.login(name), name.title(), "", before, _HASH)
        worker.term_version, worker.term_accepted_at, worker.profession = 1, before, profession
        city.ids[name] = worker.id
        accounts.grant_role(session, city.ibge, worker.id, role, before, scope_kind, city.ids[scope] if scope else None)
