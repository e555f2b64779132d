from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnitNotFound(Problem):
    code = "units.not_found"
    status = 404
    sentence = _("Esta unidade não existe neste município.")


class UnitInactive(Problem):
    code = "units.inactive"
    status = 409
    sentence = _("Esta unidade está desativada.")
