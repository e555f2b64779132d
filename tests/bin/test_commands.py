"""What goes wrong on a machine ends in one line that says what to do, never in a traceback."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def command(name: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VINCULO_", "DATABASE_"))} | environ
    return subprocess.run(
        [sys.executable, ROOT / "bin" / name, *arguments], cwd="/", env=env, capture_output=True, text=True, timeout=120
    )


def inside(code: str, **environ: str) -> subprocess.CompletedProcess:
    """Runs code among the commands' own modules, in a process of its own: they stand for the application there."""
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'bin')!r})\nimport machine, steps, serving, testing\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code], cwd="/", env=os.environ | environ, capture_output=True, text=True, timeout=120
    )


def the_line(result: subprocess.CompletedProcess) -> str:
    assert result.returncode == 1, result.stdout + result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_taken_port(tmp_path, taken_port):
    line = the_line(command("run", VINCULO_STATE=str(tmp_path / "state"), VINCULO_PORT=str(taken_port)))
    assert line == (
        f"bin/run: a porta {taken_port} está ocupada: escolha outra, como em VINCULO_PORT={taken_port + 1} bin/run"
    )
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("port", ["0", "65536", "oito", "-1", "８０００"])
def test_impossible_port(tmp_path, port):
    line = the_line(command("run", VINCULO_STATE=str(tmp_path), VINCULO_PORT=port))
    assert "VINCULO_PORT deve ser um número inteiro de 1 a 65535" in line


def test_outside_database_with_a_weak_secret(tmp_path):
    settings = {"DATABASE_URL": "postgresql://nobody@/nowhere", "VINCULO_STATE": str(tmp_path / "state")}
    assert "falta VINCULO_SECRET_KEY; crie uma com: " in the_line(command("run", **settings))
    assert "VINCULO_SECRET_KEY é fraca" in the_line(command("run", **settings, VINCULO_SECRET_KEY="changeme" * 8))


def test_outside_database_is_not_migrated_unless_told(tmp_path):
    """With --migrate and no owner's URL it stops before it starts anything."""
    settings = {"DATABASE_URL": "postgresql://nobody@/nowhere", "VINCULO_SECRET_KEY": "0123456789abcdef" * 4}
    result = inside(
        "import argparse\n"
        "machine.check_machine = machine.make_venv = machine.build_front_end = machine.compile_translations ="
        " lambda *a, **k: None\n"
        "ran = []\n"
        "serving.run = lambda what, *a, **k: ran.append(what)\n"
        "serving.Service.begin = lambda self: (_ for _ in ()).throw(steps.Stop('begun after ' + repr(ran)))\n"
        "options = argparse.Namespace(migrate='--migrate' in sys.argv, demo=False, no_demo=False)\n"
        "sys.exit(steps.guarded('bin/run', lambda: serving._run(options)))",
        **settings, VINCULO_STATE=str(tmp_path / "state"), VINCULO_PORT=str(free_port()), DATABASE_OWNER_URL="",
    )  # fmt: skip
    assert the_line(result) == "bin/run: begun after []"


def test_long_state_path(tmp_path):
    long = tmp_path.joinpath(*["pasta-comprida" * 14] * 6)
    line = the_line(command("run", VINCULO_STATE=str(long), VINCULO_PORT=str(free_port())))
    assert "VINCULO_STATE é longo demais" in line


def test_path_with_a_component_that_no_file_system_takes(tmp_path):
    line = the_line(command("run", VINCULO_STATE=str(tmp_path / ("x" * 300)), VINCULO_PORT=str(free_port())))
    assert "caminho longo demais" in line


def test_no_right_to_install_says_the_line_to_type():
    result = inside(
        "machine._missing_packages = lambda database, browser: ['postgresql-15', 'python3-venv']\n"
        "machine.os.geteuid = lambda: 1000\n"
        "from pathlib import Path\n"
        "sys.exit(steps.guarded('bin/run', lambda: machine.check_machine(Path('/nowhere'), database=True)))"
    )
    line = the_line(result)
    assert "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends postgresql-15 python3-venv'" in line


