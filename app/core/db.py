"""The session, the tenant keys and the only commit of the program.

Every table of a municipality has the primary key (municipality_id, id) and foreign keys that carry
both, so that a row can't point into another city; row level security stands behind (migrations).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import orjson
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, MetaData, NullPool, Table, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.core.ids import new_id


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def engine_options(pooler: bool) -> dict[str, Any]:
    """How the application keeps its connections: a small pool, or none when PgBouncer keeps them.

    Behind PgBouncer (transaction mode) every transaction may meet another server process: nothing may be prepared
    for later, and settings of a connection are refused, so the time limits stand on the role (deploy/database.sql).
    """
    if pooler:
        return {"poolclass": NullPool, "connect_args": {"prepare_threshold": None}}
    limits = "-c jit=off -c statement_timeout=30000 -c lock_timeout=10000"
    return {
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 4,
        "pool_timeout": 10,
        "connect_args": {"options": limits},
    }


STANDBY = "standby"


def standby_binds(url: str | None) -> dict[str, Any]:
    """The hot standby beside the database, when there is one; given up on quickly, for the database answers too."""
    if not url:
        return {}
    limits = "-c jit=off -c statement_timeout=30000"
    return {STANDBY: {"url": url, "connect_args": {"options": limits, "connect_timeout": 2}}}


class Tenant:
    """Mix-in of every table that belongs to a municipality."""

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def refers(**tables: str) -> tuple:
    """Composite foreign keys with their indexes, for `__table_args__`: refers(team_id="teams")."""
    parts: list = []
    for column, table in tables.items():
        parts.append(
            ForeignKeyConstraint(["municipality_id", column], [f"{table}.municipality_id", f"{table}.id"])
        )
        parts.append(Index(None, "municipality_id", column))
    return tuple(parts)


def bind(session: Session, municipality_id: int | None, worker_id: UUID | None = None, clearances: Iterable[str] = ()):
    """Tell the database for whom this transaction works; row level security reads it.

    Must run before any savepoint: a savepoint rolled back takes settings made inside it along.
    """
    session.execute(
        text(
            "SELECT set_config('vinculo.municipality', :m, true),"
            " set_config('vinculo.worker', :w, true), set_config('vinculo.clearances', :c, true)"
        ),
        {
            "m": "" if municipality_id is None else str(municipality_id),
            "w": "" if worker_id is None else str(worker_id),
            "c": ",".join(sorted(clearances)),
        },
    )


@contextmanager
def cleared(session: Session, clearance: str) -> Iterator[None]:
    """Within the block the transaction holds a clearance: row level security then shows what it hides from its worker.

    For verbs that must write or compute past it, never for a reading that somebody gets to see.
    """
    ask = text("SELECT current_setting('vinculo.clearances', true)")
    told = text("SELECT set_config('vinculo.clearances', :c, true)")
    before = session.scalar(ask) or ""
    session.flush()
    session.execute(told, {"c": ",".join(sorted({*filter(None, before.split(",")), clearance}))})
    try:
        yield
        session.flush()
    except DBAPIError:
        raise  # the savepoint or the transaction is over, and the setting goes with it
    except BaseException:
        session.execute(told, {"c": before})
        raise
    session.execute(told, {"c": before})


def hold_nothing_opened(session: Session) -> None:
    """From here on in this transaction, a restricted record that was opened with a reason stays shut: what is read now
    will be kept by a phone, and an opening ends after two hours.
    """
    session.execute(text("SELECT set_config('vinculo.openings', 'off', true)"))


@contextmanager
def transaction(
    municipality_id: int | None = None, worker_id: UUID | None = None, clearances: Iterable[str] = ()
) -> Iterator[Session]:
    """One unit of work: commits when the block ends, rolls back when it raises.

    The settings are local to the transaction, so a pooled connection never carries a city over.
    """
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("a transaction is already open; services receive the session, they don't open one")
    try:
        bind(session, municipality_id, worker_id, clearances)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def reading(session: Session, municipality_id: int, worker_id: UUID | None) -> Iterator[Session]:
    """A session of the hot standby for what only reads, bound to the same city; the given one when there is no
    standby, or when it does not answer."""
    engine = db.engines.get(STANDBY)
    standby = Session(engine, expire_on_commit=False) if engine else None
    try:
        if standby:
            try:
                bind(standby, municipality_id, worker_id)
            except OperationalError:
                standby.close()
                standby = None
        yield standby or session
    finally:
        if standby:
            standby.close()


@contextmanager
def owner_transaction(owner_url: str) -> Iterator[Session]:
    """A transaction of the schema's owner, past row level security: only for set-up commands."""
    engine = create_engine(owner_url)
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        engine.dispose()


def insert_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]], suffix: str = "") -> Any:
    """Insert many rows as one JSON text, all with the same keys: several times faster than row by row.

    Geometries are EWKT, bytes become bytea. `suffix` stands behind the SELECT (ON CONFLICT …, RETURNING …).
    """
    if not rows:
        return None
    names = ", ".join(rows[0])
    statement = (
        f"INSERT INTO {table.name} ({names}) SELECT {names}"
        f" FROM json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json)) {suffix}"
    )
    return session.execute(text(statement), {"rows": orjson.dumps(rows, default=_as_bytea).decode()})


def _as_bytea(value: Any) -> str:
    if isinstance(value, (bytes, memoryview)):
        return "\\x" + bytes(value).hex()
    raise TypeError(type(value).__name__)


def violated(error: IntegrityError) -> str:
    """The name of the constraint that a statement broke ('' when the driver doesn't say)."""
    diag = getattr(error.orig, "diag", None)
    return getattr(diag, "constraint_name", None) or ""
