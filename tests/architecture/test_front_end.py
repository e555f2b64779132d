"""design.md 2 for static/src, read from the sources: floors, where each power lives, and nothing that a strict
policy would refuse in scripts or templates."""

import re
from pathlib import Path

from tests.make.source import ROOT

SRC = ROOT / "static" / "src"
TEMPLATES = ROOT / "templates"

FLOORS = {
    "contract": 0,
    "ui": 1, "map": 1, "rules": 1, "platform": 1,
    "store": 2,
    "actions": 3,
    "sync": 4, "live": 4,
    "screens": 5,
    "worker": 6,
}  # fmt: skip
# The two entries wire everything together.
ENTRIES = {"field.tsx", "desk.ts"}
# (file, imported folder), allowed with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {}

_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*|\bimport\(\s*)['"]([^'"]+)['"]""")
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"])//[^\n]*", re.S)
_QUOTED = re.compile(r"{[{%#].*?[}%#]}", re.S)


def sources():
    return sorted(path for path in SRC.rglob("*") if path.suffix in (".ts", ".tsx"))


def code_of(path: Path) -> str:
    """Without comments, which may name what the code must not do."""
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def folder_of(path: Path) -> str:
    parts = path.relative_to(SRC).parts
    return parts[0] if len(parts) > 1 else ""


def imports():
    """(file, folder that it lies in, folder or package that it imports from)."""
    for path in sources():
        for target in _IMPORT.findall(code_of(path)):
            if not target.startswith("."):
                yield path, folder_of(path), f"npm:{target}"
                continue
            there = (path.parent / target).resolve()
            if SRC in there.parents:
                parts = there.relative_to(SRC).parts
                yield path, folder_of(path), parts[0]


def test_every_folder_has_a_floor():
    folders = {folder_of(path) for path in sources()} - {""}
    assert folders - FLOORS.keys() == set()
    assert {name_of(path) for path in sources() if not folder_of(path)} == ENTRIES
    assert len(list(imports())) > 100


def test_nobody_climbs_and_siblings_do_not_know_each_other():
    wrong = [
        f"{name_of(path)} imports {there}"
        for path, here, there in imports()
        if here
        and not there.startswith("npm:")
        and there != here
        and FLOORS.get(there, 99) >= FLOORS[here]
        and (name_of(path), there) not in EXCEPTIONS
    ]
    assert wrong == []


def test_screens_and_sync_meet_only_through_the_store():
    assert [f"{name_of(p)} imports {there}" for p, here, there in imports() if here == "screens" and there == "sync"] == []


def test_only_the_store_says_indexeddb():
    words = re.compile(r"\b(indexedDB|IDB[A-Z]\w+)\b")
    wrong = [name_of(path) for path in sources() if folder_of(path) != "store" and words.search(code_of(path))]
    wrong += [name_of(path) for path, here, there in imports() if there == "npm:idb" and here != "store"]
    assert wrong == []


# Reviewed: what hides a person is the vault's alone. A slip's signature hides nothing, and its key opens nothing; the desk
# checks it with the same file, without the vault.
# A file's hash hides nothing either: it says whether the city's map came whole.
CRYPTOGRAPHY = {"store/vault.ts", "platform/signatures.ts", "store/basemap.ts"}


def test_only_the_vault_does_cryptography_and_one_file_signs():
    # Random ids (crypto.randomUUID, getRandomValues) are no cryptography of ours.
    assert {name_of(path) for path in sources() if "crypto.subtle" in code_of(path)} == CRYPTOGRAPHY
    signing = code_of(SRC / "platform" / "signatures.ts")
    # Never a key that could be taken out, nor anything that encrypts: that is the vault's.
    assert "generateKey(CURVE, false," in signing and not re.search(r"encrypt|derive|wrapKey|'(pkcs8|jwk)'", signing)


def test_only_the_network_file_fetches():
    """And its neighbour for pieces of a file, which comes late, so that the start stays small. The service worker answers the browser's own requests, which is what it is for: never the API's."""
    fetches = re.compile(r"(?<![.\w'\"])fetch\(|\bXMLHttpRequest\b|\bsendBeacon\b|\bnew (WebSocket|EventSource)\b")
    wrong = [name_of(path) for path in sources() if fetches.search(code_of(path))]
    assert set(wrong) <= {"platform/network.ts", "platform/pieces.ts", "worker/desk-sw.ts", "worker/sw.ts"}
    assert "platform/network.ts" in wrong


def test_nothing_is_made_of_strings():
    """Whatever a person typed is shown as text: Preact escapes, and nothing goes around it."""
    ways = re.compile(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|createContextualFragment)\b"
        r"|(?<![.\w])eval\(|\bnew Function\b|\bsetTimeout\(\s*['\"`]|javascript:"
    )
    assert [f"{name_of(p)}: {found[0]}" for p in sources() if (found := ways.search(code_of(p)))] == []


def test_no_third_party_is_asked():
    address = re.compile(r"https?://(?!www\.w3\.org/)[\w.-]+")
    # The licence of map data must be shown with a link; it is never fetched.
    allowed = {"https://www.openstreetmap.org"}
    found = {
        (name_of(path), where) for path in sources() for where in address.findall(code_of(path)) if where not in allowed
    }
    assert found == set()


def pages():
    return sorted(TEMPLATES.rglob("*.html"))


def test_templates_hold_nothing_that_the_policy_refuses():
    wrong = []
    for path in pages():
        markup = _QUOTED.sub("x", path.read_text(encoding="utf-8"))
        for kind, pattern in {
            "inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
            "style element": r"<style\b",
            "style attribute": r"<[^>]+\sstyle\s*=",
            "handler": r"<[^>]+\son\w+\s*=",
            "javascript address": r"javascript:",
            "htmx script": r"\bhx-(on|vals\s*=\s*['\"]js)|['\"]js:",
            "third party": r"(src|href|action)\s*=\s*['\"](https?:)?//",
        }.items():
            if re.search(pattern, markup, re.I):
                wrong.append(f"{path.relative_to(TEMPLATES)}: {kind}")
    assert wrong == []
    assert len(pages()) > 10


def test_templates_never_trust_what_somebody_typed():
    trust = re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+false|Markup\(")
    assert [str(p.relative_to(TEMPLATES)) for p in pages() if trust.search(p.read_text())] == []
    asked = [p for p in (ROOT / "app").rglob("*.py") if re.search(r"\bMarkup\(|render_template_string", p.read_text())]
    assert asked == []


def test_every_form_that_writes_carries_the_token():
    """Public forms (sign-in, looks) have no session to derive one from."""
    public = ('action="/entrar"', 'action="/entrar/confirmar"', 'action="/entrar/codigo"', 'action="/aparencia"')
    wrong = []
    for path in pages():
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.S | re.I):
            head = form.split(">")[0]
            if 'method="post"' in head.lower() and "csrf_token" not in form and not any(p in head for p in public):
                wrong.append(f"{path.relative_to(TEMPLATES)}: {head[:80]}")
    assert wrong == []


def test_templates_lie_in_folders_of_domains():
    domains = {path.name for path in (ROOT / "app").iterdir() if path.is_dir()}
    frames = {path.name for path in TEMPLATES.glob("*.html")}
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} - domains == {"field"}
    assert frames <= {"base.html", "desk.html", "icons.html", "problem.html", "problem_page.html"}
