"""An edition's report as lines that a person reads; the page and the command line show the same words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.territory.models import Edition
from app.territory.terms import LAYERS, REFUSALS

_NAMES_IN_LINE = 12


def lines_of(edition: Edition, parts: list[dict[str, Any]]) -> list[str]:
    """The edition in a heading, then each of these files of it, then its warnings."""
    lines = [heading(edition)]
    for part in parts:
        lines += [f"  {line}" for line in part_lines(part)]
    lines += [f"  {_('aviso:')} {line}" for line in warning_lines(edition.report)]
    return lines


def heading(edition: Edition) -> str:
    what = _("%(layer)s · edição %(number)s", layer=LAYERS[edition.layer].label, number=edition.number)
    return what if edition.is_current else what + " · " + _("substituída")


def part_lines(part: dict[str, Any]) -> list[str]:
    """One file: its counts, then its details."""
    counts = {key: part[key] for key in ("file", "read", "kept", "mended", "refused")}
    return [
        _("%(file)s: lidas %(read)s, aproveitadas %(kept)s, consertadas %(mended)s, recusadas %(refused)s", **counts),
        *detail_lines(part),
    ]


def detail_lines(part: dict[str, Any]) -> list[str]:
    """Why features were refused, where names came from, what changed."""
    lines = refusal_lines(part)
    if part["name_property"]:
        lines.append(
            _("nome em %(property)s; sem nome: %(count)s", property=part["name_property"], count=part["nameless"])
        )
    else:
        lines.append(_("sem nomes no arquivo"))
    if part["joined"]:
        lines.append(_("de mesmo nome, unidas a outra: %(count)s", count=part["joined"]))
    if part["ignored_parts"]:
        lines.append(_("partes de outro tipo, deixadas de lado: %(count)s", count=part["ignored_parts"]))
    return lines + difference_lines(part)


def refusal_lines(part: dict[str, Any]) -> list[str]:
    """Per reason: how many and the first places in the file (counted from 0, as in `features[0]`)."""
    return [
        _(
            "recusadas: %(count)s, %(reason)s (features %(first)s)",
            reason=REFUSALS[each["reason"]],
            count=each["count"],
            first=", ".join(map(str, each["first"])) + (" …" if each["count"] > len(each["first"]) else ""),
        )
        for each in part["reasons"]
    ]


def difference_lines(part: dict[str, Any]) -> list[str]:
    """What differs from what was current before this file."""
    if part["former"] is None:
        return [_("primeira edição desta camada")]
    found = part["difference"]
    words = {"added": _("novas"), "gone": _("saíram"), "changed": _("mudaram de forma")}
    said = [
        f"{word}: {found[key]['count']} ({_names(found[key])})" for key, word in words.items() if found[key]["count"]
    ]
    if found["nameless_added"]:
        said.append(_("sem nome, a mais: %(count)s", count=found["nameless_added"]))
    if found["nameless_gone"]:
        said.append(_("sem nome, a menos: %(count)s", count=found["nameless_gone"]))
    return [_("diferença da edição %(number)s:", number=part["former"]) + " " + ("; ".join(said) or _("nenhuma"))]


def warning_lines(report: dict[str, Any]) -> list[str]:
    """What may be wrong although it was accepted."""
    return [_warning(each) for each in report.get("warnings", ())]


def _warning(each: dict[str, Any]) -> str:
    if each["code"] == "overlap":
        return _(
            "%(one)s e %(other)s se sobrepõem em %(km2)s km²",
            one=each["names"][0],
            other=each["names"][1],
            km2=f"{each['km2']:.2f}".replace(".", ","),
        )
    if each["code"] == "apart":
        return _("a camada não toca nenhuma outra deste município: confira se o arquivo é desta cidade")
    return _("nenhuma feição tem nome: esta camada não dará nome aos lugares")


def _names(found: dict[str, Any]) -> str:
    shown = found["names"][:_NAMES_IN_LINE]
    rest = found["count"] - len(shown)
    return ", ".join(shown) + (ngettext(" e mais %(num)d", " e mais %(num)d", rest) if rest else "")
