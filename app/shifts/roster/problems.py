from flask_babel import lazy_gettext as _

from app.core.problems import NotFound, Problem


class UnknownPlan(NotFound):
    code = "shifts.plan_not_found"
    sentence = _("Este plantão não está na escala.")


class UnknownPattern(NotFound):
    code = "shifts.pattern_not_found"
    sentence = _("Este modelo de escala não existe.")


class UnknownVehicle(NotFound):
    code = "shifts.vehicle_not_found"
    sentence = _("Este veículo não está no cadastro.")


class UnknownAbsence(NotFound):
    code = "shifts.absence_not_found"
    sentence = _("Esta ausência não está registrada.")


class TeamOutOfReach(Problem):
    code = "shifts.team_out_of_reach"
    status = 403
    sentence = _("Esta equipe não está sob a sua coordenação.")


class TeamClosed(Problem):
    code = "shifts.team_closed"
    status = 422
    sentence = _("Esta equipe não existe ou foi fechada. Escolha outra.")


class VehicleTaken(Problem):
    code = "shifts.vehicle_taken"
    status = 409
    sentence = _("Já existe um veículo com este nome.")
    constraint = "uq_vehicles_municipality_id_name"


class VehicleBusy(Problem):
    code = "shifts.vehicle_busy"
    status = 409
    sentence = _("O veículo já está em outro plantão nesta hora.")
    constraint = "ex_planned_shifts_vehicle"


class VehicleOutOfUse(Problem):
    code = "shifts.vehicle_out_of_use"
    status = 422
    sentence = _("Este veículo está fora de uso. Escolha outro.")


class PlannedTwice(Problem):
    code = "shifts.planned_twice"
    status = 409
    sentence = _("Esta pessoa já está em outro plantão nesta hora.")
    constraint = "ex_planned_shift_members_once"


class Away(Problem):
    code = "shifts.member_away"
    status = 409
    sentence = _("Esta pessoa está de férias, licença ou outra ausência neste dia.")


class NotInTeam(Problem):
    code = "shifts.member_unknown"
    status = 422
    sentence = _("Esta pessoa não trabalha neste município ou foi desligada. Escolha outra.")


class NotInShift(Problem):
    code = "shifts.member_not_in_shift"
    status = 422
    sentence = _("Esta pessoa não está neste plantão.")


class AlreadyIn(Problem):
    code = "shifts.member_already_in"
    status = 409
    sentence = _("Esta pessoa já está neste plantão.")


class PlanOver(Problem):
    code = "shifts.plan_over"
    status = 409
    sentence = _("Este plantão já terminou: a escala do que passou não muda.")


class PlanCancelled(Problem):
    code = "shifts.plan_cancelled"
    status = 409
    sentence = _("Este plantão foi cancelado.")


class NoDays(Problem):
    code = "shifts.pattern_without_days"
    status = 422
    sentence = _("Escolha ao menos um dia da semana, ou diga de quantos em quantos dias e a partir de quando.")


class NoSunday(Problem):
    code = "shifts.cycle_without_sunday"
    status = 422
    sentence = _("Um ciclo não tem domingo. No feriado ele trabalha como em qualquer dia, ou folga.")


class NoHours(Problem):
    code = "shifts.hour_missing"
    status = 422
    sentence = _("Nesse dia a hora muda e este horário não existe. Escolha outro.")


class PeriodWrong(Problem):
    code = "shifts.period_wrong"
    status = 422
    sentence = _("O fim vem antes do começo, ou o período é longo demais. Planeje no máximo 100 dias de uma vez.")


class AbsenceWrong(Problem):
    code = "shifts.absence_wrong"
    status = 422
    sentence = _("O último dia vem antes do primeiro, ou a ausência passa de dois anos. Confira as datas.")


class RegionUnknown(Problem):
    code = "shifts.region_unknown"
    status = 422
    sentence = _("Uma das regiões não existe mais. Escolha outra.")


class ReasonMissing(Problem):
    code = "shifts.reason_missing"
    status = 422
    sentence = _("Escreva por quê, em poucas palavras: a equipe vai ler.")
