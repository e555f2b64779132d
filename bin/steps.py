"""What both commands share: steps that are told, programs that are run, and ends that leave nothing behind."""

import ctypes
import errno
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The settings and the cluster are read without the application, whose libraries may not be there yet.
_package = types.ModuleType("app")
_package.__path__ = [str(ROOT / "app")]
sys.modules["app"] = _package
sys.path.insert(0, str(ROOT))

from app import config as settings  # noqa: E402
from app.core import cluster  # noqa: E402

__all__ = ["ROOT", "Interrupted", "Stop", "cluster", "settings"]

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


class Stop(Exception):
    """One line that says what is wrong and what to do."""


class Interrupted(BaseException):
    """Ctrl-C, a polite kill or a closed terminal."""

    def __init__(self, number: int):
        self.number = number


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    start = time.monotonic()
    print(f"  {what} … ", end="", flush=True)
    try:
        yield
    except Interrupted:
        print("interrompido", flush=True)
        raise
    except BaseException:
        print("falhou", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


def interruptible() -> None:
    def interrupt(number, _frame):
        raise Interrupted(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def uninterruptible() -> None:
    """While we tidy up, a second Ctrl-C must not leave half of it behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def guarded(name: str, work) -> int:
    """Runs a command; every foreseeable failure ends in one line."""
    interruptible()
    # Orphans such as the database server become ours, and `_reap` buries them: not every container's init does.
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        return work()
    except (Stop, cluster.ClusterError, settings.ConfigError) as error:
        return _fail(name, str(error))
    except Interrupted as stop:
        return 128 + stop.number
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        known = {
            errno.ENOSPC: f"disco cheio{where}: libere espaço e tente de novo",
            errno.EDQUOT: f"cota de disco esgotada{where}: libere espaço e tente de novo",
            errno.ENAMETOOLONG: f"caminho longo demais{where}: ponha o clone e VINCULO_STATE em pastas mais curtas",
            errno.EACCES: f"sem permissão{where}: use um clone e um VINCULO_STATE que sejam seus",
            errno.EROFS: f"só leitura{where}: use um clone e um VINCULO_STATE em que se possa escrever",
        }
        if error.errno not in known:
            raise
        return _fail(name, known[error.errno])
    finally:
        _reap()


def bury_orphans(children: list[subprocess.Popen]) -> None:
    """Reaps what died and was adopted, such as a database server; our own children wait for their Popen."""
    own = {child.pid for child in children}
    try:
        while (found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and found.si_pid not in own:
            os.waitpid(found.si_pid, os.WNOHANG)
    except ChildProcessError:
        pass


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _fail(name: str, line: str) -> int:
    print(f"{name}: {line}", file=sys.stderr, flush=True)
    return 1


def run(what: str, command: list, log: Path, *, advice: str = "", env: dict | None = None, cwd: Path = ROOT) -> None:
    """Runs a program to its end with its words in a log; if it fails, one line with the last that it said."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with step(what):
        with open(log, "wb") as out:
            code = wait_for(start(command, env=env, cwd=cwd, out=out))
        if code:
            hint = f"; {advice}" if advice else ""
            raise Stop(f"{what} falhou: {last_words(log)}{hint} (registro: {log})")


def run_shown(command: list, *, env: dict | None = None, cwd: Path = ROOT) -> int:
    """Runs a program whose words the person reads, and returns its code."""
    return wait_for(start(command, env=env, cwd=cwd))


def start(command: list, *, env: dict | None = None, cwd: Path = ROOT, out=None) -> subprocess.Popen:
    """Starts a child in a session of its own: Ctrl-C reaches us alone, and we end it with all its descendants."""
    parent = os.getpid()

    def with_us():
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    try:
        return subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.STDOUT if out else None, start_new_session=True, preexec_fn=with_us,
        )
    except FileNotFoundError as error:
        raise Stop(f"falta o programa {command[0]}") from error


def wait_for(child: subprocess.Popen) -> int:
    try:
        return child.wait()
    except BaseException:
        end([child], 5)
        raise


def end(children: list[subprocess.Popen], seconds: float) -> None:
    """Asks the children to stop, waits, and kills what is left of their groups."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
    limit = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
    for child in children:
        _signal_group(child, signal.SIGKILL)  # also when the child is gone: its own children may have outlived it
        child.wait()


def _signal_group(child: subprocess.Popen, number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def last_words(log: Path, since: int = 0) -> str:
    """What the application refused with (`vinculo: …`), else the last line that tells of an error, else the last."""
    try:
        with open(log, "rb") as file:
            file.seek(max(since, os.path.getsize(log) - 20_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return "nada foi dito"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    refusals = [line.removeprefix("vinculo: ") for line in lines if line.startswith("vinculo: ")]
    errors = [line for line in lines if "error" in line.lower() and "error-" not in line.lower()]
    words = (refusals or errors or lines or ["nada foi dito"])[-1]
    return words if len(words) <= 300 else words[:300] + "…"
