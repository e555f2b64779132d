"""Closed lists of accounts. The words are msgids."""

from flask_babel import lazy_gettext as _

TEAM_KINDS = {"street": _("Abordagem na rua"), "pim": _("Visita domiciliar (PIM)")}

# Of who writes private notes (domain 1.7): each passes to the same profession only.
PROFESSIONS = {
    "social_worker": _("Serviço social"),
    "psychologist": _("Psicologia"),
    "lawyer": _("Direito"),
    "pedagogue": _("Pedagogia"),
    "other": _("Outra profissão"),
}

# Why what one team has goes to another; chosen, so that no word of a person is written there.
HANDING_REASONS = {
    "near": _("A outra equipe está mais perto"),
    "shift_over": _("O plantão da equipe acabou"),
    "much": _("A equipe tem muito a fazer"),
    "silent": _("A equipe não responde"),
    "knows": _("A outra equipe conhece a pessoa"),
    "other": _("Outro motivo"),
}

# Stands for the password of a worker who has not chosen one yet; no word verifies against it.
NO_PASSWORD = "!"

# What a spreadsheet may call a role, without case and accents; whatever language the pages are read in.
ROLE_WORDS = {
    word: role
    for role, words in {
        "outreach_worker": ("abordagem social", "abordagem", "educador social", "educadora social", "orientador social"),
        "home_visitor": ("visitador a do pim", "visitador", "visitadora", "visitador do pim", "pim", "visita domiciliar"),
        "technician": ("tecnico a de referencia", "tecnico", "tecnica", "tecnico de referencia", "assistente social"),
        "unit_desk": ("recepcao da unidade", "recepcao", "portaria", "cuidador", "cuidadora"),
        "coordinator": ("coordenacao", "coordenador", "coordenadora"),
        "supervisor": ("supervisao", "supervisor", "supervisora", "vigilancia"),
        "administrator": ("administracao do sistema", "administracao", "administrador", "administradora"),
        "auditor": ("auditoria", "auditor", "auditora"),
    }.items()
    for word in (*words, role.replace("_", " "))
}
TEAM_KIND_WORDS = {
    "rua": "street", "abordagem": "street", "abordagem na rua": "street", "street": "street",
    "pim": "pim", "visita": "pim", "visita domiciliar": "pim", "visita domiciliar pim": "pim",
}  # fmt: skip
