"""Built files of the front end, by Vite's manifests: hashed names for pages, and the worker's precache list."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


MANIFESTS = ("manifest.json", "manifest.desk.json")


@dataclass
class Assets:
    """Reads the manifests of the field app and of the desk once; an absent build gives empty lists."""

    dist: Path
    manifest: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in MANIFESTS:
            path = self.dist / name
            if path.exists():
                self.manifest |= json.loads(path.read_text())

    def script(self, entry: str) -> str | None:
        """URL of an entry's script, by its source name (`src/field.tsx`)."""
        found = self.manifest.get(entry)
        return f"/static/{found['file']}" if found else None

    def styles(self, entry: str) -> list[str]:
        """URLs of an entry's stylesheets, of the chunks that it imports at once too."""
        seen: list[str] = []
        for chunk in self._chunks(entry, dynamic=False):
            seen += [f"/static/{name}" for name in chunk.get("css", []) if f"/static/{name}" not in seen]
        return seen

    def everything(self, entry: str) -> list[str]:
        """All files that an entry may ever need: scripts, styles, assets, lazy chunks; sorted."""
        files: set[str] = set()
        for chunk in self._chunks(entry, dynamic=True):
            files |= {chunk["file"], *chunk.get("css", []), *chunk.get("assets", [])}
        return sorted(f"/static/{name}" for name in files)

    def core(self, *entries: str) -> list[str]:
        """Scripts and styles that these load at once, with none of their lazy chunks; sorted."""
        files: set[str] = set()
        for entry in entries:
            for chunk in self._chunks(entry, dynamic=False):
                files |= {chunk["file"], *chunk.get("css", [])}
        return sorted(f"/static/{name}" for name in files)

    def build_id(self, entry: str, *more: str) -> str:
        """Changes whenever anything that the entry needs changes."""
        text = "\n".join([*self.everything(entry), *more])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _chunks(self, entry: str, dynamic: bool) -> list[dict[str, Any]]:
        pending, seen, chunks = [entry], set(), []
        while pending:
            name = pending.pop(0)
            if name in seen or name not in self.manifest:
                continue
            seen.add(name)
            chunk = self.manifest[name]
            chunks.append(chunk)
            pending += chunk.get("imports", [])
            if dynamic:
                pending += chunk.get("dynamicImports", [])
        return chunks
