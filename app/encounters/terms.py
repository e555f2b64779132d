"""Closed lists of the encounter (domain 2.3). Identifiers are stable; words are for people."""

from flask_babel import lazy_gettext as _

SITUATIONS = {
    "street_situation": _("Em situação de rua"),
    "family": _("Família"),
    "child_or_adolescent": _("Criança ou adolescente"),
    "other": _("Outra situação"),
}
# Result of the approach, as municipalities publish it.
OUTCOMES = {
    "attended_on_site": _("Atendido no local"),
    "accepted_shelter": _("Aceitou acolhimento"),
    "declined_got_guidance": _("Não aceitou, recebeu orientação"),
    "declined_to_talk": _("Não quis conversar"),
    "not_found": _("Não localizado"),
    "referred_health": _("Encaminhado à saúde"),
    "family_return": _("Retorno à família"),
    "referred_other": _("Encaminhado a outro serviço"),
    "council_called": _("Acionado Conselho Tutelar"),
    "emergency_called": _("Acionado SAMU/segurança"),
}
ORIGINS = {
    "active_search": _("Busca ativa"),
    "request_156": _("Solicitação 156"),
    "disque_100": _("Disque 100"),
    "network": _("Rede"),
    "request": _("Solicitação"),
    "follow_up": _("Retorno de acompanhamento"),
    "spontaneous": _("Demanda espontânea"),
    "special_operation": _("Operação especial"),
}
# Bands of the monthly report (RMA K.1); null is "não observado", never a guess.
AGE_BANDS = {
    "age_0_12": _("0 a 12 anos"),
    "age_13_17": _("13 a 17 anos"),
    "age_18_59": _("18 a 59 anos"),
    "age_60_plus": _("60 anos ou mais"),
}
SEXES = {"male": _("Masculino"), "female": _("Feminino")}
NEEDS = {
    "bath": _("Banho"),
    "food": _("Alimentação"),
    "overnight": _("Pernoite ou acolhimento"),
    "documents": _("Documentos"),
    "treatment": _("Tratamento"),
    "work": _("Trabalho"),
    "benefit": _("Benefício"),
    "travel": _("Passagem ou retorno"),
    "family": _("Família"),
    "report_violation": _("Denúncia de violação"),
    "clothing": _("Agasalho ou cobertor"),
    "belongings": _("Guarda de pertences"),
    "other": _("Outro"),
}
WITHDRAW_REASONS = {
    "by_mistake": _("Registrado por engano"),
    "duplicate": _("Repetido"),
    "wrong_person_or_place": _("Dados de outro registro"),
}
CALLED_KINDS = ("alias", "nickname", "social", "civil")
LARGEST_GROUP = 300
MOST_OFFERS = 200
# `possible`: may be that person; said instead of guessed.
CERTAINTIES = {"sure": _("É a pessoa"), "possible": _("Pode ser a pessoa")}
UNLINK_REASONS = {
    "wrong_person": _("Era outra pessoa"),
    "by_mistake": _("Ligação feita por engano"),
    "other": _("Outro motivo"),
}
# The answer to an offer has four values (domain 2.3).
OFFER_ANSWERS = {
    "accepted": _("Aceitou"),
    "refused": _("Não quis"),
    "later": _("Aceita depois"),
    "unavailable": _("Não havia"),
}
# Why somebody says no to what is offered.
REFUSAL_REASONS = {
    "rules": _("Regras ou horários"),
    "animal": _("Não aceita animal"),
    "separation": _("Separa o casal ou a família"),
    "belongings": _("Sem lugar para os pertences"),
    "past_violence": _("Já sofreu violência ou furto lá"),
    "substance_use": _("Uso de álcool ou outras drogas"),
    "distance_work": _("Distância ou trabalho"),
    "prefers_staying": _("Prefere ficar onde está"),
    "threat": _("Ameaça no local"),
    "discrimination": _("Discriminação"),
    "not_said": _("Não quis dizer"),
}
# Why there was none: a failure of supply, never of the person.
UNAVAILABLE_REASONS = {
    "no_vacancy": _("Sem vaga"),
    "closed": _("Serviço fechado"),
    "profile": _("Não atende este perfil"),
    "no_stock": _("Acabou"),
    "other": _("Outro motivo"),
}
OFFER_REASONS = REFUSAL_REASONS | UNAVAILABLE_REASONS
# What a team hands out in the street, counted while an operation runs.
HANDED_OUT = {
    "blanket": _("Cobertores"),
    "warm_clothes": _("Agasalhos"),
    "hot_drink": _("Bebidas quentes"),
    "raincoat": _("Capas de chuva"),
    "dry_clothes": _("Roupas secas"),
    "tarpaulin": _("Lonas"),
    "water": _("Garrafas de água"),
    "cap": _("Bonés"),
    "sunscreen": _("Protetores solares"),
}
MOST_HANDED_OUT = 999
