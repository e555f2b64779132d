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
