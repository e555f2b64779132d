from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownShift(Problem):
    code = "shifts.unknown"
    status = 422
    sentence = _("Este plantão não está no servidor.")


class UnknownTeam(Problem):
    code = "shifts.unknown_team"
    status = 422
    sentence = _("A equipe deste plantão não existe mais. Abra o plantão com outra equipe.")
    constraint = "fk_shifts_municipality_id_team_id"


class UnknownUnit(Problem):
    code = "shifts.unknown_unit"
    status = 422
    sentence = _("A unidade de referência deste plantão não existe mais.")
    constraint = "fk_shifts_municipality_id_reference_unit_id"


class UnknownCompanion(Problem):
    code = "shifts.unknown_companion"
    status = 422
    sentence = _("Uma das pessoas que saíram junto não está no cadastro.")
    constraint = "fk_shift_companions_municipality_id_worker_id"


class IdTaken(Problem):
    code = "shifts.id_taken"
    status = 409
    sentence = _("Este plantão já está no servidor com outro conteúdo.")
    constraint = "pk_shifts"
