"""Closed lists of referrals. The words are msgids."""

from flask_babel import lazy_gettext as _

STATUSES = {
    "sent": _("Novo"),
    "held": _("Vaga guardada"),
    "accepted": _("Aceito"),
    "declined": _("Recusado pela unidade"),
    "on_the_way": _("A caminho"),
    "arrived": _("Chegou"),
    "not_arrived": _("Não chegou"),
    "in_service": _("Em atendimento"),
    "ended": _("Encerrado com resposta"),
    "revoked": _("Cancelado pela equipe"),
    "redirected": _("Encaminhado a outra unidade"),
}
# Of the history, besides the statuses: what happened without one.
EVENTS = {
    "released": _("O prazo passou: a vaga voltou para as outras pessoas"),
    "appointed": _("Horário marcado"),
    "vehicle_sent": _("Veículo enviado"),
}
# Who sent, where no team met her: a technician from her desk.
AT_THE_DESK = _("Equipe técnica")
# The person is still expected at the door.
EXPECTED = frozenset({"sent", "held", "accepted", "on_the_way"})
# The unit still has something to do.
OPEN = EXPECTED | {"arrived", "in_service"}

PURPOSES = {
    "place": _("Pernoite ou acolhimento"),
    "service": _("Atendimento na unidade"),
    "appointment": _("Horário marcado (CRAS, CREAS)"),
    "health": _("Saúde"),
    "documents": _("Documentos e Cadastro Único"),
    "benefit": _("Benefício eventual"),
    "food": _("Alimentação"),
    "work": _("Trabalho"),
    "other": _("Outro"),
}
REASONS = {
    "overnight": _("Pernoite"),
    "protection": _("Proteção"),
    "hygiene": _("Banho e higiene"),
    "food": _("Alimentação"),
    "documents": _("Documentos"),
    "cadunico": _("Cadastro Único"),
    "benefit": _("Benefício"),
    "health": _("Saúde"),
    "mental_health": _("Saúde mental, álcool e outras drogas"),
    "work": _("Trabalho"),
    "family": _("Família"),
    "belongings": _("Guarda de pertences"),
    "animal": _("Lugar para o animal"),
    "migration": _("Documentos de migração"),
    "rights": _("Direitos violados"),
    "other": _("Outro"),
}
TRAVEL = {
    "on_foot": _("A pé"),
    "with_team": _("Com a equipe"),
    "other_vehicle": _("Outro veículo"),
    "ticket": _("Passagem"),
}
# The contrarreferência: what came of it, told back to who sent.
ANSWERS = {
    "attended": _("Atendido"),
    "sheltered": _("Acolhido"),
    "followed": _("Segue em acompanhamento"),
    "referred_on": _("Encaminhado a outro serviço"),
    "left": _("Saiu antes do atendimento"),
    "refused": _("A pessoa não quis ficar"),
    "other": _("Outro (explicar)"),
}

# Why a unit says no. "Sem vaga" is a failure of supply: it is never counted as a refusal of the person.
DECLINE_REASONS = {
    "no_place": _("Sem vaga"),
    "closed": _("Fechado neste horário"),
    "profile": _("Não atende este perfil"),
    "suspended": _("A unidade não recebe esta pessoa por enquanto"),
    "capacity_technical": _("Sem equipe para receber"),
    "other": _("Outro (explicar)"),
}
