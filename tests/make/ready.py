"""Processes of the program without the seconds of computing that a fresh Python takes to import it.

One process imports everything, makes nothing, and forks for each command: the child takes arguments, environment, folder and
streams as if it had just been started, and runs the same module from its beginning. What is tested of the start itself
(bin/run, the service's units, a refusal before the program is there) starts a Python of its own.
"""

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from tests.make.source import ROOT

_LONGEST_ASKED = 1 << 20


class Running:
    """A forked command, as far as tests ask of `subprocess.Popen`."""

    def __init__(self, asked: list[str], line: socket.socket):
        self.args, self._line = asked, line
        self.returncode: int | None = None
        line.settimeout(60)
        self.pid = int(_read_line(line))

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                told = _read_line(self._line)
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._line.close()
            self.returncode = int(told)
        return self.returncode

    def poll(self) -> int | None:
        try:
            return self.wait(0.001)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(*arguments: str, env: dict[str, str], cwd: str | Path = ROOT, stdin=None, stdout=None, stderr=None) -> Running:
    """`python -m` these arguments. Streams are files; None is the test's own (nothing, for stdin)."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(_waiting())
    asked = json.dumps({"arguments": arguments, "env": env, "cwd": str(cwd)}).encode()
    with open(os.devnull) as nothing:
        streams = [(stdin or nothing).fileno(), stdout.fileno() if stdout else 1, stderr.fileno() if stderr else 2]
        socket.send_fds(line, [len(asked).to_bytes(4, "big")], streams)
        line.sendall(asked)
        return Running(["python", "-m", *arguments], line)


def run(*arguments: str, env: dict[str, str], typed: str = "", timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """`python -m` these arguments to its end; raises TimeoutExpired, having killed it."""
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(typed.encode())
        stdin.seek(0)
        running = start(*arguments, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
        try:
            code = running.wait(timeout)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
        said = []
        for stream in (stdout, stderr):
            stream.seek(0)
            said.append(stream.read().decode("utf-8", "replace"))
    return subprocess.CompletedProcess(running.args, code, *said)


@cache
def _waiting() -> str:
    """The address of the process that forks; it ends with this one, whose end of a pipe it holds."""
    folder = tempfile.TemporaryDirectory(prefix="vinculo-test-")
    address = f"{folder.name}/ready"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VINCULO_", "PG", "DATABASE_", "FLASK_"))}
    served = subprocess.Popen(
        [sys.executable, "-m", "tests.make.ready", address], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert served.stdin and served.stdout
    assert served.stdout.readline() == b"ready\n"

    def end() -> None:
        served.stdin.close()
        served.wait(10)
        folder.cleanup()

    atexit.register(end)
    return address


def _read_line(line: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\n"):
        more = line.recv(64)
        if not more:
            raise AssertionError("the process that forks is gone")
        told += more
    return told.decode()


def _serve(address: str) -> list[str]:
    """Wait for commands; in the child of each, give its arguments."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(64)
    print("ready", flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if not os.fork():
        # Ends the other when whoever asked for it is gone.
        os.read(0, 1)
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(0)
    while True:
        line, _ = listening.accept()
        if os.fork():
            line.close()
            continue
        listening.close()
        return _child(line)


def _child(line: socket.socket) -> list[str]:
    length, streams, _flags, _from = socket.recv_fds(line, 4, 3)
    size, asked = int.from_bytes(length, "big"), b""
    assert size < _LONGEST_ASKED
    while len(asked) < size:
        asked += line.recv(size - len(asked))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if pid := os.fork():
        line.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    line.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    told = json.loads(asked)
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["cwd"])
    time.tzset()
    return told["arguments"]


if __name__ == "__main__":
    import random
    import runpy

    gc.disable()  # of what is imported nothing is garbage

    import flask.cli  # noqa: F401
    import gunicorn.app.wsgiapp  # noqa: F401
    import gunicorn.workers.gthread  # noqa: F401

    import app  # noqa: F401

    gc.freeze()  # in no child does it go through all this: each page that it marks would be copied
    sys.argv = _serve(sys.argv[1])
    gc.enable()
    random.seed()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