def test_root_installs_by_apt_after_an_update(tmp_path):
    script = tmp_path / "apt-get"
    script.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> {tmp_path}/said\n')
    script.chmod(0o755)
    result = inside(
        "machine._missing_packages = lambda database, browser: ['chromium']\n"
        "machine.os.geteuid = lambda: 0\n"
        f"from pathlib import Path\nmachine.check_machine(Path({str(tmp_path / 'log')!r}), database=False)",
        PATH=f"{tmp_path}:{os.environ['PATH']}",
    )
    assert result.returncode == 0, result.stderr
    update, install = (tmp_path / "said").read_text().splitlines()
    assert update == "noninteractive update"
    assert install.startswith("noninteractive install -y") and install.endswith(" chromium")


def test_what_only_the_pdf_needs_stops_nobody(tmp_path):
    """Its packages are offered; a machine without rights or network starts without them, and says so."""
    result = inside(
        "machine._missing_packages = lambda database, browser: []\n"
        "machine._missing_paper_packages = lambda: ['libpango-1.0-0']\n"
        "machine.os.geteuid = lambda: 1000\n"
        "from pathlib import Path\n"
        "sys.exit(steps.guarded('bin/run', lambda: machine.check_machine(Path('/nowhere'), database=False)) or 0)"
    )
    assert result.returncode == 0, result.stderr
    assert "sem libpango-1.0-0" in result.stdout and "apt-get install" in result.stdout


def test_failed_apt_tells_what_it_said(tmp_path):
    script = tmp_path / "apt-get"
    script.write_text("#!/bin/sh\necho 'E: Unable to fetch some archives, error 404'; exit 100\n")
    script.chmod(0o755)
    result = inside(
        "machine._missing_packages = lambda database, browser: ['chromium']\n"
        "machine.os.geteuid = lambda: 0\n"
        "from pathlib import Path\n"
        f"log = Path({str(tmp_path / 'log')!r})\n"
        "sys.exit(steps.guarded('bin/test', lambda: machine.check_machine(log, database=False, browser=True)))",
        PATH=f"{tmp_path}:{os.environ['PATH']}",
    )
    assert "Unable to fetch some archives, error 404; há rede?" in the_line(result)


