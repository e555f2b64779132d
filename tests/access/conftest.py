import pytest

from tests.make.city import ROLES, make_city
from tests.make.doors import doors_of


@pytest.fixture(scope="session")
def town(app):
    """A city that the tests of doors share: they look and are refused, they change nothing of it."""
    return make_city(app)


@pytest.fixture(scope="session")
def doors(app):
    return doors_of(app)


@pytest.fixture(scope="session")
def clients(town):
    """A signed-in client for every persona."""
    return {persona: town.client(persona) for persona in ROLES}
