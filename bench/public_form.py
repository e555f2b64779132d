"""The public form hammered, and what the desk's inbox pays for it.

    .venv/bin/python bench/public_form.py [--rate 50] [--seconds 20]

The real gunicorn with two workers. The inbox with 200 open requests is read once after another: idle, then while so many forms a
second are sent from as many networks, then from one address; half of them sent at once as machines do. Medians of one run; what
counts is their ratio (gate 1.5). `sent` says how many a second really went out: on a machine that others use it is fewer.
"""

import argparse
import http.client
import os
import random
import re
import statistics
import tempfile
import threading
import time
import urllib.parse
from datetime import timedelta
from pathlib import Path

from flask_migrate import upgrade

from app import config as settings
from app import create_app
from app.core import clock, cluster
from app.outreach_requests.service import gate
from tests.make.city import PASSWORD, City, make_city
from tests.make.server import Server
from tests.outreach_requests.made import ask


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rate", type=int, default=50)
    options.add_argument("--seconds", type=int, default=20)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vinculo-bench-"))
    folder.chmod(0o755)
    # As behind Caddy: each form says from where it comes.
    os.environ["VINCULO_PROXIES"] = "1"
    server = None
    try:
        url, owner = cluster.ensure_running(folder, fast_unsafe=True)
        config = settings.load(
            {"DATABASE_URL": url, "DATABASE_OWNER_URL": owner, "VINCULO_SECRET_KEY": "b" * 20 + "Kq8zV1mXw3Rt7Yb2Nc5Jf9Hd4L", "VINCULO_STATE": str(folder), "VINCULO_TESTING": "1"}
        )
        app = create_app(config)
        with app.app_context():
            upgrade()
        city = make_city(app)
        for _ in range(200):
            ask(city)
        server = Server(config, workers=2).start()
        cookie = signed_in(server.port, city)
        idle = inbox(server.port, cookie, chosen.seconds / 2)
        worst = 0.0
        for name, is_one in (("many networks", False), ("one address", True)):
            stop, told = threading.Event(), []
            asked = (server.port, city, config.secret_key, chosen.rate / 10, stop, told, is_one)
            senders = [threading.Thread(target=hammer, args=asked) for _ in range(10)]
            for sender in senders:
                sender.start()
            busy = inbox(server.port, cookie, chosen.seconds)
            stop.set()
            for sender in senders:
                sender.join(10)
            worst = max(worst, busy / idle)
            said = {status: told.count(status) for status in sorted(set(told))}
            print(f"{name}: inbox idle {idle:.1f} ms; sent {len(told) / chosen.seconds:.0f} forms a second ({said}): {busy:.1f} ms; ratio {busy / idle:.2f} (gate 1.5)")
        raise SystemExit(worst > 1.5)
    finally:
        if server:
            server.stop()
        cluster.stop(folder)


def signed_in(port: int, city: City) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = f'{{"login": "{city.login("supervisao")}", "password": "{PASSWORD}"}}'
    connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return re.match(r"[^;]+", answer.headers["Set-Cookie"])[0]  # type: ignore[index]


def inbox(port: int, cookie: str, seconds: float) -> float:
    """Milliseconds of one reading, the median."""
    connection, taken, until = http.client.HTTPConnection("127.0.0.1", port), [], time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        connection.request("GET", "/mesa/solicitacoes", headers={"Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read()
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    # Left open, it would hold up the server's end.
    connection.close()
    return statistics.median(taken)


def hammer(port: int, city: City, secret: str, rate: float, stop: threading.Event, told: list[int], is_one: bool) -> None:
    dice = random.Random()
    while not stop.wait(1 / rate):
        proof = gate.token(secret, city.ibge, clock.now() - timedelta(seconds=dice.choice([0, 30])))
        form = urllib.parse.urlencode({"purpose": "other", "place_text": "na ponte", "description": "x" * 200, "proof": proof})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("POST", f"/pedido/{city.ibge}/", form, {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "198.51.100.7" if is_one else f"198.{dice.randrange(256)}.{dice.randrange(256)}.1"})
            told.append(connection.getresponse().status)
        except OSError:
            told.append(0)
        finally:
            connection.close()


if __name__ == "__main__":
    main()
