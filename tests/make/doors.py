"""Every door of the application, and how to knock at it."""

import inspect
from dataclasses import dataclass
from typing import Any

from app.core.ids import new_id

WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Door:
    method: str
    rule: str
    endpoint: str
    view: Any
    converters: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def verb(self) -> str | None:
        return getattr(self.view, "verb", None)

    @property
    def public(self) -> bool:
        return bool(getattr(self.view, "public", False))

    @property
    def is_api(self) -> bool:
        return self.rule.startswith("/api/v1")

    def schema(self, part: str) -> Any:
        """The schema with which the door `takes` a body or reads a `query`; None without one."""
        return inspect.getclosurevars(self.view).nonlocals.get(part) if self.verb else None

    def path(self, **values: Any) -> str:
        """An address of this door; ids that aren't given are of nobody."""
        path = self.rule
        for name, converter in self.converters:
            made = {"UUIDConverter": str(new_id()), "IntegerConverter": "1000001"}.get(converter, "x")
            kind = {"UUIDConverter": "uuid:", "PathConverter": "path:", "UnicodeConverter": "", "IntegerConverter": "int:"}
            path = path.replace(f"<{kind[converter]}{name}>", str(values.get(name, made)))
        return path

    def knock(self, client: Any, body: Any = None, **values: Any) -> Any:
        """The answer to a request; writes carry `body` as JSON to the API and as a form to a page."""
        given: dict[str, Any] = {}
        if self.method in WRITES and self.is_api:
            given["json"] = {} if body is None else body
        elif self.method in WRITES:
            given["data"] = body or {}
        return client.open(self.path(**values), method=self.method, **given)


def doors_of(app: Any) -> list[Door]:
    """One for each method of each address."""
    return [
        Door(
            method,
            rule.rule,
            rule.endpoint,
            app.view_functions[rule.endpoint],
            tuple((name, type(converter).__name__) for name, converter in rule._converters.items()),
        )
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
