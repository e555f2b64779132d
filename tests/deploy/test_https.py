"""HTTPS from end to end on loopback: Caddy by deploy/tls in front of the web service as its unit starts it."""

import datetime
import hashlib
import http.client
import shutil
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.core.watch import facts
from tests.make.city import PASSWORD
from tests.make.installation import Caddy, Web, caddyfile_by, short_folder
from tests.make.source import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed here (apt-get install caddy)")
NAME = "vinculo.exemplo.test"
HTTPS = {"VINCULO_HTTPS": "1", "VINCULO_PROXIES": "1"}


class Line:
    """An HTTPS client that trusts one authority only, from an address of this machine that can be chosen."""

    def __init__(self, caddy: Caddy, authority, source: str = "127.0.0.1"):
        self.caddy, self.authority, self.source = caddy, authority, source

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> http.client.HTTPResponse:
        context = ssl.create_default_context(cafile=str(self.authority))
        line = http.client.HTTPSConnection(NAME, self.caddy.port, context=context, timeout=20, source_address=(self.source, 0))
        line._create_connection = lambda _address, *rest: _connect(self.caddy.port, *rest)  # the name is of no server
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        line.close()
        return answer

    def works(self) -> bool:
        try:
            return self.ask("GET", "/healthz").status == 200
        except (OSError, ssl.SSLError):
            return False


def _connect(port, timeout, source):
    return http.client.socket.create_connection(("127.0.0.1", port), timeout, source)


@pytest.fixture(scope="module")
def secured(app, config):
    """Web and Caddy with Caddy's own authority: a trial."""
    with short_folder() as folder:
        web = Web(folder, config, **HTTPS, VINCULO_METRICS_TOKEN="uma-senha-de-medicao-1234").start()
        written = caddyfile_by(folder, "teste", NAME)
        assert written.returncode == 0, written.stderr
        caddy = Caddy(folder, f"unix/{web.path}")
        line = Line(caddy, caddy.own_authority)
        try:
            caddy.start(lambda: caddy.own_authority.exists() and line.works())
            yield line, web
        finally:
            caddy.stop()
            web.stop()


