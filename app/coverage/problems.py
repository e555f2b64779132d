from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class BadPeriod(Problem):
    code = "coverage.bad_period"
    status = 422
    sentence = _("Confira as datas: a primeira antes da última, no máximo um ano, e nenhuma depois de hoje.")


class UnknownFilter(Problem):
    code = "coverage.unknown_filter"
    status = 422
    sentence = _("A região ou a equipe escolhida não existe mais.")
