"""bin/run: prepare, start, watch, stop."""

import argparse
import fcntl
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import machine
from steps import ROOT, Interrupted, Stop, bury_orphans, cluster, end, guarded, last_words, run, say, settings, start, step
from steps import uninterruptible

MOST_RESTARTS, WITHIN = 5, 60.0  # of one process, in seconds
READY_WITHIN = 120.0
LOG_ROTATES_AT = 20 * 2**20


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    if options.stop:
        return guarded("bin/run", _stop_cluster)
    code = guarded("bin/run", lambda: _run(options))
    if code == 0:
        say("Encerrado. Os dados ficam; bin/run volta com eles.")
    return code


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description="Põe o Vínculo no ar nesta máquina; Ctrl-C encerra tudo e mantém os dados.")
    parser.add_argument("--migrate", action="store_true", help="atualiza o esquema também com DATABASE_URL definida")
    parser.add_argument("--demo", action="store_true", help="carrega a cidade de demonstração também com DATABASE_URL definida")
    parser.add_argument("--no-demo", action="store_true", help="nunca carrega a cidade de demonstração")
    parser.add_argument("--stop", action="store_true", help="só encerra o banco de dados privado que um comando deixou no ar")
    return parser.parse_args(arguments)


def _stop_cluster() -> int:
    cluster.stop(settings.default_state_dir(os.environ))
    return 0


def _run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    say("Vínculo")
    private = settings.uses_private_cluster(os.environ)
    state = settings.default_state_dir(os.environ)
    config = settings.load() if not private else None  # a wrong setting is told before anything is installed
    port = settings.port(os.environ)
    _check_port(port)
    logs = _log_folder(state)
    machine.check_machine(logs / "packages.log", database=private)
    with machine.tree_locked():
        machine.make_venv("requirements.lock", logs / "pip.log")
        machine.build_front_end(logs / "npm.log")
        machine.compile_translations(logs / "translations.log")
    with _cluster_of(state) if private else _nothing():
        config = config or settings.load()
        if private or options.migrate:
            _need_owner(config)
            run("Esquema do banco (migrações)", _flask("db", "upgrade"), logs / "migrations.log", env=_environment())
        password = None
        if (private or options.demo) and not options.no_demo:
            password = _demo(config, logs, always=options.demo)
        web = {"VINCULO_BIND": f"127.0.0.1:{port}", "PROMETHEUS_MULTIPROC_DIR": str(state / f"figures-{port}")}
        services = [
            Service("servidor web", _gunicorn(), logs / "web.log", web),
            Service("executor de tarefas", _flask("jobs", "work"), logs / "jobs.log"),
        ]
        try:
            with step("Servidor web e executor de tarefas"):
                for service in services:
                    service.begin()
                _wait_ready(port, services)
            _tell(port, password, state, logs, time.monotonic() - began)
            _watch(services, state if private else None)
        finally:
            uninterruptible()
            say("\nEncerrando …")
            end([service.child for service in services if service.child], 12)
    return 0


# The private cluster


