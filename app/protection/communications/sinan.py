"""The sheet for health surveillance, in the order of SINAN's form of violence (2015): what the team knows, and no more asked.

Fields 52, 55, 56, 58 and 65 as in domain 4.4; the numbers of the others are cited from memory [mem] and are no claim: the
sheet says that health surveillance completes and checks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from app.protection.rules import is_child
from app.protection.sealing import Facts
from app.protection.terms import AGES, VIOLATIONS

_YES_NO = {"1": _("Sim"), "2": _("Não"), "9": _("Ignorado")}


@dataclass(frozen=True)
class Asked:
    """One field of the sheet. options: {code: words}; is_many: several of them."""

    number: str
    label: Any
    part: int
    longest: int = 120
    options: Mapping[str, Any] = field(default_factory=dict)
    is_many: bool = False

    @property
    def key(self) -> str:
        return f"n{self.number}"


PARTS = {
    1: _("Dados gerais"), 2: _("Notificação individual"), 3: _("Dados de residência"), 4: _("Dados da pessoa atendida"),
    5: _("Dados da ocorrência"), 6: _("Violência"), 7: _("Encaminhamento"),
}  # fmt: skip
PLACES = {
    "01": _("Residência"), "02": _("Habitação coletiva"), "03": _("Escola"), "04": _("Local de prática esportiva"),
    "05": _("Bar ou similar"), "06": _("Via pública"), "07": _("Comércio ou serviços"), "08": _("Indústrias ou construção"),
    "09": _("Outro"), "99": _("Ignorado"),
}  # fmt: skip
MOTIVES = {
    "01": _("Sexismo"), "02": _("Homofobia, lesbofobia, bifobia ou transfobia"), "03": _("Racismo"),
    "04": _("Intolerância religiosa"), "05": _("Xenofobia"), "06": _("Conflito geracional"), "07": _("Situação de rua"),
    "08": _("Deficiência"), "09": _("Outros"), "88": _("Não se aplica"), "99": _("Ignorado"),
}  # fmt: skip
TYPES = {
    "fisica": _("Física"), "psicologica": _("Psicológica ou moral"), "tortura": _("Tortura"), "sexual": _("Sexual"),
    "trafico": _("Tráfico de seres humanos"), "financeira": _("Financeira ou econômica"), "negligencia": _("Negligência ou abandono"),
    "trabalho_infantil": _("Trabalho infantil"), "intervencao_legal": _("Intervenção legal"), "outros": _("Outros"),
}  # fmt: skip
SEXUAL = {
    "assedio": _("Assédio sexual"), "estupro": _("Estupro"), "pornografia": _("Pornografia infantil"),
    "exploracao": _("Exploração sexual"), "outros": _("Outros"),
}  # fmt: skip
SENT_TO = {
    "saude": _("Rede da saúde"), "assistencia": _("Rede da assistência social"), "educacao": _("Rede da educação"),
    "mulher": _("Rede de atendimento à mulher"), "conselho_tutelar": _("Conselho Tutelar"), "conselho_idoso": _("Conselho do Idoso"),
    "delegacia_idoso": _("Delegacia do Idoso"), "direitos_humanos": _("Centro de Referência dos Direitos Humanos"),
    "mp": _("Ministério Público"), "dpca": _("Delegacia de proteção à criança e ao adolescente"),
    "deam": _("Delegacia da mulher"), "delegacia": _("Outras delegacias"), "justica": _("Justiça da Infância e da Juventude"),
    "defensoria": _("Defensoria Pública"),
}  # fmt: skip
SEXES = {"M": _("Masculino"), "F": _("Feminino"), "I": _("Ignorado")}
RACES = {"1": _("Branca"), "2": _("Preta"), "3": _("Amarela"), "4": _("Parda"), "5": _("Indígena"), "9": _("Ignorado")}

SHEET = (
    Asked("9", _("Data da ocorrência"), 1, 10),
    Asked("10", _("Nome"), 2),
    Asked("11", _("Data de nascimento"), 2, 10),
    Asked("12", _("Idade, ou idade aparente"), 2, 60),
    Asked("13", _("Sexo"), 2, options=SEXES),
    Asked("15", _("Raça/cor"), 2, options=RACES),
    Asked("17", _("Cartão SUS"), 2, 20),
    Asked("18", _("Nome da mãe"), 2),
    Asked("22", _("Bairro"), 3),
    Asked("28", _("Ponto de referência"), 3),
    Asked("33", _("Nome social"), 4),
    Asked("38", _("Deficiência ou transtorno"), 4, options=_YES_NO),
    Asked("39", _("Qual"), 4),
    Asked("43", _("Bairro da ocorrência"), 5),
    Asked("44", _("Rua ou avenida"), 5),
    Asked("49", _("Ponto de referência da ocorrência"), 5, 200),
    Asked("51", _("Hora"), 5, 5),
    Asked("52", _("Local"), 5, options=PLACES),
    Asked("53", _("Ocorreu outras vezes"), 5, options=_YES_NO),
    Asked("54", _("Lesão autoprovocada"), 5, options=_YES_NO),
    Asked("55", _("Motivada por"), 6, options=MOTIVES),
    Asked("56", _("Tipo de violência"), 6, options=TYPES, is_many=True),
    Asked("58", _("Se sexual, qual"), 6, options=SEXUAL, is_many=True),
    Asked("65", _("Encaminhamento"), 7, options=SENT_TO, is_many=True),
)
KEYS = tuple(asked.key for asked in SHEET)
# Which recipients of a case count as an encaminhamento of field 65.
_AS_65 = {
    "guardianship_council": "conselho_tutelar", "creas": "assistencia", "peti": "assistencia", "women_centre": "mulher", "caps": "saude",
    "older_council": "conselho_idoso", "human_rights_centre": "direitos_humanos", "prosecution": "mp", "labour_prosecution": "mp",
    "women_police_station": "deam", "police_station": "delegacia", "childhood_judge": "justica", "public_defender": "defensoria",
    "samu_192": "saude",
}  # fmt: skip


def suggested(facts: Facts | None, occurred_at: datetime, zone: ZoneInfo, called: str = "", told: tuple[str, ...] = ()) -> dict[str, Any]:
    """The sheet's fields as the facts fill them: texts, codes, lists of codes. told: codes of recipients told before."""
    local = occurred_at.astimezone(zone)
    fields: dict[str, Any] = {asked.key: [] if asked.is_many else "" for asked in SHEET}
    fields |= {"n9": local.strftime("%d/%m/%Y"), "n10": called, "n51": local.strftime("%H:%M")}
    fields["n65"] = sorted({_AS_65[code] for code in told if code in _AS_65})
    if facts is None:
        return fields
    fields["n12"] = str(AGES[facts.age]) if facts.age in AGES else ""
    fields["n13"] = {"male": "M", "female": "F"}.get(facts.sex or "", "")
    fields["n38"] = {True: "1", False: "2"}.get(facts.with_disability, "") if facts.with_disability is not None else ""
    # Where an adult stays is hers to tell; here the place is where it was seen.
    fields["n49"] = facts.place_label or "" if is_child(facts) else ""
    fields["n54"] = "1" if "self_harm" in facts.kinds else ""
    types = {VIOLATIONS[kind].sinan for kind in facts.kinds if kind in VIOLATIONS} - {None}
    fields["n56"] = sorted(types & TYPES.keys(), key=list(TYPES).index)  # type: ignore[operator]
    fields["n58"] = ["exploracao"] if "sexual_exploitation" in facts.kinds else []
    return fields


