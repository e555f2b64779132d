from flask_babel import lazy_gettext as _

from app.core.problems import NotFound, Problem


class RouteNotFound(NotFound):
    code = "shifts.route_not_found"
    sentence = _("Este roteiro não existe.")


class UnknownStop(Problem):
    """Of a phone: a stop that this route never had, in this city."""

    code = "shifts.stop_unknown"
    status = 422
    sentence = _("Esta parada não está no roteiro da sua equipe.")


class MissTaken(Problem):
    code = "shifts.miss_taken"
    status = 409
    sentence = _("Isto já está no servidor com outro conteúdo.")
    constraint = "pk_route_misses"


class StopTwice(Problem):
    code = "shifts.stop_twice"
    status = 409
    sentence = _("Este ponto já está no roteiro.")
    constraint = "uq_route_stops_standing"


class TooManyStops(Problem):
    code = "shifts.too_many_stops"
    status = 422
    sentence = _("Um roteiro tem no máximo 40 paradas. Faça outro roteiro com as que faltam.")


class StopGone(Problem):
    code = "shifts.stop_gone"
    status = 422
    sentence = _("Este ponto está fora de uso ou não existe. Escolha outro.")


class WhenMissing(Problem):
    code = "shifts.route_without_days"
    status = 422
    sentence = _("Diga os dias da semana, ou a data se for um dia só.")


class RouteDates(Problem):
    code = "shifts.route_dates"
    status = 422
    sentence = _("O último dia vem antes do primeiro, ou a data já passou. Confira as datas.")


class RouteHours(Problem):
    code = "shifts.route_hours"
    status = 422
    sentence = _("O fim é igual ao começo, ou são mais de 16 horas. Confira os horários.")


class RouteEnded(Problem):
    code = "shifts.route_ended"
    status = 409
    sentence = _("Este roteiro foi encerrado. Copie para usar de novo.")