def test_the_field_app_comes_over_https_with_what_it_needs(secured):
    line, _web = secured
    shell = line.ask("GET", "/app/")
    assert shell.status == 200 and b"<!doctype html>" in shell.body.lower()
    assert shell.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "default-src 'none'" in shell.headers["Content-Security-Policy"]
    assert shell.headers["Server"] is None
    worker = line.ask("GET", "/app/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/app/"
    assert worker.headers["Content-Type"].startswith("text/javascript") and worker.headers["Cache-Control"] == "no-cache"
    assert line.ask("GET", "/app/manifest.webmanifest").status == 200


def test_the_cookie_is_bound_to_https_and_to_this_host(secured, city):
    line, _web = secured
    body = f'{{"login": "{city.login("rua")}", "password": "{PASSWORD}"}}'
    answer = line.ask("POST", "/api/v1/session", body, Content_Type="application/json")
    assert answer.status == 200, answer.body
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-vinculo=") and "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie
    assert "Domain" not in cookie
    again = line.ask("GET", "/api/v1/session", Cookie=cookie.split(";")[0])
    assert again.status == 200


def test_plain_http_leads_to_https(secured):
    line, _web = secured
    plain = http.client.HTTPConnection("127.0.0.1", line.caddy.plain_port, timeout=10)
    plain.request("GET", "/app/", headers={"Host": NAME})
    answer = plain.getresponse()
    assert answer.status in (301, 308) and answer.headers["Location"].startswith(f"https://{NAME}")


def bucket_of(login: str, where: str) -> bytes:
    return hashlib.sha256(f"{login}\0{where}".encode()).digest()


def test_the_client_s_address_is_right_and_can_not_be_invented(secured, city):
    """Failed attempts are counted by address: whoever could invent one would get a fresh delay each time."""
    caddy = secured[0].caddy
    elsewhere = Line(caddy, secured[0].authority, source="127.0.0.2")
    login = city.login("pim")
    forged = ("203.0.113.9", "203.0.113.9, 198.51.100.7")
    for value in forged:
        answer = elsewhere.ask(
            "POST", "/api/v1/session", f'{{"login": "{login}", "password": "errada-errada"}}', Content_Type="application/json",
            X_Forwarded_For=value, Forwarded=f"for={value}", X_Real_IP=value,
        )  # fmt: skip
        assert answer.status in (401, 422), answer.body
    counted = {bytes(row["bucket"]) for row in city.rows("SELECT bucket FROM signin_failures")}
    assert bucket_of(login, "127.0.0.2") in counted
    for value in ("203.0.113.9", "198.51.100.7", "127.0.0.1", ""):
        assert bucket_of(login, value) not in counted, value


def test_figures_are_not_read_from_outside_whatever_is_forged(secured):
    line, web = secured
    assert web.get("/metrics") == 200  # on the machine itself
    for headers in (
        {},
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_For": "", "Forwarded": "for=127.0.0.1"},
        {"X_Real_IP": "127.0.0.1"},
        {"Authorization": "Bearer uma-senha-de-medicao-1234"},
    ):
        for path in ("/metrics", "/metrics/", "//metrics", "/%6detrics", "/METRICS", "/app/../metrics"):
            assert line.ask("GET", path, **headers).status in (301, 302, 308, 403, 404), (path, headers)
    # And should Caddy's own rule be lost, the application knows a proxy's request by its headers.
    assert web.get("/metrics", X_Forwarded_For="127.0.0.1") == 403
    assert web.get("/metrics", X_Forwarded_For="10.0.0.9", Authorization="Bearer uma-senha-de-medicao-1234") == 200


def test_the_figures_of_all_web_processes_are_added(secured):
    line, web = secured
    counted = 'vinculo_requests_total{method="GET",route="/healthz",status="2xx"} '

    def healthz() -> float:
        lines = web.read("/metrics")[1].splitlines()
        names = [said.rsplit(" ", 1)[0] for said in lines if said and not said.startswith("#")]
        assert len(names) == len(set(names)) and "pid=" not in "".join(names)
        return float(next(said for said in lines if said.startswith(counted)).rsplit(" ", 1)[1])

    before = healthz()
    for _ in range(20):  # each by a new connection: both processes answer some
        assert line.ask("GET", "/healthz").status == 200
    assert healthz() == before + 20


def test_counting_costs_nobody_an_answer(app, config):
    """The folder of the counts is taken away before any was kept: a phone's request is answered all the same."""
    with short_folder() as folder:
        web = Web(folder, config, VINCULO_LOG_LEVEL="error")
        web.start()
        try:
            shutil.rmtree(folder / "runtime")
            assert {web.get(path) for path in ("/readyz", "/entrar", "/app/", "/nada") for _ in range(3)} == {200, 404}
        finally:
            web.stop()


def test_a_body_that_is_too_large_is_refused_and_harms_nobody(secured):
    line, _web = secured
    try:
        status = line.ask("POST", "/api/v1/session", "x" * (5 * 1024 * 1024), Content_Type="application/json").status
    except OSError:
        status = None  # hung up on, while still talking
    assert status in (None, 400, 413, 502)
    assert line.works()


def test_the_certificate_that_is_served_is_watched(secured):
    line, _web = secured
    read = facts.certificate(f"{NAME}@127.0.0.1:{line.caddy.port}")
    assert read.begins_at < read.ends_at
    with pytest.raises(OSError):
        facts.certificate(f"{NAME}@127.0.0.1:1")


# -- a certificate of the city's own authority ----------------------------------------------------------------------


def issued(folder, name: str, days: int = 365, begins: int = -1):
    """(authority, certificate, key) as a prefeitura's own authority would issue them."""
    now = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)]) for text in ("Prefeitura inventada", name)]

    def sign(subject, key, alt, ca):
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(names[0]).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now + datetime.timedelta(days=begins))
            .not_valid_after(now + datetime.timedelta(days=days)).add_extension(x509.BasicConstraints(ca, None), True)
        )  # fmt: skip
        if alt:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(alt)]), False)
        return builder.sign(keys[0], hashes.SHA256())

    paths = [folder / part for part in ("authority.pem", "server.pem", "server.key")]
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(sign(names[0], keys[0], None, True).public_bytes(pem))
    paths[1].write_bytes(sign(names[1], keys[1], name, False).public_bytes(pem))
    paths[2].write_bytes(
        keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def test_with_the_city_s_own_certificate(app, config):
    with short_folder() as folder:
        authority, certificate, key = issued(folder, NAME)
        written = caddyfile_by(folder, "autoridade", NAME, str(certificate), str(key))
        assert written.returncode == 0, written.stderr
        web = Web(folder, config, **HTTPS).start()
        caddy = Caddy(folder, f"unix/{web.path}")
        line = Line(caddy, authority)
        try:
            caddy.start(line.works)
            assert line.ask("GET", "/readyz").status == 200
            with pytest.raises(ssl.SSLError):  # who doesn't have the city's authority trusts nothing here
                Line(caddy, _another_authority(folder)).ask("GET", "/healthz")
        finally:
            caddy.stop()
            web.stop()


def _another_authority(folder):
    other = folder / "other"
    other.mkdir()
    return issued(other, NAME)[0]


def test_a_certificate_that_can_not_serve_is_refused_and_nothing_is_changed(tmp_path):
    authority, certificate, key = issued(tmp_path, NAME)
    (tmp_path / "Caddyfile").write_text("kept\n")
    other = tmp_path / "other"
    other.mkdir()
    ended = other / "ended"
    ended.mkdir()
    _a, old, old_key = issued(ended, NAME, days=-1, begins=-30)
    for arguments, reason in (
        (("autoridade", NAME, str(certificate), str(issued(other, NAME)[2])), "não são um par"),
        (("autoridade", "outro.exemplo.test", str(certificate), str(key)), "não é de outro.exemplo.test"),
        (("autoridade", NAME, str(old), str(old_key)), "já venceu"),
        (("autoridade", NAME, str(tmp_path / "nada"), str(key)), "não pode ser lido"),
        (("publico", "nome com espaço"), "NOME deve ser"),
        (("publico", "-x"), "NOME deve ser"),
        (("publico", "a;rm"), "NOME deve ser"),
        (("outro", NAME), "deploy/tls publico"),
        ((), "deploy/tls publico"),
    ):
        answer = caddyfile_by(tmp_path, *arguments)
        assert answer.returncode and reason in answer.stderr, (arguments, answer.stderr)
        assert (tmp_path / "Caddyfile").read_text() == "kept\n"


def test_the_public_variant_is_valid_and_keeps_the_file_before(tmp_path):
    (tmp_path / "Caddyfile").write_text("before\n")
    answer = caddyfile_by(tmp_path, "publico", "vinculo.exemplo.gov.br", "ti@exemplo.gov.br")
    assert answer.returncode == 0, answer.stderr
    text = (tmp_path / "Caddyfile").read_text()
    assert "vinculo.exemplo.gov.br {" in text and "email ti@exemplo.gov.br" in text and "tls internal" not in text
    assert str(ROOT / "deploy" / "caddy" / "vinculo.caddy") in text
    assert (tmp_path / "Caddyfile.antes").read_text() == "before\n"
