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


class UnitNameTaken(Problem):
    code = "units.name_taken"
    status = 409
    sentence = _("Já há uma unidade com este nome.")
    constraint = "uq_units_municipality_id_name"


class UnknownRegion(Problem):
    code = "units.unknown_region"
    status = 422
    sentence = _("Esta região não existe neste município.")


class DutyPhoneNotFound(Problem):
    code = "units.duty_phone_not_found"
    status = 404
    sentence = _("Este telefone de plantão já não está na lista.")