@pytest.mark.parametrize("version,told", [("v18.20.4", "esta máquina tem o 18"), (None, "não há nenhum no PATH")])
def test_old_or_missing_node(tmp_path, version, told):
    if version:
        for name in ("node", "npm"):
            (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
            (tmp_path / name).chmod(0o755)
    result = inside(
        f"machine.os.environ['PATH'] = {str(tmp_path)!r}\nsys.exit(steps.guarded('bin/run', machine.check_node))"
    )
    assert re.search(rf"é preciso Node 20 ou mais novo, com npm \({told}\)", the_line(result))


def test_full_disk_before_the_packages():
    result = inside(
        "machine.shutil.disk_usage = lambda folder: type('usage', (), {'free': 2 ** 20})\n"
        "sys.exit(steps.guarded('bin/run', lambda: machine._check_room(steps.ROOT)))"
    )
    assert "disco cheio em" in the_line(result) and "há 1 MB livres" in result.stderr


def test_disk_that_fills_up_on_the_way():
    result = inside(
        "def write(): raise OSError(28, 'No space left on device', '/srv/vinculo')\n"
        "sys.exit(steps.guarded('bin/run', write))"
    )
    assert the_line(result) == "bin/run: disco cheio (/srv/vinculo): libere espaço e tente de novo"


def test_pip_without_a_network_is_one_line(tmp_path):
    result = inside(
        "from pathlib import Path\n"
        "command = [sys.executable, '-m', 'pip', 'install', '--no-index', '--find-links', '/nowhere', 'flask-missing']\n"
        f"work = lambda: steps.run('Pacotes', command, Path({str(tmp_path / 'pip.log')!r}), advice=machine.NO_NETWORK)\n"
        "sys.exit(steps.guarded('bin/run', work))"
    )
    line = the_line(result)
    assert "Pacotes falhou: ERROR: No matching distribution found for flask-missing; há rede?" in line
    assert line.endswith(f"(registro: {tmp_path / 'pip.log'})")


def test_the_reason_of_the_application_is_told_before_the_noise_of_the_server(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("vinculo: velho motivo\n" + (old := "x\n"))
    since = log.stat().st_size
    log.write_text(log.read_text() + "vinculo: o papel passa por cima da RLS\n[ERROR] App failed to load.\n" + old)
    result = inside(f"from pathlib import Path\nprint(steps.last_words(Path({str(log)!r}), {since}))")
    assert result.stdout == "o papel passa por cima da RLS\n"


def test_without_chromium_the_run_fails_even_when_every_test_passes():
    result = inside("sys.exit(testing._sum_up([('pytest', 0)], browser=False, seconds=1))")
    assert result.returncode == 1
    assert "FALHOU  navegador: falta o Chromium" in result.stdout
    assert "apt-get install chromium" in result.stdout


def test_summary_tells_what_failed():
    result = inside("sys.exit(testing._sum_up([('tsc', 0), ('pytest', 1)], browser=True, seconds=1))")
    assert result.returncode == 1 and "bin/test: falhou: pytest em 1 s" in result.stdout
    result = inside("sys.exit(testing._sum_up([('tsc', 0), ('pytest', 0)], browser=True, seconds=1))")
    assert result.returncode == 0 and "bin/test: tudo passou em 1 s" in result.stdout


def test_what_failed_is_told_once_more_at_the_end(tmp_path):
    """CI keeps the tail of the output alone: the names and the reasons stand there, whichever run they were in."""
    (tmp_path / "test_one.py").write_text("def test_good(): pass\ndef test_bad():\n    seen = 'half'\n    assert seen == 'whole'\n")
    (tmp_path / "test_two.py").write_text("import nothing_of_this_name\n")
    result = inside(
        "import contextlib, pathlib, tempfile\n"
        "testing._prepare = lambda logs: True\n"
        "testing._front_end = lambda: []\n"
        "machine.PYTHON = sys.executable\n"
        "testing._throw_away_cluster = lambda folder: contextlib.nullcontext(dict(testing.os.environ))\n"
        f"sys.exit(testing._test(['-p', 'no:cacheprovider', '--continue-on-collection-errors', {str(tmp_path)!r}]))",
    )
    assert result.returncode == 1, result.stderr
    _, told = result.stdout.split("O que falhou:")
    assert "test_one.py::test_bad" in told
    assert "AssertionError: assert 'half' == 'whole'" in told and "nothing_of_this_name" in told
    assert "test_good" not in told
    assert told.index("test_bad") < told.index("FALHOU  servidor e navegador")


def test_an_end_takes_grandchildren_along(tmp_path):
    """A worker that ignores SIGTERM, below a child that is already dead."""
    result = inside(
        "import time\n"
        "child = steps.start(['/bin/sh', '-c', 'trap \"\" TERM; (trap \"\" TERM; exec sleep 300) & echo $! > "
        f"{tmp_path}/pid; exit 3'])\n"
        "child.wait()\n"
        "steps.end([child], 1)\n"
    )
    assert result.returncode == 0, result.stderr
    assert gone(int((tmp_path / "pid").read_text()))


def test_children_end_when_the_command_is_killed(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'bin')!r})\nimport steps\n"
        f"steps.run_shown(['/bin/sh', '-c', 'echo $$ > {tmp_path}/draft; mv {tmp_path}/draft {tmp_path}/pid; exec sleep 300'])"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    assert until(lambda: (tmp_path / "pid").exists())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert gone(int((tmp_path / "pid").read_text()))


def test_the_version_of_python_is_told_by_old_ones_too():
    """The first lines must be readable by the Python that is too old, or it stops at a syntax error."""
    for name in ("run", "test"):
        text = (ROOT / "bin" / name).read_text()
        assert text.index("sys.version_info < (3, 11)") < text.index("from serving" if name == "run" else "from testing")
        assert 'f"' not in text and ":=" not in text


def test_continuous_integration_calls_the_same_command():
    text = (ROOT / ".ci" / "run").read_text()
    assert "bin/test" in text
    assert shutil.which("bash")
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"]).returncode == 0


def gone(pid: int) -> bool:
    def dead() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        except FileNotFoundError:
            return True

    return until(dead)


def until(true, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        threading.Event().wait(0.05)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
