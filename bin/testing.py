"""bin/test: prepare, check the front end, run pytest on a throw-away cluster, sum up."""

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import machine
from failures import failures, told_again
from steps import Stop, cluster, guarded, run_shown, say, start, step, uninterruptible, wait_for

# Tests of the database and the pages alone, no ports of their own: either run of the server's may do them, whichever is
# free. The longest files stand at the two ends, where the two begin.
IN_EITHER_RUN = tuple(
    f"tests/{name}"
    for name in (
        "access", "sync", "desk", "accounts", "territory", "coverage", "encounters", "households", "tasks", "audit",
        "referrals", "units", "people", "protection", "notices",
    )
)  # fmt: skip
BROWSER = "tests/browser"
NO_CHROMIUM = "falta o Chromium: os testes de navegador vão falhar; instale-o com: apt-get install chromium"


def main(arguments: list[str]) -> int:
    return guarded("bin/test", lambda: _test(arguments))


def _test(arguments: list[str]) -> int:
    began = time.monotonic()
    say("Testes do Vínculo")
    with _throw_away_folder() as folder:
        logs = folder / "log"
        browser = _prepare(logs)
        results = _front_end() if not _only_collects(arguments) else []
        results += _named(folder, arguments) if arguments else _everything(folder, logs)
        if found := [failed for report in sorted(folder.glob("*.xml")) for failed in failures(report)]:
            say(told_again(found))
    return _sum_up(results, browser, time.monotonic() - began)


def _named(folder: Path, arguments: list[str]) -> list[tuple[str, int]]:
    with _throw_away_cluster(folder) as env:
        say("\nServidor e navegador (pytest)")
        return [("servidor e navegador (pytest)", run_shown([*_pytest(folder, "named"), *arguments], env=env))]


def _everything(folder: Path, logs: Path) -> list[tuple[str, int]]:
    """Three runs, each with a cluster of its own: the browser's tests wait more than they compute, the server's fill the
    two cores beside them. The server's second run gives way to the others, and shares with the first, file by file, so
    that no core stands idle while another run ends."""
    folder.chmod(0o711)
    claims = folder / "claims"
    claims.mkdir()
    shared = ["-p", "no:cacheprovider", "-p", "tests.make.shared_run", f"--claims={claims}"]
    asked = {
        "servidor": [*_pytest(folder, "server-1"), *shared, *_in_the_first(), *IN_EITHER_RUN],
        "servidor, o resto": ["nice", "-n", "10", *_pytest(folder, "server-2"), *shared, "--from-the-end", *IN_EITHER_RUN],
    }
    with ExitStack() as opened:
        seen = opened.enter_context(_throw_away_cluster(folder / "browser"))
        beside, codes = {}, {}
        for number, (name, command) in enumerate(asked.items()):
            log = logs / f"server-tests-{number + 1}.log"
            out = opened.enter_context(open(log, "wb"))
            env = opened.enter_context(_throw_away_cluster(folder / f"server-{number + 1}"))
            beside[name] = log, start(command, env=env, out=out)
        say("\nNavegador (pytest); ao lado, o servidor")
        codes["navegador"] = run_shown([*_pytest(folder, "browser"), BROWSER], env=seen)
        for name, (log, running) in beside.items():
            say(f"\n{name[0].upper()}{name[1:]} (pytest)")
            codes[name] = wait_for(running)
            say(log.read_text(encoding="utf-8", errors="replace"))
    return [(f"{name} (pytest)", code) for name, code in codes.items()]


def _pytest(folder: Path, name: str) -> list[str]:
    """A run that leaves a report, of which what failed is told once more at the end."""
    return [machine.PYTHON, "-m", "pytest", f"--junitxml={folder / name}.xml"]


def _in_the_first() -> list[str]:
    """Every other folder of tests, in their order."""
    folders = sorted({f"tests/{path.parent.name}" for path in (machine.ROOT / "tests").glob("*/test_*.py")})
    return [folder for folder in folders if folder not in (BROWSER, *IN_EITHER_RUN)]


def _prepare(logs: Path) -> bool:
    """Everything that the tests need; True when there is a browser."""
    try:
        machine.check_machine(logs / "packages.log", database=True, browser=True)
    except Stop:
        if machine.chromium() or not machine.lacks_only_browser():
            raise
    with machine.tree_locked():
        machine.make_venv("requirements-test.lock", logs / "pip.log")
        machine.build_front_end(logs / "npm.log")
        machine.compile_translations(logs / "translations.log")
    if not machine.chromium():
        say(f"  ATENÇÃO: {NO_CHROMIUM}")
    return bool(machine.chromium())


def _front_end() -> list[tuple[str, int]]:
    results = []
    for name, script in (("tipos da interface (tsc)", "check"), ("interface (vitest)", "test")):
        say(f"\n{name[0].upper()}{name[1:]}")
        plain = {} if sys.stdout.isatty() else {"NO_COLOR": "1"}  # a log of CI holds no colours
        code = run_shown(["npm", "run", "--silent", script], env=os.environ | plain, cwd=machine.STATIC)
        say("passou" if code == 0 else f"FALHOU (código {code})")
        results.append((name, code))
    return results


def _only_collects(arguments: list[str]) -> bool:
    return bool({"--help", "-h", "--version", "--collect-only", "--co", "--fixtures", "--markers"}.intersection(arguments))


@contextmanager
def _throw_away_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="vinculo-test-"))
    try:
        yield folder
    finally:
        uninterruptible()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _throw_away_cluster(folder: Path) -> Iterator[dict]:
    """A database of its own for this run, and the environment that names it: no setting of yours leaks in."""
    state = folder / "state"
    try:
        say("")
        with step("Banco de dados de uso único"):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)  # the server's user passes through
            application, owner = cluster.ensure_running(state, fast_unsafe=True)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("VINCULO_", "PG", "DATABASE_", "FLASK_"))}
        # Tests start many processes, and pytest rewrites every assertion: what was compiled once is kept for the next.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        env |= {
            "DATABASE_URL": application,
            "DATABASE_OWNER_URL": owner,
            "VINCULO_STATE": str(state),
            "VINCULO_SECRET_KEY": secrets.token_urlsafe(48),
            "VINCULO_TESTING": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }
        yield env
    finally:
        uninterruptible()
        cluster.stop(state)


def _sum_up(results: list[tuple[str, int]], browser: bool, seconds: float) -> int:
    failed = [name for name, code in results if code]
    say("")
    for name, code in results:
        say(f"  {'passou' if code == 0 else 'FALHOU'}  {name}")
    if not browser:
        say(f"  FALHOU  navegador: {NO_CHROMIUM}")
        failed.append("navegador")
    say(f"bin/test: {'tudo passou' if not failed else 'falhou: ' + ', '.join(failed)} em {seconds:.0f} s")
    return 1 if failed else 0
