"""docs/instalar.md followed literally, as far as a machine without Internet and systemd can: the blocks are read out of
the document and run as they stand, on an empty database server, until the first administrator is inside.

Paths of a server are put under a folder of the test's own; nothing else of a command is changed.
"""

import json
import os
import re
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from app.core.cluster.place import as_server
from app.core.cluster.programs import find_programs, server_user
from tests.make.installation import Web, free_port, short_folder
from tests.make.source import ROOT

GUIDES = {name: ROOT / "docs" / f"{name}.md" for name in ("instalar", "atualizar", "ampliar")}
MARKS = {"precisa de Internet", "precisa de systemd", "muda a máquina", "com o arquivo da sua cidade"}
NOT_HERE = {"precisa de Internet", "precisa de systemd", "muda a máquina"}
OUTLINES = ROOT / "app" / "demo" / "outlines" / "natal-regions.geojson"
PASSWORD = "uma-senha-longa-de-teste"


@dataclass(frozen=True)
class Block:
    line: int
    mark: str | None
    text: str


def blocks_of(guide: Path) -> list[Block]:
    """Fenced shell blocks in order, each with the mark that stands in italics right before it."""
    found, mark, lines = [], None, guide.read_text().splitlines()
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line.startswith("```"):
            end = next(n for n in range(at + 1, len(lines)) if lines[n].strip() == "```")
            if line == "```sh":
                found.append(Block(at + 1, mark, "\n".join(lines[at + 1 : end]) + "\n"))
            mark, at = None, end
        elif said := re.fullmatch(r"\*\(([^)]+)\)\*", line):
            mark = said[1]
        elif line:
            mark = None
        at += 1
    return found


@dataclass
class Place:
    """Where a server's paths are in this test, and what the commands said."""

    folder: Path
    port: int
    environ: dict[str, str] = field(default_factory=dict)
    heard: dict[str, str] = field(default_factory=dict)

    def said(self, command: str = "") -> str:
        """What the blocks said that hold the command."""
        return "\n".join(words for text, words in self.heard.items() if command in text)

    def moved(self, text: str) -> str:
        for path, where in {
            "/opt/vinculo/current": str(ROOT),
            "/etc/vinculo": str(self.folder / "etc"),
            "/var/lib/vinculo": str(self.folder / "state"),
            "/var/backups/vinculo": str(self.folder / "backups"),
            "/usr/local/sbin": str(self.folder / "bin"),
            "/etc/caddy/": f"{self.folder}/caddy/",
            "/srv/regioes.geojson": str(OUTLINES),
            "/srv/servidor": f"{self.folder}/servidor",
            "127.0.0.1:5432": f"127.0.0.1:{self.port}",
            # The service's user exists on a server only: here everything belongs to whoever runs the test.
            " -o vinculo -g vinculo ": " ",
            " -o root -g caddy ": " ",
        }.items():
            text = text.replace(path, where)
        if os.geteuid() != 0:
            text = text.replace("runuser -u postgres -- ", "")
        return text

    def run(self, block: Block) -> None:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.moved(block.text)],
            env=self.environ, cwd="/", capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self.heard[block.text] = done.stdout
        assert done.returncode == 0, f"instalar.md:{block.line}\n{block.text}\n{done.stdout}\n{done.stderr}"


@contextmanager
def empty_server(folder: Path, port: int):
    """PostgreSQL as Debian's package leaves it: a superuser on the socket, passwords over TCP, nothing in it."""
    programs, user = find_programs(), server_user()
    home = folder / "postgresql"
    home.mkdir()
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    as_user = as_server(user)
    quiet = {"cwd": "/", "stdin": subprocess.DEVNULL, "capture_output": True, "text": True} | as_user
    made = subprocess.run(
        [programs.path("initdb"), "-D", home / "data", "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"],
        **quiet,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c fsync=off"
    control = [programs.path("pg_ctl"), "-D", str(home / "data"), "-w", "-s"]
    up = subprocess.run(
        [*control, "-l", str(home / "log"), "-o", options, "start"], cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
    )  # fmt: skip
    assert up.returncode == 0, (home / "log").read_text()
    try:
        yield home
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)


@pytest.fixture(scope="module")
def installed():
    """The guide's blocks, all run; gives the place with what they said."""
    with short_folder() as folder:
        place = Place(folder, free_port())
        with empty_server(folder, place.port) as home:
            for name in ("bin", "caddy"):
                (folder / name).mkdir()
            place.environ = {
                "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8",
                "PGHOST": str(home), "PGPORT": str(place.port), "PGUSER": "postgres",
                "VINCULO_ETC": str(folder / "etc"), "VINCULO_USER": os.environ.get("USER") or "root",
                "VINCULO_CADDYFILE": str(folder / "caddy" / "Caddyfile"),
            }  # fmt: skip
            for block in blocks_of(GUIDES["instalar"]):
                if block.mark in NOT_HERE or not runs_here(block):
                    continue
                place.run(block)
            yield place


def runs_here(block: Block) -> bool:
    """Caddy's commands need Caddy, which the tests of HTTPS ask for; a certificate is issued there too."""
    return "deploy/tls" not in block.text


