"""Closed lists of requests (solicitações). Identifiers are stable; words are for people."""

from flask_babel import lazy_gettext as _

from app.core.city_settings import declare

# By which way it came in. The public form and the spreadsheet are not chosen by hand.
CHANNELS = {
    "156": _("Central 156"),
    "disque_100": _("Disque 100"),
    "guardianship_council": _("Conselho Tutelar"),
    "network": _("Serviço da rede"),
    "phone": _("Telefone"),
    "public_form": _("Formulário da cidade"),
    "csv": _("Planilha"),
}
BY_HAND = ("156", "disque_100", "guardianship_council", "network", "phone")

# For whom it is, as the asker says.
PURPOSES = {
    "self": _("É para mim"),
    "other": _("É para outra pessoa"),
    "group": _("É para um grupo de pessoas"),
    "child": _("Há criança ou adolescente"),
    "removal": _("Incômodo com a presença ou com pertences"),
}
# The same as whoever takes it in, triages and answers reads them.
PURPOSES_TOLD = {
    "self": _("A própria pessoa pediu"),
    "other": _("Para uma pessoa"),
    "group": _("Para um grupo de pessoas"),
    "child": _("Há criança ou adolescente"),
    "removal": _("Incômodo com a presença ou com pertences"),
}
# Answered with guidance, and no team is sent for it.
GUIDED_PURPOSE = "removal"

STATUSES = {
    "new": _("Nova"),
    "triaged": _("Triada, espera equipe"),
    "dispatched": _("Com a equipe"),
    "on_the_way": _("Equipe a caminho"),
    "there": _("Equipe no local"),
    "closed": _("Encerrada"),
    "guided": _("Respondida com orientação"),
    "duplicate": _("Repetida de outra"),
    "out_of_scope": _("Fora do serviço"),
}
WAITING = frozenset({"new", "triaged"})
WITH_TEAM = frozenset({"dispatched", "on_the_way", "there"})
OPEN = WAITING | WITH_TEAM

# Of the history, besides the statuses: what happened without one.
EVENTS = {
    "handed": _("Passada para outra equipe"),
    "taken_back": _("Tirada da equipe"),
    "undone": _("Junção desfeita"),
    "reopened": _("Reaberta na triagem"),
    "set_right": _("Triagem corrigida"),
    "told_late": _("A equipe contou depois de a solicitação sair dela"),
}

OUTCOMES = {
    "found": _("Encontrou a pessoa"),
    "nobody_there": _("Ninguém no local"),
    "refused": _("A pessoa não quis"),
    "other_service": _("Ficou com outro serviço"),
}
# Where a team stood, for whoever never tapped that she was there.
SAYS_THERE = frozenset({"found", "nobody_there", "refused"})

OUT_REASONS = {
    "no_place": _("Sem lugar que dê para achar"),
    "not_outreach": _("Não é caso de abordagem social"),
    "already_served": _("Já foi atendida"),
    "tells_of_home": _("É atendimento em casa"),
    "not_serious": _("Trote ou teste"),
    "other": _("Outro motivo"),
}

# How the place was told.
PLACE_KINDS = {
    "pin": _("Ponto no mapa"),
    "known_point": _("Ponto conhecido"),
    "street": _("Rua"),
    "neighbourhood": _("Bairro"),
    "text": _("Só em palavras"),
}

# What whoever follows by the code is told, and nothing else: neither who, nor where, nor whether anybody was found.
FOLLOWED = {
    "received": _("Recebida"),
    "in_service": _("Em atendimento"),
    "ended": _("Encerrada"),
}

# Why two requests may be one.
ALIKE = {
    "same_purpose": _("mesmo tipo"),
    "metres": _("a %(n)d m"),
    "same_point": _("no mesmo ponto conhecido"),
    "same_street": _("na mesma rua"),
    "minutes": _("com %(n)d min de diferença"),
}

# From what it is known where a team is.
BASES = {
    "record": _("último registro, %(hour)s"),
    "check_in": _("abriu o turno, %(hour)s"),
    "region": _("pela região onde disse estar"),
    "roster": _("pela região da escala"),
}

LONGEST_DESCRIPTION = 1000
LONGEST_PLACE = 200
CODE_LENGTH = 10
NEAR_METRES = 150
NEAR_MINUTES = 120

TARGET_MINUTES = declare(
    "request_minutes", 60, 10, 1440, "minutes", "requests", _("Uma equipe chega ao local de uma solicitação em até"),
    _("Conta da hora em que foi pedida. Depois disso a solicitação aparece atrasada e a supervisão de plantão é avisada."),
)  # fmt: skip
URGENT_TARGET_MINUTES = declare(
    "request_urgent_minutes", 30, 5, 1440, "minutes", "requests", _("Quando a solicitação é urgente, em até"),
)  # fmt: skip
CITY_PER_MINUTE = declare(
    "request_form_per_minute", 30, 1, 600, "per_minute", "requests", _("O formulário público aceita, no máximo"),
    _("Da cidade toda. Quem passa disso é convidado a tentar de novo em um minuto."),
)  # fmt: skip
CONTACT_DAYS = declare(
    "request_contact_days", 30, 1, 365, "days", "keeping", _("O contato de quem pediu fica guardado por"),
    _("Depois é apagado e ninguém mais consegue ler."),
)  # fmt: skip