def parts(fields: Mapping[str, Any], head: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As the document holds them: every field that has an answer, by its number."""
    always = [
        ["1 " + str(_("Tipo de notificação")), str(_("2 Individual"))],
        ["2 " + str(_("Agravo")), str(_("Violência interpessoal ou autoprovocada"))],
        ["3 " + str(_("Data da notificação")), head["date"][:10]],
        ["4 UF", head["uf"]],
        ["5 " + str(_("Município de notificação")), f"{head['city']} ({head['ibge']})"],
        ["6 " + str(_("Unidade notificadora")), str(_("2 Unidade de Assistência Social"))],
        ["7 " + str(_("Nome da unidade")), head["sender"]["name"]],
    ]
    found = []
    for part, title in PARTS.items():
        lines = [[f"{asked.number} {asked.label}", words] for asked in SHEET if asked.part == part and (words := said(asked, fields))]
        if part == 1:
            lines = [line for line in always if line[1]] + lines
        if lines:
            found.append({"title": str(title), "lines": lines})
    return found


def said(asked: Asked, fields: Mapping[str, Any]) -> str:
    """What stands in a field, in words: `06 Via pública`."""
    value = fields.get(asked.key) or ""
    if not asked.options:
        return str(value)
    chosen = value if isinstance(value, (list, tuple)) else [value]
    coded = not asked.is_many
    return "; ".join(f"{code} {asked.options[code]}" if coded else str(asked.options[code]) for code in chosen if code in asked.options)