def test_every_block_says_what_it_asks_for_in_words_that_are_explained():
    introduction = GUIDES["instalar"].read_text().split("## 1.")[0]
    for mark in MARKS:
        assert f"*({mark})*" in introduction or f"*({mark.split()[0]}" in introduction, mark
    for name, guide in GUIDES.items():
        found = blocks_of(guide)
        assert len(found) >= 4, name
        assert {block.mark for block in found} - {None} <= MARKS, name
        for block in found:
            checked = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True)
            assert checked.returncode == 0, (name, block.line, checked.stderr)


def test_most_of_the_guide_is_really_run():
    blocks = blocks_of(GUIDES["instalar"])
    run = [block for block in blocks if block.mark not in NOT_HERE and runs_here(block)]
    assert len(run) >= 10
    text = "\n".join(block.text for block in run)
    for needed in ("bin/prepare", "deploy/database.sql", "vinculo db upgrade", "municipality create", "check-config", "backup create", "territory import"):
        assert needed in text, needed


def test_commands_and_files_that_a_guide_names_exist(app):
    for name, guide in GUIDES.items():
        text = guide.read_text()
        for path in re.findall(r"\b(?:deploy|docs|bench|bin|tests|migrations)/[\w./-]+\w", text):
            assert (ROOT / path).exists(), (name, path)
        for words in re.findall(r"^\s*vinculo ([a-z][a-z -]*[a-z])", text, re.M):
            found = app.cli
            for word in words.split():
                if not hasattr(found, "commands"):
                    break
                assert word in found.commands, (name, words)
                found = found.commands[word]


def test_nobody_of_a_demonstration_is_there(installed):
    with psycopg.connect((installed.folder / "etc" / "secrets" / "database_owner_url").read_text().strip()) as owner:
        assert owner.execute("SELECT count(*) FROM municipalities WHERE is_demo").fetchone() == (0,)
        assert owner.execute("SELECT login FROM workers").fetchall() == [("maria.silva",)]
        assert owner.execute("SELECT holds_demonstration()").fetchone() == (False,)
        assert owner.execute("SELECT count(*) FROM regions").fetchone() == (4,)


def test_secrets_are_of_root_alone_and_the_web_role_is_bound(installed):
    secrets = installed.folder / "etc" / "secrets"
    assert secrets.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in secrets.iterdir()} == {0}
    with psycopg.connect((secrets / "database_url").read_text().strip()) as web:
        assert web.execute("SELECT count(*) FROM workers").fetchone() == (0,)  # no city is set
        assert web.execute("SHOW statement_timeout").fetchone() == ("30s",)
    said = installed.said()
    for path in secrets.iterdir():
        assert path.read_text().strip() not in said, path.name


def test_check_config_finds_nothing_wrong(installed):
    said = installed.said("check-config")
    assert "ERRADO" not in said, said
    for title in ("Papel no banco", "HTTPS e proxy", "Esquema do banco", "Chaves de lacre", "Interface"):
        assert f"certo   {title}" in said, said


def test_the_backup_is_there_and_health_knows_it(installed):
    assert "conferida" in installed.said("backup create")
    assert len(list((installed.folder / "backups").glob("*.copia"))) == 1
    said = installed.said("vinculo health")
    assert "certo   Cópia de segurança" in said and "certo   Código de recuperação" in said
    assert "ERRADO  Executor de tarefas" in said  # systemd would have started it


def test_the_unit_serves_it_and_the_first_administrator_comes_in(installed):
    """The web unit's own command on what the guide made; then the code that was printed, as she would use it."""
    code = re.search(r"Código de primeiro acesso[^:]*:\s*(\S+)", installed.said("municipality create"))
    assert code, installed.said()
    etc = installed.folder / "etc"
    with short_folder() as folder:
        web = Web.as_installed(folder, etc, installed.folder / "state").start()
        try:
            assert web.get("/readyz", X_Forwarded_Proto="https") == 200
            body = {"login": "maria.silva", "code": code[1], "new_password": PASSWORD, "device": None}
            answer = ask(web, "POST", "/api/v1/session/recover", body)
            assert answer[0] == 200, answer
            again = ask(web, "POST", "/api/v1/session", {"login": "maria.silva", "password": PASSWORD})
            assert again[0] == 200 and again[2]["roles"] == ["administrator"]
            assert again[1].startswith("__Host-vinculo=")
        finally:
            web.stop()


def ask(web: Web, method: str, path: str, body: dict):
    """(status, cookie, JSON) of a request as Caddy would hand it on."""
    content = json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: vinculo.exemplo.gov.br\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 10.1.2.3\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(20)
        line.connect(str(web.path))
        line.sendall(head.encode() + content)
        received = b"".join(iter(lambda: line.recv(65536), b""))
    top, _, said = received.partition(b"\r\n\r\n")
    cookie = re.search(rb"(?i)set-cookie: ([^\r\n]+)", top)
    return int(top.split()[1]), cookie[1].decode() if cookie else "", json.loads(said)
