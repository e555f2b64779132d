"""All bytes that a phone downloads until an encounter can be recorded without signal.

    .venv/bin/python bench/first_use.py

Asks the real gunicorn for what a first visit asks for, with Accept-Encoding: gzip, and counts bodies as transferred:
the shell, its worker, the files that the worker keeps before it says that the app works offline, then the session and
the first pull of the demonstration's city by a street worker. Gate of performance.md P10: 75 KiB, aim 50, for the
shell and the code (the blocks that are not ours, preact, signals and idb, are 10 KiB of it: the floor).
"""

import gzip
import json
import re

from city import PASSWORD, WORKER, Bytes, Line, demonstration, kib

GATE, AIM = 75 * 1024, 50 * 1024
DEVICE = "0193a000-0000-7000-8000-000000000001"


def main() -> None:
    with demonstration() as server:
        line = Line(server.url)
        code, plain = shell_and_code(line)
        data = session_and_pull(line)
    verdict = "aim met" if code.down <= AIM else "gate met, aim missed" if code.down <= GATE else "GATE MISSED"
    print(f"shell and code {kib(code.down)}  gate {kib(GATE)}, aim {kib(AIM)}: {verdict}")
    print(f"  uncompressed {kib(plain)}; heads of the exchanges beside it {kib(code.heads)}")
    print(f"session and first pull {kib(data.down)} down, {kib(data.up)} up")
    print(f"all that a first use takes {kib(code.down + data.down)}")


def shell_and_code(line: Line) -> tuple[Bytes, int]:
    total, plain = Bytes(), 0
    worker = ""
    for path in ("/app/", "/app/sw.js"):
        answer, content, took = line.ask("GET", path)
        worker = unpacked(answer, content).decode()
        total, plain = total + took, plain + len(worker)
        show(path, took.down, answer)
    core = json.loads(re.search(r"self\.__ASSETS=(\[.*?\]);", worker).group(1))
    for path in core:
        answer, content, took = line.ask("GET", path)
        if answer.getheader("Content-Encoding") != "gzip":
            raise SystemExit(f"{path} is not served compressed")
        total, plain = total + took, plain + len(unpacked(answer, content))
        show(path, took.down, answer)
    return total, plain


def session_and_pull(line: Line) -> Bytes:
    body = json.dumps({"login": WORKER, "password": PASSWORD, "device": {"id": DEVICE, "label": "Celular"}}).encode()
    answer, _content, total = line.ask("POST", "/api/v1/session", body, Content_Type="application/json")
    line.headers["Cookie"] = answer.getheader("Set-Cookie").split(";")[0]
    show("session", total.down, answer)
    cursor, pages, things = "", 0, {}
    while True:
        answer, content, took = line.ask("GET", f"/api/v1/sync/pull?limit=200{cursor}")
        page = json.loads(unpacked(answer, content))
        total, pages = total + took, pages + 1
        for change in page["changes"]:
            things[change["type"]] = things.get(change["type"], 0) + 1
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['cursor']}"
    print(f"  {kib(total.down)}  session and {pages} pages of pull: {things}")
    return total


def unpacked(answer, content: bytes) -> bytes:
    return gzip.decompress(content) if answer.getheader("Content-Encoding") == "gzip" else content


def show(name: str, count: int, answer) -> None:
    print(f"  {kib(count)}  {name} ({answer.getheader('Content-Encoding') or 'plain'})")


if __name__ == "__main__":
    main()
