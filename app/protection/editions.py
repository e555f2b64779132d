"""The table that the software brings: domain 4.3 as lines. Data, not law: a city corrects it at /admin/quem-avisar without a
release, and each line shows its source. [mem]: cited from memory, to be confirmed by the city's lawyer; [decisão]: ours.
"""

from app.protection.rules import ADULT, MANDATORY, OFFERED, OLDER, Line
from app.protection.terms import BY_AGENTS, MINORS, VIOLATIONS

NAME = "padrao-2026-11"

_DAY = 1440
# "No mesmo turno" [decisão].
_SHIFT = 360
_GROWN = (ADULT, OLDER)
_VIOLENCE = tuple(kind for kind in VIOLATIONS if kind not in ("child_labour", "alone_in_street", "missing", "self_harm"))
_NOT_BY_AGENTS = tuple(kind for kind in _VIOLENCE if kind not in BY_AGENTS)
_WOMEN = ("physical", "psychological", "sexual_abuse", "sexual_exploitation", "financial", "torture", "trafficking")
_CRIMES = (*_WOMEN, "slave_labour", "discrimination")
_BODILY = ("physical", "sexual_abuse", "torture", "neglect")
_BOUGHT = ("trafficking", "slave_labour")

_ECA = "ECA (Lei 8.069/1990) arts. 13, 18-A e 70-B; Lei 13.431/2017 art. 13; Lei 14.344/2022 arts. 23 e 26 [mem]; por escrito em 24 h [decisão]"
_LABOUR = "CF art. 7º XXXIII; ECA arts. 13 e 60 a 69; Decreto 6.481/2008 (Lista TIP) [mem]"
_SAME_SHIFT = f"{_LABOUR}; no mesmo turno quando há risco ou sem adulto [decisão]"
_ALSO = "Lei 13.431/2017 art. 13: também vale comunicar ao Disque 100 ou à polícia [mem]"
_CREAS = "Tipificação Nacional (Res. CNAS 109/2009): acompanhamento pelo PAEFI [mem]"
_DANGER = "Perigo de vida: ligar na hora [decisão]"
_PENHA = "Lei 11.340/2006 (Maria da Penha): a decisão é da mulher [mem]"
_STATUTE_OLDER = "Lei 10.741/2003 (Estatuto da Pessoa Idosa) arts. 6º e 19 [mem]; protocolo em 24 h [decisão]"
_LBI = "Lei 13.146/2015 (LBI) arts. 7º e 26 [mem]; protocolo em 24 h [decisão]"
_TRAFFICKING = "Lei 13.344/2016; Código Penal arts. 149 e 149-A [mem]"
_PERSON = "A decisão é da pessoa adulta [mem]"
_AGENTS = "Violência por agente público: pela escolha da pessoa [mem]"
_SINAN = "Portaria GM/MS 204/2016; ficha SINAN, unidade notificadora 2 (assistência social) [mem]; pelo acordo local"

