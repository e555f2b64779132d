"""A letter by the city's own mail server, where the installation names one (VINCULO_SMTP_…)."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

TIMEOUT_S = 10
LONGEST_ADDRESS = 254
# A dot-atom (RFC 5322 3.2.3) at a name with at least one dot; quoted and international addresses are left out.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{{2,63}}")
SECURITIES = ("starttls", "tls", "none")


@dataclass(frozen=True)
class MailServer:
    """`security`: starttls (587), tls (465) or none (a relay on the same machine or network, without a password)."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: str = "starttls"


def is_address(text: str) -> bool:
    """One plain address that a header can hold: `nome@cidade.gov.br`."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def send(server: MailServer, to: str, subject: str, text: str, now: datetime) -> bool:
    """True when the server took it. Nothing of it is logged."""
    try:
        letter = _letter(server, to, subject, text, now)
        with _line(server) as line:
            if server.user:
                line.login(server.user, server.password or "")
            line.send_message(letter)
        return True
    except (OSError, ValueError, MessageError, smtplib.SMTPException):
        return False


def _letter(server: MailServer, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = Address("Vínculo", addr_spec=server.sender)
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = make_msgid(domain=server.sender.partition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


def _line(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    line = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    if server.security == "starttls":
        try:
            line.starttls(context=context)
        except BaseException:
            line.close()
            raise
    return line
