"""Roles, and where they count, in words."""

from flask_babel import lazy_gettext as _

ROLE_NAMES = {
    "outreach_worker": _("Abordagem social"),
    "home_visitor": _("Visitador(a) do PIM"),
    "technician": _("Técnico(a) de referência"),
    "unit_desk": _("Recepção da unidade"),
    "coordinator": _("Coordenação"),
    "supervisor": _("Supervisão"),
    "administrator": _("Administração do sistema"),
    "auditor": _("Auditoria"),
}

SCOPE_NAMES = {
    "municipality": _("toda a cidade"),
    "region": _("uma região"),
    "unit": _("uma unidade"),
    "team": _("uma equipe"),
}