DEFAULT: tuple[Line, ...] = (
    # A child or an adolescent: suspicion is enough, and no consent is waited for.
    Line("guardianship_council", MANDATORY, 0, _ECA, kinds=(*_VIOLENCE, "alone_in_street", "missing"), ages=MINORS),
    Line("creas", MANDATORY, _DAY, _CREAS, kinds=(*_VIOLENCE, "alone_in_street"), ages=MINORS),
    Line("disque_100", OFFERED, _DAY, _ALSO, kinds=_VIOLENCE, ages=MINORS),
    Line("childhood_judge", OFFERED, _DAY, "ECA arts. 93 e 101: acolhimento de urgência é comunicado ao juiz em 24 h [mem]", kinds=("alone_in_street", "neglect"), ages=MINORS),
    # Child labour.
    Line("guardianship_council", MANDATORY, _SHIFT, _SAME_SHIFT, kinds=("child_labour",), ages=MINORS, risks=("danger_now", "soon")),
    Line("guardianship_council", MANDATORY, _DAY, _LABOUR, kinds=("child_labour",), ages=MINORS, risks=("no_sign",)),
    Line("peti", MANDATORY, _SHIFT, _SAME_SHIFT, kinds=("child_labour",), ages=MINORS, risks=("danger_now", "soon")),
    Line("peti", MANDATORY, _DAY, _LABOUR, kinds=("child_labour",), ages=MINORS, risks=("no_sign",)),
    Line("creas", MANDATORY, _DAY, _CREAS, kinds=("child_labour",), ages=MINORS),
    Line("labour_inspection", OFFERED, _DAY, f"{_LABOUR}; quando há quem emprega", kinds=("child_labour",), ages=MINORS),
    Line("labour_prosecution", OFFERED, _DAY, f"{_LABOUR}; quando há quem emprega", kinds=("child_labour",), ages=MINORS),
    # Danger now: voices that come at once. Never the police for who may take her own life, nor against her public agents.
    Line("police_190", OFFERED, 0, _DANGER, kinds=_NOT_BY_AGENTS, risks=("danger_now",)),
    Line("police_190", OFFERED, 0, _DANGER, kinds=("child_labour", "alone_in_street"), ages=MINORS, risks=("danger_now",)),
    Line("samu_192", OFFERED, 0, _DANGER, kinds=_BODILY, risks=("danger_now",)),
    # Somebody missing: the search begins at once, whatever the age; nobody can be asked.
    Line("police_station", MANDATORY, 0, "Lei 13.812/2019; ECA art. 208 §1º: a busca começa na hora [mem]", kinds=("missing",)),
    # A woman decides; the girl has the child's lines besides.
    Line("ligue_180", OFFERED, 0, _PENHA, kinds=_WOMEN, sexes=("female",)),
    Line("women_police_station", OFFERED, 0, _PENHA, kinds=_WOMEN, ages=_GROWN, sexes=("female",)),
    Line("women_centre", OFFERED, 0, _PENHA, kinds=_WOMEN, ages=_GROWN, sexes=("female",)),
    Line("public_defender", OFFERED, _DAY, f"{_PENHA}; medidas protetivas", kinds=_WOMEN, ages=_GROWN, sexes=("female",)),
    # Any adult.
    Line("creas", OFFERED, _DAY, _CREAS, kinds=_VIOLENCE, ages=_GROWN),
    Line("disque_100", OFFERED, _DAY, _PERSON, kinds=_VIOLENCE, ages=_GROWN),
    Line("police_station", OFFERED, _DAY, _PERSON, kinds=_CRIMES, ages=(ADULT,)),
    # An older person.
    Line("police_station", MANDATORY, 0, _STATUTE_OLDER, kinds=_VIOLENCE, ages=(OLDER,)),
    Line("prosecution", MANDATORY, _DAY, _STATUTE_OLDER, kinds=_VIOLENCE, ages=(OLDER,)),
    Line("older_council", MANDATORY, _DAY, _STATUTE_OLDER, kinds=_VIOLENCE, ages=(OLDER,)),
    # A person with disability, of any age.
    Line("police_station", MANDATORY, 0, _LBI, kinds=_VIOLENCE, disability=True),
    Line("prosecution", MANDATORY, _DAY, _LBI, kinds=_VIOLENCE, disability=True),
    Line("disability_council", MANDATORY, _DAY, _LBI, kinds=_VIOLENCE, disability=True),
    # Trafficking and slave-like work.
    Line("disque_100", MANDATORY, 0, _TRAFFICKING, kinds=_BOUGHT, ages=MINORS),
    Line("federal_police", MANDATORY, _DAY, _TRAFFICKING, kinds=_BOUGHT, ages=MINORS),
    Line("labour_prosecution", MANDATORY, _DAY, _TRAFFICKING, kinds=_BOUGHT, ages=MINORS),
    Line("labour_inspection", OFFERED, _DAY, _TRAFFICKING, kinds=_BOUGHT),
    Line("federal_police", OFFERED, _DAY, f"{_TRAFFICKING}; {_PERSON}", kinds=_BOUGHT, ages=_GROWN),
    Line("labour_prosecution", OFFERED, _DAY, f"{_TRAFFICKING}; {_PERSON}", kinds=_BOUGHT, ages=_GROWN),
    # Discrimination: the complaint is hers to make.
    Line("public_defender", OFFERED, _DAY, _PERSON, kinds=("discrimination", "torture"), ages=_GROWN),
    Line("human_rights_centre", OFFERED, _DAY, _PERSON, kinds=("discrimination", "torture"), ages=_GROWN),
    # Who may take her own life: health, never the police.
    Line("samu_192", MANDATORY, 0, "Risco de vida: SAMU [mem]", kinds=("self_harm",), risks=("danger_now",)),
    Line("caps", MANDATORY, _DAY, "Lei 13.819/2019 [mem]", kinds=("self_harm",), ages=MINORS),
    Line("caps", OFFERED, 0, "Lei 13.819/2019 [mem]", kinds=("self_harm",), ages=_GROWN),
    Line("cvv_188", OFFERED, 0, "Lei 13.819/2019 [mem]", kinds=("self_harm",)),
    # Agents of the State, by the person's choice.
    Line("ombudsman", OFFERED, _DAY, _AGENTS, kinds=tuple(sorted(BY_AGENTS))),
    Line("public_defender", OFFERED, _DAY, _AGENTS, kinds=tuple(sorted(BY_AGENTS))),
    Line("prosecution", OFFERED, _DAY, _AGENTS, kinds=tuple(sorted(BY_AGENTS))),
    # Health surveillance counts; social assistance may notify.
    Line("health_surveillance", OFFERED, _DAY, _SINAN, kinds=(*_VIOLENCE, "self_harm")),
    Line("health_surveillance", OFFERED, _DAY, _SINAN, kinds=("child_labour",), ages=MINORS),
)
