"""What flags refuse, by name."""

from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class NoSealKey(Problem):
    code = "protection.no_seal_key"
    status = 503
    sentence = _("Este município ainda não tem chave de lacre. Avise quem cuida da instalação.")


class UnknownFlag(Problem):
    code = "protection.flag_not_found"
    status = 404
    sentence = _("Este alerta não foi encontrado.")


class FlagClosed(Problem):
    code = "protection.flag_closed"
    status = 409
    sentence = _("Este alerta já foi encerrado.")
