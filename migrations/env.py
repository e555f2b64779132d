"""Alembic's environment: runs as the schema's owner, sees only our own tables."""

import time

from alembic import context
from flask import current_app
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, pool, text
from sqlalchemy.exc import OperationalError

import app.encounters.models  # noqa: F401  (tables that no route needs would be unseen)
import app.home_visits.models  # noqa: F401
import app.notices.models  # noqa: F401
import app.people.models  # noqa: F401
import app.protection.models  # noqa: F401
import app.referrals.models  # noqa: F401
import app.shifts.models  # noqa: F401
import app.sync.models  # noqa: F401
import app.tasks.models  # noqa: F401
import app.territory.models  # noqa: F401
import app.units.models  # noqa: F401
from app.core.db import db

config = current_app.config["VINCULO"]
if not config.sqlalchemy_owner_url:
    raise SystemExit("vinculo: DATABASE_OWNER_URL não está definida: as migrações precisam do dono do esquema.")


def include_object(item, name, kind, reflected, compare_to):
    """The queue's tables and PostGIS' own stay out of sight: only tables of our metadata count."""
    if kind == "table" and name not in db.metadata.tables:
        return False
    return alembic_helpers.include_object(item, name, kind, reflected, compare_to)


# A change of a table waits for whoever reads it, and everybody else waits behind the change: so it waits for a moment
# only, lets them pass and tries again (docs/atualizar.md). Migrations are kept one by one, so none is done twice.
LOCK_WAIT_S = 2
PAUSE_S = 1
MOST_TRIES = 60
_LOCK_NOT_AVAILABLE = "55P03"


def migrate(connection):
    connection.execute(text(f"SET lock_timeout = '{LOCK_WAIT_S}s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        include_object=include_object,
        render_item=alembic_helpers.render_item,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


engine = create_engine(config.sqlalchemy_owner_url, poolclass=pool.NullPool)
for left in reversed(range(MOST_TRIES)):
    try:
        with engine.connect() as connection:
            migrate(connection)
        break
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE or not left:
            raise
        time.sleep(PAUSE_S)
engine.dispose()
