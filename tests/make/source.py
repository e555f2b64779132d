"""The code as the architecture tests read it: parsed, never run."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"

FLOORS = {
    "core": 0,
    "audit": 1,
    "access": 2,
    "accounts": 3, "territory": 3,
    "units": 4, "people": 4, "shifts": 4, "notices": 4, "tasks": 4,
    "encounters": 5, "home_visits": 5,
    "referrals": 6, "outreach_requests": 6,
    "protection": 7, "coverage": 7, "operations": 7, "reports": 7,
    "sync": 8, "desk": 8, "alerts": 8, "pwa": 8, "privacy": 8, "demo": 8, "backup": 8,
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """`module` as far as it is a file of ours (`app.units.queries`), where it stands."""

    path: Path
    line: int
    module: str
    nested: bool

    def __str__(self) -> str:
        return f"{name_of(self.path)}:{self.line} imports {self.module}"


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the application."""
    return tuple(sorted(path for path in APP.rglob("*.py") if "__pycache__" not in path.parts))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def domain_of(path: Path) -> str:
    """The folder under app/, '' for the files that lie in app/ itself."""
    parts = path.relative_to(APP).parts
    return parts[0] if len(parts) > 1 else ""


@cache
def imports_of(path: Path) -> list[Import]:
    """Everything imported, ours and others', type-checking blocks included."""
    found: list[Import] = []

    def visit(node: ast.AST, nested: bool) -> None:
        for child in ast.iter_child_nodes(node):
            inside = nested or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.Import):
                found.extend(Import(path, child.lineno, alias.name, nested) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{name_of(path)}:{child.lineno}: imports are written in full"
                for alias in child.names:
                    found.append(Import(path, child.lineno, _file(child.module or "", alias.name), nested))
            visit(child, inside)

    visit(tree_of(path), False)
    return found


def _file(module: str, name: str) -> str:
    """`from app.units import queries` and `from app.units.queries import x` are the same file."""
    inner = ROOT.joinpath(*module.split("."), name)
    return f"{module}.{name}" if inner.with_suffix(".py").exists() or (inner / "__init__.py").exists() else module


@cache
def calls_in(path: Path) -> list[tuple[str, ast.Call]]:
    """(dotted name, call) of everything called: `clock.now`, `session.commit`."""
    return [
        (ast.unparse(node.func), node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)
    ]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps or would keep; skips what .gitignore names."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())
