"""Closed lists of the ficha: the choices with the code that the federal form gives each.

`official` is the code of CadÚnico (domain.md 5.2, 5.3), IBGE, GPTE or SINAN; what has none is ours. A choice that is no
longer asked gets `until` and stays readable. Never visa status, police or criminal record: 305 of GPTE ("família com
pessoa presa") and leaving prison as a reason are left out on purpose.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Option:
    code: str
    label: Any
    official: str | None = None
    since: date = date(2026, 1, 1)
    until: date | None = None


def _list(*rows: tuple) -> tuple[Option, ...]:
    return tuple(Option(*row) for row in rows)


_YES_NO_UNKNOWN = (("yes", _("Sim"), "1"), ("no", _("Não"), "2"), ("unknown", _("Não sabe"), "3"))
_TIME = (
    ("up_to_6_months", _("Até 6 meses"), "1"),
    ("6_months_to_1_year", _("Entre 6 meses e 1 ano"), "2"),
    ("1_to_2_years", _("Entre 1 e 2 anos"), "3"),
    ("2_to_5_years", _("Entre 2 e 5 anos"), "4"),
    ("5_to_10_years", _("Entre 5 e 10 anos"), "5"),
    ("over_10_years", _("Mais de 10 anos"), "6"),
)

LISTS: dict[str, tuple[Option, ...]] = {
    "age_band": _list(
        ("age_0_12", _("0 a 12 anos")),
        ("age_13_17", _("13 a 17 anos")),
        ("age_18_59", _("18 a 59 anos")),
        ("age_60_plus", _("60 anos ou mais")),
    ),
    "sex": _list(("male", _("Masculino"), "1"), ("female", _("Feminino"), "2")),
    "gender_identity": _list(
        ("cis_woman", _("Mulher cis"), "1"),
        ("cis_man", _("Homem cis"), "2"),
        ("trans_woman", _("Mulher trans"), "1"),
        ("trans_man", _("Homem trans"), "2"),
        ("travesti", _("Travesti"), "1"),
        ("non_binary", _("Não binária"), "3"),
        ("other", _("Outra")),
        ("not_said", _("Não quis responder")),
    ),
    "orientation": _list(
        ("heterosexual", _("Heterossexual"), "1"),
        ("homosexual", _("Homossexual (gay, lésbica)"), "2"),
        ("bisexual", _("Bissexual"), "3"),
        ("other", _("Outra")),
        ("not_said", _("Não quis responder"), "9"),
    ),
    "race": _list(
        ("white", _("Branca"), "1"),
        ("black", _("Preta"), "2"),
        ("yellow", _("Amarela"), "3"),
        ("brown", _("Parda"), "4"),
        ("indigenous", _("Indígena"), "5"),
        ("not_declared", _("Não declarada")),
    ),
    "community": _list(
        ("101", _("Cigana"), "101"),
        ("201", _("Extrativista"), "201"),
        ("202", _("Pescadores artesanais"), "202"),
        ("203", _("Comunidade de terreiro"), "203"),
        ("204", _("Ribeirinha"), "204"),
        ("205", _("Agricultores familiares"), "205"),
        ("301", _("Assentada da reforma agrária"), "301"),
        ("302", _("Crédito fundiário"), "302"),
        ("303", _("Acampada"), "303"),
        ("304", _("Atingida por obra de infraestrutura"), "304"),
        ("306", _("Catadores de material reciclável"), "306"),
    ),
    "disability": _list(
        ("blindness", _("Cegueira")),
        ("low_vision", _("Baixa visão")),
        ("deaf", _("Surdez severa ou profunda")),
        ("hard_of_hearing", _("Surdez leve ou moderada")),
        ("physical", _("Física")),
        ("intellectual", _("Mental ou intelectual")),
        ("down", _("Síndrome de Down")),
        ("mental_illness", _("Transtorno ou doença mental")),
        ("none", _("Nenhuma")),
    ),
    "help": _list(
        ("none", _("Não precisa")),
        ("family", _("Alguém da família")),
        ("carer", _("Cuidador especializado")),
        ("neighbour", _("Vizinho")),
        ("institution", _("Instituição")),
        ("other", _("Outra ajuda")),
    ),
    "mobility_aid": _list(
        ("wheelchair", _("Cadeira de rodas")),
        ("crutch", _("Muleta ou andador")),
        ("cane", _("Bengala")),
        ("prosthesis", _("Prótese")),
        ("other", _("Outro")),
        ("none", _("Não usa")),
    ),
    "uf": _list(
        *((uf, uf) for uf in "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split())
    ),
    "document_state": _list(
        ("has", _("Tem")),
        ("lost", _("Perdeu ou roubaram")),
        ("never", _("Nunca teve")),
        ("unknown", _("Não sabe")),
        ("not_said", _("Não quis dizer")),
    ),
    "cadunico": _list(
        ("updated", _("Sim, atualizado")),
        ("outdated", _("Sim, desatualizado")),
        ("no", _("Não")),
        ("unknown", _("Não sabe")),
    ),
    "benefit": _list(
        ("bolsa_familia", _("Bolsa Família")),
        ("bpc", _("BPC")),
        ("pension", _("Aposentadoria ou pensão")),
        ("unemployment", _("Seguro-desemprego")),
        ("rent_aid", _("Auxílio-moradia")),
        ("none", _("Nenhum")),
        ("other", _("Outro")),
    ),
    "time": _list(*_TIME),
    "street_reason": _list(
        ("lost_home", _("Perda de moradia")),
        ("threat", _("Ameaça ou violência")),
        ("family", _("Problemas com familiares")),
        ("substances", _("Uso de álcool ou outras drogas")),
        ("unemployment", _("Desemprego")),
        ("work", _("Trabalho")),
        ("health", _("Tratamento de saúde")),
        ("own_choice", _("Preferência ou opção própria")),
        ("flood", _("Enchente ou desabamento"), "lost_home"),
        ("eviction", _("Despejo"), "lost_home"),
        ("other", _("Outro motivo")),
        ("unknown", _("Não sabe")),
        ("not_said", _("Não quis responder")),
    ),
    "income": _list(
        ("construction", _("Construção civil")),
        ("car_guard", _("Guardador de carro ou flanelinha")),
        ("porter", _("Carregador ou estivador")),
        ("recycling", _("Catador de recicláveis")),
        ("services", _("Serviços gerais (limpeza, portaria)")),
        ("begging", _("Pede dinheiro")),
        ("sales", _("Vendas")),
        ("other", _("Outro")),
        ("not_said", _("Não quis responder")),
    ),
    "company": _list(
        ("alone", _("Sozinha")),
        ("couple", _("Casal")),
        ("family_with_children", _("Família com crianças")),
        ("group", _("Grupo")),
    ),
    "yes_no_unknown": _list(*_YES_NO_UNKNOWN),
    "animal": _list(("dog", _("Cachorro")), ("cat", _("Gato")), ("horse", _("Cavalo ou jumento")), ("other", _("Outro animal"))),
    "animal_size": _list(("small", _("Pequeno")), ("medium", _("Médio")), ("large", _("Grande"))),
    "belonging": _list(
        ("cart", _("Carroça ou carrinho")),
        ("tent", _("Barraca")),
        ("mattress", _("Colchão ou coberta")),
        ("papers", _("Documentos")),
        ("tools", _("Ferramenta de trabalho")),
        ("other", _("Outros pertences")),
    ),
    "violence": _list(
        ("physical", _("Física")),
        ("psychological", _("Psicológica ou moral")),
        ("torture", _("Tortura")),
        ("sexual", _("Sexual")),
        ("trafficking", _("Tráfico de pessoas")),
        ("financial", _("Financeira (tomaram o que era da pessoa)")),
        ("neglect", _("Negligência ou abandono")),
        ("by_authority", _("De agente público")),
        ("other", _("Outra")),
        ("not_said", _("Não quis dizer")),
    ),
    "contact": _list(
        ("daily", _("Todo dia"), "1"),
        ("weekly", _("Toda semana"), "2"),
        ("monthly", _("Todo mês"), "3"),
        ("yearly", _("Todo ano"), "4"),
        ("hardly_ever", _("Quase nunca"), "5"),
        ("never", _("Nunca"), "6"),
    ),
    "activity": _list(
        ("school", _("Escola")),
        ("cooperative", _("Cooperativa")),
        ("movement", _("Movimento social")),
        ("none", _("Nenhuma")),
        ("unknown", _("Não sabe")),
        ("not_said", _("Não quis responder")),
    ),
    "served_by": _list(
        ("cras", _("CRAS")),
        ("creas", _("CREAS")),
        ("centro_pop", _("Centro POP")),
        ("government", _("Instituição governamental")),
        ("non_government", _("Instituição não governamental")),
        ("hospital", _("Hospital ou clínica")),
        ("none", _("Nenhum")),
    ),
    "pregnancy": _list(("yes", _("Sim")), ("no", _("Não")), ("doubt", _("Em dúvida"))),
    "substance": _list(
        ("alcohol", _("Álcool")),
        ("tobacco", _("Tabaco")),
        ("crack", _("Crack")),
        ("other_illicit", _("Outras drogas ilícitas")),
        ("inhalants", _("Inalantes")),
        ("none", _("Não faz uso")),
        ("not_said", _("Não quis dizer")),
    ),
    "condition": _list(
        ("chronic", _("Doença crônica (pressão, diabetes, outra)")),
        ("tuberculosis", _("Tuberculose")),
        ("mental_health", _("Saúde mental")),
        ("self_harm", _("Autolesão")),
        ("in_treatment", _("Já está em tratamento")),
        ("none", _("Nenhuma")),
        ("not_said", _("Não quis dizer")),
    ),
}  # fmt: skip
