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
}
