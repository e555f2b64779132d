"""Closed lists of the register of sharings (LGPD 25 to 27)."""

from flask_babel import lazy_gettext as _

SHARED = {
    "names": _("nome ou como é chamada"),
    "documents": _("documentos"),
    "ficha": _("respostas da ficha"),
    "encounters": _("quando e onde foi encontrada"),
    "family": _("família"),
    "report": _("relatório escrito"),
}
BASES = {
    "public_policy": _("para executar uma política pública (LGPD 7º, III)"),
    "own_request": _("a pedido da própria pessoa"),
    "life": _("para proteger a vida ou a integridade de alguém (LGPD 7º, VII)"),
    "health": _("para um atendimento de saúde (LGPD 11, II, f)"),
    "court": _("ordem judicial, respondida pela procuradoria do município"),
}
