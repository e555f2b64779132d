"""An installation of its own: an application on an empty database, made and dropped by the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app import create_app
from app.core.cluster.programs import EXTENSIONS
from app.core.db import db


@contextmanager
def blank_installation(config, name: str, like: str = "template0", **more: Any) -> Iterator[Flask]:
    """Nothing is migrated yet, unless it is made like a database that is; `more` are other settings (a state folder, say)."""
    owner = make_url(config.sqlalchemy_owner_url)
    engine = create_engine(owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like} ENCODING 'UTF8'"))
        connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO vinculo_app"))
    inner = create_engine(owner.set(database=name), isolation_level="AUTOCOMMIT")
    with inner.connect() as connection:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    inner.dispose()

    def renamed(url):
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    made = create_app(
        replace(
            config,
            database_url=renamed(config.database_url),
            database_owner_url=renamed(config.database_owner_url),
            **more,
        )
    )
    yield made
    forget(made)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def forget(app):
    """Close what the application holds open: the schema is about to change under it."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
