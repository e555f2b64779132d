"""Two real connections meeting where a test wants them to: the first is held until the other waits for its lock."""

from sqlalchemy import create_engine, text

from app.core import clock


class Gate:
    """Holds the first who comes to `at` until somebody else waits in the database for a lock."""

    def __init__(self, city, monkeypatch, owner, name):
        self.city, self.held, self.waited = city, False, False
        inner = getattr(owner, name)

        def through(*args, **kwargs):
            result = inner(*args, **kwargs)
            if not self.held:
                self.held = True
                self.let_in()
                self.waited = waits_for_a_lock(city)
            return result

        monkeypatch.setattr(owner, name, through)
        self.let_in = lambda: None


def waits_for_a_lock(city) -> bool:
    """True as soon as some connection waits for a lock (asked until it does, 5 s at most)."""
    engine = create_engine(city.app.config["VINCULO"].sqlalchemy_owner_url)
    deadline = clock.now().timestamp() + 5
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while clock.now().timestamp() < deadline:
                if connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")):
                    return True
    finally:
        engine.dispose()
    return False
