"""Closed lists of the network (rede): what a unit is and whom it receives. The words are msgids."""

from flask_babel import lazy_gettext as _

# Several are not of the SUAS (health, council, defence): a team refers to them all the same.
UNIT_KINDS = {
    "cras": _("CRAS"),
    "creas": _("CREAS"),
    "centro_pop": _("Centro POP"),
    "outreach_unit": _("Unidade de abordagem social"),
    "shelter": _("Abrigo institucional"),
    "transit_house": _("Casa de passagem"),
    "night_shelter": _("Albergue noturno"),
    "supported_housing": _("República"),
    "child_shelter": _("Acolhimento de crianças e adolescentes"),
    "elderly_home": _("ILPI (longa permanência)"),
    "inclusive_residence": _("Residência inclusiva"),
    "day_centre": _("Centro-Dia"),
    "guardianship_council": _("Conselho Tutelar"),
    "sign_language_centre": _("Central de Libras (CIL)"),
    "community_kitchen": _("Cozinha comunitária ou restaurante popular"),
    "migrant_centre": _("Centro de referência para migrantes"),
    "health_unit": _("UBS ou Consultório na Rua"),
    "caps": _("CAPS"),
    "legal_defence": _("Defensoria ou Ministério Público"),
    "other": _("Outra unidade"),
}

# Entered by a protective measure or told through an agreed channel, never by a referral of a team
# (domain 1.5; the council is autonomous and has no inbox here).
NEVER_BY_REFERRAL = frozenset({"child_shelter", "guardianship_council"})

RECEIVES = {
    "men": _("Homens"),
    "women": _("Mulheres"),
    "families": _("Famílias"),
    "couples": _("Casais"),
    "animals": _("Animais"),
    "carts": _("Carroças e carrinhos"),
    "lgbt": _("Pessoas LGBTQIA+"),
    "elderly": _("Pessoas idosas"),
    "wheelchair": _("Cadeira de rodas"),
    "children": _("Crianças acompanhadas"),
    "under_effect": _("Pessoas sob efeito de álcool ou outra droga"),
}
# Of RECEIVES: who somebody is and with whom she goes, as she says; the others are what she brings or needs. A place fits
# when it takes one of the first and each of the others.
WHO = frozenset({"men", "women", "families", "couples", "lgbt", "elderly"})
TOGETHER = frozenset({"families", "couples"})
BRINGS = frozenset({"animals", "carts", "wheelchair", "children", "under_effect"})
# Asked of each bed; the rest are rules of the whole house.
OF_A_BED = WHO | {"wheelchair"}

# What units give, by the words of the Tipificação Nacional (CNAS 109/2009 [mem]) and of the network around it.
SERVICES = {
    "shelter_night": _("Pernoite"),
    "shelter": _("Acolhimento"),
    "meals": _("Refeições"),
    "bath": _("Banho e higiene"),
    "laundry": _("Lavanderia"),
    "lockers": _("Guarda de pertences"),
    "address": _("Endereço de referência"),
    "cadunico": _("Cadastro Único"),
    "documents": _("Documentos"),
    "paif": _("PAIF"),
    "paefi": _("PAEFI"),
    "scfv": _("Convivência e fortalecimento de vínculos"),
    "outreach": _("Abordagem social"),
    "benefits": _("Benefícios eventuais"),
    "work": _("Trabalho e qualificação"),
    "health": _("Atendimento de saúde"),
    "mental_health": _("Saúde mental, álcool e outras drogas"),
    "legal": _("Orientação jurídica"),
    "migrants": _("Apoio a migrantes"),
    "sign_language": _("Intérprete de Libras"),
    "kennel": _("Lugar para animais"),
}

# What units ask at the door (answers of real Centros POP to the federal census, domain 1.4). Shown, never judged by us.
ENTRY_CONDITIONS = {
    "not_under_effect": _("Não estar sob efeito de álcool ou outra droga"),
    "search": _("Revista na entrada"),
    "no_animals": _("Sem animais"),
    "needs_referral": _("Só com encaminhamento"),
    "time_in_town": _("Prova de tempo na cidade"),
    "needs_document": _("Documento com foto"),
    "record_check": _("Consulta de antecedentes"),
    "suspends": _("Pode suspender por um tempo"),
    "bans": _("Pode impedir de voltar"),
}

PLACE_RULES = {"none": _("Sem vagas de pernoite"), "capacity": _("Número de vagas"), "beds": _("Quartos e leitos")}
HOLIDAY_RULES = {"as_usual": _("Funciona como nos outros dias"), "closed": _("Fecha")}

SUSPENSION_REASONS = {
    "aggression": _("Agressão"),
    "threat": _("Ameaça"),
    "theft": _("Furto"),
    "damage": _("Dano à casa"),
    "house_rules": _("Descumprimento repetido das regras da casa"),
    "other": _("Outro motivo (explicar)"),
}
BLOCK_REASONS = {
    "repair": _("Em conserto"),
    "cleaning": _("Em limpeza"),
    "health": _("Isolamento de saúde"),
    "staff": _("Falta de equipe"),
    "other": _("Outro motivo"),
}
LEFT_REASONS = {
    "left": _("Saiu"),
    "morning": _("Fim da noite"),
    "moved_on": _("Foi para outra unidade"),
    "housing": _("Foi para casa própria, família ou aluguel"),
    "health": _("Foi para atendimento de saúde"),
    "not_back": _("Não voltou"),
    "term": _("Fim do prazo"),
    "decided": _("Saída decidida pela unidade"),
    "other": _("Outro motivo"),
}
# An arrival that was marked by mistake: no stay ever was. Not offered in a form.
MISTAKE = "mistake"
TURNED_AWAY_REASONS = {
    "full": _("Sem vaga"),
    "profile": _("Sem vaga para este perfil"),
    "late": _("Fora do horário"),
    "animal": _("Com animal"),
    "cart": _("Com carrinho ou pertences"),
    "couple": _("Casal ou família não fica junto"),
    "rules": _("Regras da casa"),
    "other": _("Outro motivo"),
}
WEEKDAYS = (
    _("segunda-feira"), _("terça-feira"), _("quarta-feira"), _("quinta-feira"), _("sexta-feira"), _("sábado"), _("domingo"),
)  # fmt: skip
HOURS_KINDS = {"open": _("Aberta"), "admission": _("Recebe pessoas")}
