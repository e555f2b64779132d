"""The systemd units: well formed, shut as far as they can be, and naming only what exists."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.make.installation import CURRENT, HARDENING, UNITS, Unit
from tests.make.source import ROOT

needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not here (apt-get install systemd)"
)
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
ALL = sorted(path.name for path in UNITS.glob("*.*") if path.is_file())
# Of 10: systemd calls up to 2 "OK" and under 1 "safe".
MOST_EXPOSED = 15  # tenths


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The units with this clone where /opt/vinculo/current would be, its python where the environment's would."""
    folder = tmp_path_factory.mktemp("units")
    shutil.copytree(UNITS, folder / "units")
    python = shutil.which("python3") or "/usr/bin/python3"
    for path in (folder / "units").rglob("*"):
        if path.is_file():
            path.write_text(path.read_text().replace(f"{CURRENT}/.venv/bin/python", python).replace(CURRENT, str(ROOT)))
    return folder / "units"


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess:
    environ = {"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": f"{folder}:", "LC_ALL": "C.UTF-8", "HOME": "/"}
    return subprocess.run(["systemd-analyze", *words], env=environ, capture_output=True, text=True, timeout=60)


@needs_systemd
@pytest.mark.parametrize("name", ALL)
def test_a_unit_is_well_formed(installed, name):
    answer = analyze(installed, "verify", "--man=no", "--recursive-errors=one", str(installed / name))
    own = [line for line in answer.stderr.splitlines() if "vinculo" in line or "fechado" in line]
    assert answer.returncode == 0 and own == [], answer.stderr


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_shut(installed, name):
    answer = analyze(
        installed, "security", "--offline=yes", "--no-pager", f"--threshold={MOST_EXPOSED}", str(installed / name)
    )
    assert answer.returncode == 0, answer.stdout[-3000:]
    level = re.search(r"exposure level for \S+: ([\d.]+)", answer.stdout)
    assert level and float(level[1]) * 10 <= MOST_EXPOSED, answer.stdout


@needs_systemd
def test_a_unit_that_is_open_would_be_found(installed, tmp_path):
    """The two tests above can fail: without what all services share, the web service is far over the limit."""
    (tmp_path / "vinculo-web.service").write_text((installed / "vinculo-web.service").read_text())
    answer = analyze(tmp_path, "security", "--offline=yes", "--no-pager", f"--threshold={MOST_EXPOSED}", str(tmp_path / "vinculo-web.service"))
    assert answer.returncode != 0


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_keeps_what_all_share(name):
    unit = Unit(name)
    for key, value in {
        "NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes", "CapabilityBoundingSet": "",
        "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6", "User": "vinculo", "StateDirectory": "vinculo",
        "UMask": "0077",
    }.items():  # fmt: skip
        assert unit.first(key) == value, key
    own = Unit(name).settings
    shared = {line.partition("=")[0] for line in HARDENING.read_text().splitlines() if "=" in line and line[0] != "#"}
    again = {key for key in shared if len(own.get(key, [])) > HARDENING.read_text().count(f"\n{key}=")}
    assert again <= {"LoadCredential", "Environment", "Documentation"}, "a service takes back what all share"


@pytest.mark.parametrize("name", SERVICES)
def test_only_who_migrates_or_copies_gets_the_owner_s_address(name):
    credentials = " ".join(Unit(name).settings["LoadCredential"])
    assert ("database_owner_url" in credentials) == (name in ("vinculo-migrate.service", "vinculo-backup.service"))
    text = (UNITS / name).read_text()
    assert "postgresql://" not in text and "PASSWORD=" not in text


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_a_command_that_exists(app, name):
    words = Unit(name).command()
    if "gunicorn" in words:
        assert (ROOT / words[words.index("--config") + 1]).exists() and words[-1] == "wsgi:app"
        return
    found = app.cli
    for word in words[words.index("wsgi") + 1 :]:
        if word.startswith(("-", "/")) or not hasattr(found, "commands"):
            break
        found = found.commands[word]
    options = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--") and word != "--app"} <= options


def test_timers_name_services_that_are_here():
    timers = [name for name in ALL if name.endswith(".timer")]
    assert len(timers) >= 2
    assert {name.replace(".timer", ".service") for name in timers} <= set(SERVICES)
