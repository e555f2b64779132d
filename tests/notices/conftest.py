import pytest

from app.core import webpush
from app.core.mail import MailServer
from app.notices import delivery
from tests.notices.receiver import MailBox, PushService


@pytest.fixture
def pushing(monkeypatch):
    """A push service on loopback: the list of services that we know is put aside for this test alone."""
    service = PushService().start()
    monkeypatch.setattr(webpush, "acceptable", lambda endpoint: endpoint.startswith(service.origin))
    yield service
    service.stop()


@pytest.fixture
def mailbox(monkeypatch):
    """A mail server on loopback, named as the installation's."""
    box = MailBox()
    monkeypatch.setattr(delivery.office, "mail", MailServer("127.0.0.1", box.port, "vinculo@cidade.test", security="none"))
    monkeypatch.setattr(delivery.office, "origin", "https://vinculo.cidade.test")
    yield box
    box.stop()