@contextmanager
def _cluster_of(state: Path) -> Iterator[None]:
    """Up for as long as we run; the last bin/run to leave stops it, unless another command had started it."""
    note = state / "started-by-run"
    with open(state / "runs.lock", "a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        already = cluster.is_running(state)
        if not already or note.exists() and note.read_text() != cluster.identity(state):
            note.unlink(missing_ok=True)  # left by a run that was cut off; another command started this server
        try:
            with step("Banco de dados"):
                cluster.ensure_running(state)
            if not already:
                note.write_text(cluster.identity(state))
            yield
        finally:
            uninterruptible()
            ours = not already or (note.exists() and note.read_text() == cluster.identity(state))
            if ours and _last_one(users):
                cluster.stop(state)
                note.unlink(missing_ok=True)


def _last_one(users) -> bool:
    fcntl.flock(users, fcntl.LOCK_UN)  # first, or two that leave together would each wait for the other
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _need_owner(config) -> None:
    if not config.database_owner_url:
        raise Stop("falta DATABASE_OWNER_URL: as migrações precisam do dono do esquema")


# The demonstration city


def _demo(config, logs: Path, always: bool) -> str | None:
    """Loads it into an empty database, and returns the password with which its workers sign in."""
    kept = config.state_dir / "demo-password"
    log = logs / "demo.log"
    if always or (config.private_cluster and cluster.ask(config.state_dir, "SELECT count(*) FROM municipalities") == "0"):
        run("Cidade de demonstração", _flask("demo", "load"), log, env=_environment())
    elif kept.exists() and config.demo_password and config.demo_password != kept.read_text().strip():
        run("Senha da demonstração", _flask("demo", "password"), log, env=_environment())
    log.unlink(missing_ok=True)  # it says the password
    return kept.read_text().strip() if kept.exists() else None


# Web server and job worker


@dataclass
class Service:
    name: str
    command: list
    log: Path
    more: dict = field(default_factory=dict)
    child: subprocess.Popen | None = None
    starts: list[float] = field(default_factory=list)
    words_from: int = 0

    def begin(self) -> None:
        self.starts = [t for t in self.starts if time.monotonic() - t < WITHIN] + [time.monotonic()]
        if self.log.exists() and self.log.stat().st_size > LOG_ROTATES_AT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as out:
            self.words_from = out.tell()
            self.child = start(self.command, env=_environment() | self.more, out=out)

    def words(self) -> str:
        return f"{last_words(self.log, self.words_from)} (registro: {self.log})"

    def ended(self) -> bool:
        return self.child is not None and self.child.poll() is not None

    def begin_again(self) -> None:
        code = self.child.returncode
        end([self.child], 1)  # its own children
        if len(self.starts) >= MOST_RESTARTS:
            raise Stop(f"o {self.name} não para de cair: {self.words()}")
        say(f"  o {self.name} caiu (código {code}); subindo de novo (registro: {self.log})")
        self.begin()


def _wait_ready(port: int, services: list[Service]) -> None:
    """Waits until /readyz says yes. Without a proxy: this is our own machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    limit = time.monotonic() + READY_WITHIN
    said = "sem resposta"
    while time.monotonic() < limit:
        for service in services:
            if service.ended():
                raise Stop(f"o {service.name} caiu: {service.words()}")
        try:
            with opener.open(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as error:
            said = error.read(2000).decode("utf-8", "replace")
        except OSError as error:
            said = str(error)
        time.sleep(0.1)
    raise Stop(f"o servidor web não está pronto após {READY_WITHIN:.0f} s: {said} (registro: {services[0].log})")


def _keep_up(state: Path) -> None:
    note = state / "started-by-run"
    if not cluster.is_running(state):
        say("  o banco de dados caiu; subindo de novo")
        cluster.ensure_running(state)
        note.write_text(cluster.identity(state))
    elif note.exists() and note.read_text() != cluster.identity(state):
        note.write_text(cluster.identity(state))  # a web process that was just starting was quicker than we


def _watch(services: list[Service], state: Path | None) -> None:
    """Until Ctrl-C. What dies is started again: a worker in the street doesn't know that the server fell."""
    try:
        while True:
            time.sleep(0.5)
            if state:
                _keep_up(state)
            for service in services:
                if service.ended():
                    service.begin_again()
            bury_orphans([service.child for service in services])
    except Interrupted:
        return


def _tell(port: int, password: str | None, state: Path, logs: Path, seconds: float) -> None:
    say(f"\nVínculo no ar em {seconds:.1f} s:  http://127.0.0.1:{port}/")
    if password:
        say(f"  entrar como:  {DEMO_SIGN_INS}")
        say(f"  senha do dia: {password}")
    say(f"  dados:        {state}")
    say(f"  registros:    {logs}")
    say("Ctrl-C encerra tudo e mantém os dados.")


DEMO_SIGN_INS = "rua, pim, abrigo, creas, centropop, coordenacao, supervisao, admin, outra"


def _flask(*arguments: str) -> list:
    return [machine.PYTHON, "-m", "flask", "--app", "wsgi", *arguments]


def _gunicorn() -> list:
    # As an installation is served; only the wait for the last requests is shorter, because Ctrl-C kills after 12 s.
    return [
        machine.PYTHON, "-m", "gunicorn", "--config", ROOT / "deploy" / "gunicorn.conf.py", "--graceful-timeout", "8", "wsgi:app",
    ]  # fmt: skip


def _environment() -> dict:
    dropped = (
        "GUNICORN_CMD_ARGS", "FLASK_APP", "FLASK_DEBUG", "FLASK_ENV", "PYTHONPATH", "PYTHONHOME", "VINCULO_BIND",
        "LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET", "RUNTIME_DIRECTORY",
    )  # fmt: skip
    return {k: v for k, v in os.environ.items() if k not in dropped} | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Stop(f"sem permissão para a porta {port}: escolha outra, como em VINCULO_PORT=8000 bin/run") from None
        except OSError:
            raise Stop(f"a porta {port} está ocupada: escolha outra, como em VINCULO_PORT={port + 1} bin/run") from None


def _log_folder(state: Path) -> Path:
    logs = state / "log"
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        logs.mkdir(exist_ok=True, mode=0o700)
    except PermissionError as error:
        raise Stop(f"sem permissão para escrever em {state}: entre como o dono, ou indique outra pasta em VINCULO_STATE") from error
    return logs
