from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class OperationNotFound(Problem):
    code = "operations.not_found"
    status = 404
    sentence = _("Esta operação não existe neste município.")


class OperationEnded(Problem):
    code = "operations.ended"
    status = 409
    sentence = _("Esta operação já foi encerrada.")


class AnotherRuns(Problem):
    """Also by the constraint: two at once."""

    code = "operations.another_runs"
    status = 409
    sentence = _("Já há uma operação em andamento. Encerre-a antes de iniciar outra.")
    constraint = "uq_operations_running"


class EndsBeforeNow(Problem):
    code = "operations.ends_before_now"
    status = 422
    sentence = _("Pela hora e pelo número de noites, a operação já teria terminado. Aumente o número de noites ou mude a hora.")


class HoursHalfSaid(Problem):
    code = "operations.hours_half_said"
    status = 422
    sentence = _("Diga a hora em que a unidade abre e a hora em que fecha, ou deixe as duas em branco.")


class UnknownUnitHere(Problem):
    code = "operations.unknown_unit"
    status = 422
    sentence = _("Uma das unidades não existe ou está desativada.")


class UnknownTeamHere(Problem):
    code = "operations.unknown_team"
    status = 422
    sentence = _("Uma das equipes não existe.")


class BadKind(Problem):
    code = "operations.bad_kind"
    status = 404
    sentence = _("Não existe este tipo de operação.")


class NoBulletinYet(Problem):
    code = "operations.no_bulletin_yet"
    status = 404
    sentence = _("O primeiro boletim sai na próxima hora cheia.")
