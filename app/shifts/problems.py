from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownShift(Problem):
    code = "shifts.unknown"
    status = 422
    sentence = _("Este plantão não está no servidor.")
    constraint = "fk_presence_marks_municipality_id_shift_id"


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


class UnknownRegion(Problem):
    code = "shifts.unknown_region"
    status = 422
    sentence = _("A região escolhida não está no cadastro. Escolha outra.")
    constraint = "fk_shift_events_municipality_id_region_id"


class UnknownMarkRegion(Problem):
    code = "shifts.unknown_mark_region"
    status = 422
    sentence = _("A região escolhida não está no cadastro. Escolha outra.")
    constraint = "fk_presence_marks_municipality_id_region_id"


class UnknownMarkTeam(Problem):
    code = "shifts.unknown_mark_team"
    status = 422
    sentence = _("A equipe desta passagem não existe mais.")
    constraint = "fk_presence_marks_municipality_id_team_id"


class MomentTaken(Problem):
    code = "shifts.moment_taken"
    status = 409
    sentence = _("Isto já está no servidor com outro conteúdo.")
    constraint = "pk_shift_events"


class MarkTaken(Problem):
    code = "shifts.mark_taken"
    status = 409
    sentence = _("Esta passagem já está no servidor com outro conteúdo.")
    constraint = "pk_presence_marks"


class NoWhere(Problem):
    """"Passei aqui" that doesn't say where says nothing."""

    code = "shifts.pass_nowhere"
    status = 422
    sentence = _("Diga onde: um ponto conhecido, o local do celular ou a região.")
