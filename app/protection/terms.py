"""Closed lists of flags. Pairs with static/src/contract/protection.ts. Codes marked [mem] in the field's manual are not
claims: their sources are shown with them, and a city corrects what hangs on them by its own table (protection_rules).
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

# Where it is raised from.
SOURCES = ("encounter", "home_visit", "alone")
# For whom: somebody whom the city knows, somebody who was there and has no name yet, nobody who could be seen.
SUBJECTS = {"known": _("Pessoa conhecida"), "unnamed": _("Sem nome"), "unknown": _("Não vi a pessoa")}

# Apparent or told age. The law divides at 14, 16 and 18 (CF 7 XXXIII; ECA 2, 60), the RMA's child labour ends at 15.
AGES = {
    "age_0_6": _("0 a 6 anos"),
    "age_7_12": _("7 a 12 anos"),
    "age_13": _("13 anos"),
    "age_14_15": _("14 ou 15 anos"),
    "age_16_17": _("16 ou 17 anos"),
    "age_18_59": _("18 a 59 anos"),
    "age_60_plus": _("60 anos ou mais"),
}
MINORS = ("age_0_6", "age_7_12", "age_13", "age_14_15", "age_16_17")
UP_TO_15 = ("age_0_6", "age_7_12", "age_13", "age_14_15")
SEXES = {"male": _("Masculino"), "female": _("Feminino")}
RISKS = {"danger_now": _("Perigo agora"), "soon": _("Pode acontecer logo"), "no_sign": _("Sem sinal de perigo agora")}
COMPANY = {"alone": _("Sem adulto por perto"), "with_adult": _("Com adulto"), "with_children": _("Com outras crianças")}


@dataclass(frozen=True)
class Violation:
    """A kind of violation and what it counts as elsewhere: SINAN field 56, item of the RMA CREAS, form of Lei 13.431/2017."""

    words: object
    sinan: str | None = None
    rma: str | None = None
    law_13431: str | None = None
    minors: bool = True
    adults: bool = True


VIOLATIONS: dict[str, Violation] = {
    "child_labour": Violation(_("Trabalho infantil"), "trabalho_infantil", "C.5", None, adults=False),
    "physical": Violation(_("Violência física"), "fisica", "C.1", "physical"),
    "psychological": Violation(_("Violência psicológica"), "psicologica", "C.1", "psychological"),
    "sexual_abuse": Violation(_("Violência sexual"), "sexual", "C.2", "sexual"),
    "sexual_exploitation": Violation(_("Exploração sexual"), "sexual", "C.3", "sexual"),
    "neglect": Violation(_("Negligência ou abandono"), "negligencia", "C.4", None),
    "alone_in_street": Violation(_("Criança ou adolescente só na rua"), "negligencia", "C.4", None, adults=False),
    "trafficking": Violation(_("Tráfico de pessoas"), "trafico", "G", "sexual"),
    "slave_labour": Violation(_("Trabalho análogo ao escravo"), "outros", None, None),
    "financial": Violation(_("Violência patrimonial ou financeira"), "financeira", None, "patrimonial"),
    "institutional": Violation(_("Violência institucional"), "outros", None, "institutional"),
    "forced_removal": Violation(_("Remoção forçada"), "intervencao_legal", None, "institutional"),
    "belongings_taken": Violation(_("Recolhimento de pertences"), "intervencao_legal", None, "institutional"),
    "state_violence": Violation(_("Violência por agente público"), "intervencao_legal", None, "institutional"),
    "discrimination": Violation(_("Discriminação"), "outros", "H", None),
    "torture": Violation(_("Tortura"), "tortura", None, None),
    "missing": Violation(_("Pessoa desaparecida"), None, None, None),
    "self_harm": Violation(_("Risco de tirar a própria vida"), None, None, None),
    "other": Violation(_("Outra violação"), "outros", None, None),
}
# By agents of a public body: hidden from partners of the same body.
BY_AGENTS = frozenset({"institutional", "forced_removal", "belongings_taken", "state_violence"})

# Child labour as it is seen in the street. Whoever is exploited is the victim: no form says offender.
LABOUR_FORMS = {
    "street_sale": _("Venda em semáforo, rua ou transporte"),
    "performance": _("Malabares ou apresentação"),
    "asking": _("Pedido de dinheiro"),
    "car_minding": _("Guarda ou lavagem de carros"),
    "shoe_shine": _("Engraxate"),
    "recycling": _("Catação de recicláveis ou lixão"),
    "market_porter": _("Carregador em feira"),
    "leaflets": _("Distribuição de panfletos"),
    "domestic": _("Trabalho doméstico"),
    "caring": _("Cuidado de outras crianças no lugar da escola"),
    "building": _("Construção"),
    "workshop": _("Oficina ou lava-jato"),
    "delivery": _("Entrega"),
    "farming": _("Agricultura ou pesca"),
    "shop": _("Comércio ou quiosque"),
    "alcohol_sale": _("Venda de bebida alcoólica"),
    "drug_trade": _("Exploração pelo tráfico de drogas"),
    "sexual_exploitation": _("Exploração sexual"),
    "online": _("Conteúdo digital com exploração econômica"),
    "other": _("Outro"),
}
# Groups of the Lista TIP (Decreto 6.481/2008), chosen at the desk [mem].
TIP_GROUPS = {
    "agriculture": _("Agricultura, pecuária, silvicultura e exploração florestal"),
    "fishing": _("Pesca"),
    "extractive": _("Indústria extrativa"),
    "manufacturing": _("Indústria de transformação"),
    "utilities": _("Eletricidade, gás e água"),
    "construction": _("Construção"),
    "trade": _("Comércio e reparação"),
    "transport": _("Transporte e armazenagem"),
    "health_social": _("Saúde e serviços sociais"),
    "community": _("Serviços coletivos, sociais e pessoais"),
    "domestic": _("Serviço doméstico"),
    "all_sectors": _("Todas as atividades"),
    "morality": _("Trabalho prejudicial à moralidade"),
}

# What the team did.
ACTIONS = {
    "stayed": _("Ficamos com a pessoa"),
    "calmed": _("Acolhemos e escutamos"),
    "moved_to_safety": _("Levamos a lugar seguro"),
    "told_family": _("Falamos com a família"),
    "told_rights": _("Orientamos sobre direitos"),
    "could_not_approach": _("Não deu para se aproximar"),
    "other": _("Outra providência"),
}

# Codes of recipients that rules name. A city gives each its names, telephones and regions; its own begin with own_.
RECIPIENTS = {
    "guardianship_council": _("Conselho Tutelar"),
    "disque_100": _("Disque 100"),
    "ligue_180": _("Ligue 180"),
    "samu_192": _("SAMU 192"),
    "police_190": _("Polícia Militar 190"),
    "fire_193": _("Bombeiros 193"),
    "cvv_188": _("CVV 188"),
    "creas": _("CREAS"),
    "peti": _("PETI (referência do trabalho infantil)"),
    "labour_inspection": _("Inspeção do trabalho (Sistema Ipê)"),
    "labour_prosecution": _("Ministério Público do Trabalho"),
    "prosecution": _("Ministério Público"),
    "childhood_judge": _("Vara da Infância e Juventude"),
    "police_station": _("Delegacia de polícia"),
    "women_police_station": _("Delegacia da mulher (DEAM)"),
    "women_centre": _("Centro de referência da mulher"),
    "older_council": _("Conselho da Pessoa Idosa"),
    "disability_council": _("Conselho dos Direitos da Pessoa com Deficiência"),
    "public_defender": _("Defensoria Pública"),
    "ombudsman": _("Ouvidoria"),
    "human_rights_centre": _("Centro de Direitos Humanos"),
    "federal_police": _("Polícia Federal"),
    "caps": _("CAPS"),
    "health_surveillance": _("Vigilância em saúde (SINAN)"),
}
# Rung without a list of one's own: national numbers, the same everywhere [mem].
NATIONAL_PHONES = {
    "police_190": "190", "samu_192": "192", "fire_193": "193", "disque_100": "100", "ligue_180": "180", "cvv_188": "188",
}  # fmt: skip

OBLIGATIONS = {"mandatory": _("Obrigatório"), "offered": _("Oferecer")}
CHOICES = {
    "accepted": _("Quer"),
    "declined": _("Não quer"),
    "later": _("Depois"),
    "unavailable": _("Não foi possível oferecer"),
}
CALL_OUTCOMES = {"answered": _("Atendeu"), "no_answer": _("Não atendeu"), "busy": _("Ocupado")}
CHANNELS = {
    "by_hand": _("Em mãos"), "email": _("E-mail"), "phone": _("Telefone"), "system": _("Sistema (SEI, SIPIA ou outro)"),
}  # fmt: skip
COMMUNICATION_STATES = {
    "draft": _("Rascunho"),
    "sent": _("Enviada"),
    "received": _("Recebida"),
    "answered": _("Respondida"),
    "dropped": _("Descartada"),
}
STATES = {"raised": _("Recebido"), "taken": _("Em atendimento"), "closed": _("Encerrado")}
GUIDANCE = {
    "stay": _("Fique com a pessoa"),
    "may_leave": _("Pode sair"),
    "call_again": _("Ligue de novo para quem está de plantão"),
}
MISTAKES = {
    "not_it": _("Não era o que parecia"),
    "wrong_person": _("Era outra pessoa"),
    "duplicate": _("Já tinha sido avisado"),
    "other": _("Outro engano"),
}
CLOSE_REASONS = {
    "followed": _("Acompanhado pelo CREAS"),
    "referred": _("Passado a outro serviço"),
    "protected": _("Proteção garantida"),
    "person_declined": _("A pessoa adulta não quis"),
    "not_found": _("Não localizada depois de procurar"),
    "mistake": _("Engano confirmado"),
    "linked": _("Tratado junto com outro alerta"),
    "other": _("Outro motivo"),
}
# Public bodies whose agents a flag may be about; workers of units of that body don't see it.
BODIES = {
    "municipal_guard": _("Guarda municipal"),
    "urban_cleaning": _("Zeladoria e limpeza urbana"),
    "inspection": _("Fiscalização"),
    "military_police": _("Polícia militar"),
    "civil_police": _("Polícia civil"),
    "health": _("Saúde"),
    "social_assistance": _("Assistência social"),
    "education": _("Educação"),
    "other": _("Outro órgão"),
}
# Those that may have been meant where nobody could say whose agents they were, and how that is written.
FORCES = frozenset({"municipal_guard", "urban_cleaning", "inspection", "military_police", "civil_police"})
UNTOLD = "untold"
# Which recipients belong to a body: never told of their own.
BODY_OF = {"police_190": "military_police", "police_station": "civil_police"}
EVENTS = {
    "raised": _("Alerta recebido"),
    "seen": _("Visto por técnica ou técnico"),
    "taken": _("Assumido"),
    "handed": _("Passado a colega"),
    "named": _("Colega indicada"),
    "unnamed": _("Colega não abre mais"),
    "opened": _("Relato aberto"),
    "broke_glass": _("Aberto com justificativa"),
    "reviewed": _("Abertura revista"),
    "called": _("Ligação anotada"),
    "complemented": _("Complementado"),
    "mistake_said": _("Engano informado por quem registrou"),
    "mistake_refused": _("Não era engano"),
    "guided": _("Orientação à equipe"),
    "linked": _("Ligado a outro alerta"),
    "unlinked": _("Separado do outro alerta"),
    "person_linked": _("Ligado a uma pessoa"),
    "person_unlinked": _("Ligação com a pessoa desfeita"),
    "accused": _("Órgão dos agentes informado"),
    "choice": _("Escolha da pessoa adulta"),
    "duty_dropped": _("Comunicação dispensada"),
    "sent": _("Comunicação enviada"),
    "received": _("Comunicação recebida"),
    "answered": _("Comunicação respondida"),
    "corrected": _("Comunicação corrigida"),
    "referred": _("Encaminhado"),
    "noted": _("Nota sigilosa escrita"),
    "climbed": _("Prazo cobrado"),
    "receipt_asked": _("Recebimento cobrado"),
    "closed": _("Encerrado"),
    "reopened": _("Reaberto"),
}
# What is counted, and nothing finer (domain 8.3, 11.31): of these marks alone.
COUNTED = ("flag", "child_labour", "child_labour_up_to_15", "sexual_exploitation_minor", "violence_minor", "violence_woman", "violence_older", "state_violence")
