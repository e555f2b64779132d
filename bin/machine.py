"""Makes a machine ready: system packages, the virtual environment, the front end, the compiled translations."""

import ctypes
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import ROOT, Stop, cluster, run, say

from app.core.cluster import programs

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STATIC = ROOT / "static"
OLDEST_NODE = 20
ROOM_FOR_PACKAGES = 700 * 2**20
# Of the PDF of a communication (weasyprint); without them everything else works, and the page says so.
PAPER_PACKAGES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
NO_NETWORK = "há rede? o proxy está configurado?"
SOURCES = ("package.json", "package-lock.json", "*.ts", "*.mts", "tsconfig*.json", "src/**/*", "assets/**/*")


@contextmanager
def tree_locked() -> Iterator[None]:
    """One preparation of this clone at a time: two builds would write the same files."""
    folder = os.open(ROOT, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  outro bin/run ou bin/test prepara este clone; esperando por ele")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


# System packages


def check_machine(log: Path, *, database: bool, browser: bool = False) -> None:
    """Installs by apt what is missing when we are root; else says the one line to type."""
    check_node()
    paper = _missing_paper_packages()
    if missing := _missing_packages(database, browser):
        _install(missing + paper, log)
    elif paper:
        _offer(paper, log)
    if database:
        cluster.find_programs()  # says what is still wrong, such as a PostgreSQL that is too old


def lacks_only_browser() -> bool:
    return _missing_packages(database=True, browser=True) == ["chromium"]


def check_node() -> None:
    version = node_version()
    if version < OLDEST_NODE or not shutil.which("npm"):
        has = f"esta máquina tem o {version}" if version else "não há nenhum no PATH"
        raise Stop(
            f"é preciso Node {OLDEST_NODE} ou mais novo, com npm ({has}):"
            " instale-o de nodejs.org ou dos pacotes do sistema e tente de novo"
        )


def node_version() -> int:
    try:
        said = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", said)
    return int(found.group(1)) if found else 0


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _missing_packages(database: bool, browser: bool) -> list[str]:
    missing = []
    if not _has_venv():
        missing.append("python3-venv")
    if database:
        try:
            cluster.find_programs()
        except cluster.ClusterError:
            missing += programs.packages_for(programs.OLDEST).split()
    if browser and not chromium():
        missing.append("chromium")
    return missing


def _missing_paper_packages() -> list[str]:
    missing = []
    for package, library in PAPER_PACKAGES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def _offer(paper: list[str], log: Path) -> None:
    """What the program does without: a machine that can't get them starts all the same."""
    try:
        _install(paper, log)
    except Stop as stop:
        say(f"  sem {', '.join(paper)} as comunicações saem impressas, mas não em PDF ({stop})")


def _has_venv() -> bool:
    if PYTHON.exists():
        return True
    try:
        import ensurepip  # noqa: F401  (Debian leaves it out of python3)
    except ImportError:
        return False
    return True


def _install(packages: list[str], log: Path) -> None:
    line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Stop(f"faltam {', '.join(packages)} (nomes do Debian): instale-os com os pacotes do seu sistema")
    if os.geteuid() != 0:
        raise Stop(f"faltam pacotes do sistema; digite esta linha e tente de novo:  sudo sh -c '{line}'")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=120"]
    run("Lista de pacotes do sistema", ["apt-get", "update"], log, advice=NO_NETWORK, env=env)
    with _no_cluster_of_debian():
        command = ["apt-get", "install", "-y", "--no-install-recommends", *wait, *packages]
        run(f"Pacotes do sistema ({', '.join(packages)})", command, log, advice=f"à mão: {line}", env=env)


@contextmanager
def _no_cluster_of_debian() -> Iterator[None]:
    """Debian's package would make and start a cluster of its own on port 5432; ours is the only one wanted."""
    note = Path("/etc/postgresql-common/createcluster.d/vinculo.conf")
    if Path("/usr/lib/postgresql").exists() or Path("/etc/postgresql-common").exists():
        yield
        return
    note.parent.mkdir(parents=True)
    note.write_text("create_main_cluster = false\n")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


# Python


def make_venv(lock: str, log: Path) -> None:
    """The virtual environment, exactly as locked; quick when the lock has not changed."""
    stamp = VENV / "vinculo-installed.json"
    # Both locks: what one installed, a change of the other may have replaced.
    known = {"folder": str(VENV), "locks": _hash(sorted(ROOT.glob("requirements*.lock")))}
    done = _read_stamp(stamp)
    if not _venv_works() or done.get("folder", str(VENV)) != str(VENV):
        # Scripts in bin/ name the folder, so a clone that was moved gets a new environment.
        _check_writable(ROOT)
        _check_room(ROOT)
        run("Ambiente virtual", [sys.executable, "-m", "venv", "--clear", VENV], log)
        done = {}
    installed = done.get("installed", []) if done.get("locks") == known["locks"] else []
    if lock in installed:
        return
    _check_writable(VENV)
    _check_room(ROOT)
    pip = [PYTHON, "-m", "pip", "install", "--require-hashes", "--prefer-binary", "--disable-pip-version-check"]
    command = [*pip, "--no-input", "--progress-bar", "off", "-r", ROOT / lock]
    run(f"Pacotes do Python ({lock})", command, log, advice=NO_NETWORK)
    # The tests' lock holds all of the other, in the same versions.
    covered = {lock, "requirements.lock"} if lock == "requirements-test.lock" else {lock}
    stamp.write_text(json.dumps(known | {"installed": sorted(covered.union(installed))}))


def _venv_works() -> bool:
    code = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", code], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


# Front end


def build_front_end(log: Path) -> None:
    """`npm ci` and both passes of the build, each only when something that it reads has changed."""
    modules = STATIC / "node_modules"
    lock = _hash([STATIC / "package.json", STATIC / "package-lock.json"]) + f" node {node_version()} {platform.machine()}"
    installed, built = modules / ".vinculo-installed", modules / ".vinculo-built"
    if not _says(installed, lock):
        _check_writable(STATIC)
        _check_room(ROOT)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--no-progress", "--include=dev"]
        run("Pacotes da interface (npm ci)", command, log, advice=NO_NETWORK, cwd=STATIC)
        installed.write_text(lock)
    sources = _hash(path for pattern in SOURCES for path in sorted(STATIC.glob(pattern)) if path.is_file())
    sources += _hash(sorted(ROOT.glob("app/**/*.po")))
    if _says(built, sources) and (STATIC / "dist" / "manifest.json").exists():
        return
    built.unlink(missing_ok=True)
    run("Interface (npm run build)", ["npm", "run", "build"], log, cwd=STATIC)
    built.write_text(sources)


def compile_translations(log: Path) -> None:
    for source in sorted(ROOT.glob("app/**/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime > source.stat().st_mtime:
            continue
        command = [PYTHON, "-m", "babel.messages.frontend", "compile", "-i", source, "-o", compiled]
        run(f"Traduções ({source.parent.parent.name})", command, log)


# Small checks


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK):
        raise Stop(f"sem permissão para escrever em {folder}: use um clone seu, ou entre como o dono")


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM_FOR_PACKAGES:
        raise Stop(f"disco cheio em {folder}: há {free // 2**20} MB livres, são precisos {ROOM_FOR_PACKAGES // 2**20} MB")


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _says(path: Path, text: str) -> bool:
    try:
        return path.read_text() == text
    except OSError:
        return False


def _read_stamp(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
