"""What a communication says: the four parts of the record that the rights network shares, and nothing else (domain 4.2).

Suggested from the case's facts; the words of the case are brought in by who opened them. Each field is a text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from app.core import days
from app.protection.rules import is_child
from app.protection.sealing import Facts
from app.protection.terms import ACTIONS, AGES, COMPANY, LABOUR_FORMS, RECIPIENTS, RISKS, SEXES, VIOLATIONS

PARTS = {
    1: _("Dados da pessoa"),
    2: _("Descrição do atendimento"),
    3: _("Relato espontâneo"),
    4: _("Medidas e encaminhamentos"),
}


@dataclass(frozen=True)
class Field:
    """part: 1 to 4. longest: characters. is_long: several lines."""

    key: str
    label: Any
    part: int
    longest: int
    hint: Any = ""
    is_long: bool = False


LETTER = (
    Field("called", _("Nome, nome social ou apelido"), 1, 120),
    Field("age", _("Idade, ou idade aparente"), 1, 60),
    Field("sex", _("Sexo"), 1, 40),
    Field("race", _("Raça/cor"), 1, 40, _("Só se souber.")),
    Field("guardians", _("Responsáveis"), 1, 160, _("Só se foi dito. Não é preciso ter.")),
    Field("place", _("Onde está ou costuma ficar"), 1, 240, _("O lugar exato, para que a proteção chegue.")),
    Field("needs", _("Deficiência ou necessidade de comunicação"), 1, 160),
    Field("when", _("Quando"), 2, 80),
    Field("signs", _("Sinais observados"), 2, 240, _("Suspeita basta: não é preciso prova.")),
    Field("seen", _("O que foi visto"), 2, 1000, _("Só o que a equipe viu. Sem opinião, sem diagnóstico, sem antecedentes."), True),
    Field("risk", _("Sinais de risco imediato"), 2, 200),
    Field("said", _("Com as palavras da pessoa"), 3, 800, _("Só o que foi dito sem perguntar. Sai entre aspas. Vazio quando não houve."), True),
    Field("measures", _("O que já foi feito e quem foi avisado"), 4, 700, "", True),
    Field("referrals", _("Encaminhamentos"), 4, 240),
)  # fmt: skip
LETTER_KEYS = tuple(field.key for field in LETTER)
# Of an adult nobody is told where she stays.
ADULT_PLACE = _("Só se a pessoa quiser. Nunca o lugar onde ela está abrigada.")

# One page (domain 4.2): lines of the paper and what stands across one, measured on the PDF by a test.
MOST_LINES, _ACROSS = 34, 96
# Capitals and other broad letters take more of a line: many people write in capitals only. Pictures and the letters of other
# scripts are about as wide as high.
_BROAD, _SQUARE, _SQUARE_FROM = 1.36, 2.4, "\u2600"


def lines_of(fields: Mapping[str, str]) -> int:
    """How many lines of the paper the fields take, their labels included, and the words of a part in which nothing stands."""
    empty = sum(not any(fields.get(field.key) for field in LETTER if field.part == part) for part in PARTS)
    return empty + sum(
        -(-int(_width(line) + 1) // _ACROSS)
        for field in LETTER
        if fields.get(field.key)
        for line in f"{field.label}: {fields[field.key]}".splitlines()
    )


def _width(line: str) -> float:
    return sum(
        _SQUARE if letter >= _SQUARE_FROM else _BROAD if letter.isupper() or letter in "mw@%—…&" else 1 for letter in line
    )


def fits(fields: Mapping[str, str]) -> bool:
    return lines_of(fields) <= MOST_LINES


def suggested(
    facts: Facts | None, occurred_at: datetime, zone: ZoneInfo, called: str = "", calls: Sequence[Mapping[str, Any]] = ()
) -> dict[str, str]:
    """The fields as the facts fill them; facts None (the key is shut): only when. calls: answered ones, {recipient, at, protocol}.

    Nothing that the person said or that was seen: those words are brought in by who opens them.
    """
    fields = dict.fromkeys(LETTER_KEYS, "") | {"called": called, "when": days.day_and_hour(zone, occurred_at)}
    if facts is None:
        return fields
    child = is_child(facts)
    fields["age"] = _age(facts)
    fields["sex"] = str(SEXES[facts.sex]) if facts.sex in SEXES else ""
    fields["needs"] = str(_("Tem deficiência")) if facts.with_disability else ""
    fields["signs"] = _signs(facts)
    fields["risk"] = _risk(facts)
    # Where she stays is an adult's to tell.
    fields["place"] = _place(facts) if child else ""
    fields["measures"] = _measures(facts, zone, calls)
    return {field.key: fields[field.key][: field.longest] for field in LETTER}


def _age(facts: Facts) -> str:
    if facts.age not in AGES:
        return str(_("Criança ou adolescente")) if facts.minor_seen else ""
    return str(_("%(age)s, aparente", age=AGES[facts.age])) if facts.subject != "known" else str(AGES[facts.age])


def _signs(facts: Facts) -> str:
    kinds = [str(VIOLATIONS[kind].words) for kind in facts.kinds if kind in VIOLATIONS]
    forms = [str(LABOUR_FORMS[form]) for form in facts.forms if form in LABOUR_FORMS]
    said = "; ".join(kinds)
    if forms:
        said += f" ({'; '.join(forms)})"
    if facts.people_count > 1:
        said += " · " + str(_("%(n)d pessoas", n=facts.people_count))
    return said


def _risk(facts: Facts) -> str:
    said = [str(RISKS[facts.risk])] if facts.risk in RISKS else []
    said += [str(COMPANY[facts.company])] if facts.company in COMPANY else []
    if facts.adult_benefits:
        said.append(str(_("Adulto por perto fica com o ganho (visto, sem nome)")))
    return "; ".join(said)


def _place(facts: Facts) -> str:
    said = [facts.place_label] if facts.place_label else []
    if facts.lat is not None and facts.lon is not None:
        said.append(str(_("coordenadas %(lat).5f, %(lon).5f", lat=facts.lat, lon=facts.lon)))
    return " · ".join(said)


def _measures(facts: Facts, zone: ZoneInfo, calls: Sequence[Mapping[str, Any]]) -> str:
    said = [str(ACTIONS[action]) for action in facts.actions if action in ACTIONS and action != "other"]
    if facts.team_knows:
        said.append(str(_("A equipe já conhece a pessoa")))
    if facts.already_told:
        said.append(str(_("Já relatou; não repetir")))
    for call in calls:
        words = _("%(whom)s avisado por telefone em %(when)s", whom=RECIPIENTS.get(call["recipient"], call["recipient"]), when=days.day_and_hour(zone, call["at"]))
        said.append(f"{words} ({_('protocolo')} {call['protocol']})" if call.get("protocol") else str(words))
    return "; ".join(said)
