"""What beds, stays and the door refuse."""

from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class NoBeds(Problem):
    code = "units.no_beds"
    status = 409
    sentence = _("Esta unidade não tem vagas de pernoite cadastradas.")


class NoFreeBed(Problem):
    code = "units.no_free_bed"
    status = 409
    sentence = _("Não há vaga livre para todos. Escolha outro leito ou marque “não coube”.")


class BedOccupied(Problem):
    """Also by the constraint: two at once asked for the same bed, and the other was first."""

    code = "units.bed_occupied"
    status = 409
    sentence = _("Este leito está ocupado. Atualize a página e escolha outro.")
    constraint = "ex_bed_claims_once"


class BedPromised(Problem):
    code = "units.bed_promised"
    status = 409
    sentence = _("Este leito está guardado para quem vem a caminho.")


class BedBlocked(Problem):
    code = "units.bed_blocked"
    status = 409
    sentence = _("Este leito está fora de uso.")


class NotBlocked(Problem):
    code = "units.not_blocked"
    status = 409
    sentence = _("Este leito já está em uso.")


class BedsForEach(Problem):
    code = "units.beds_for_each"
    status = 422
    sentence = _("Escolha um leito para cada pessoa.")


class NobodyNamed(Problem):
    code = "units.nobody_named"
    status = 422
    sentence = _("Diga o número de pessoas.")


class UnknownProfile(Problem):
    code = "units.unknown_profile"
    status = 422
    sentence = _("Este perfil não existe na lista.")


class UnknownReason(Problem):
    code = "units.unknown_reason"
    status = 422
    sentence = _("Escolha um motivo da lista.")


class UnknownService(Problem):
    code = "units.unknown_service"
    status = 422
    sentence = _("Este serviço não existe na lista.")


class HoldInPast(Problem):
    code = "units.hold_in_past"
    status = 422
    sentence = _("Não dá para guardar uma vaga até uma hora que já passou.")


class TimeInFuture(Problem):
    code = "units.time_in_future"
    status = 422
    sentence = _("Esta hora ainda não chegou. Confira a data e o relógio.")


class TimeTooOld(Problem):
    code = "units.time_too_old"
    status = 422
    sentence = _("Esta hora é de dias atrás. Confira a data e o relógio.")


class ArrivalBeforeSent(Problem):
    code = "units.arrival_before_sent"
    status = 422
    sentence = _("Esta chegada é de muito antes do encaminhamento. Confira a data e o relógio.")


class LeftBeforeArrival(Problem):
    code = "units.left_before_arrival"
    status = 422
    sentence = _("A saída é anterior à chegada. Confira a hora.")


class ReferralElsewhere(Problem):
    code = "units.referral_elsewhere"
    status = 404
    sentence = _("Este encaminhamento não é para esta unidade.")


class AlreadyCheckedIn(Problem):
    code = "units.already_checked_in"
    status = 409
    sentence = _("A chegada deste encaminhamento já está marcada.")


class AlreadyHere(Problem):
    code = "units.already_here"
    status = 409
    sentence = _("Esta pessoa já está nesta unidade.")


class PersonUnknown(Problem):
    code = "units.person_unknown"
    status = 422
    sentence = _("Esta pessoa não existe neste município.")
    constraint = "fk_stays_municipality_id_person_id"


class VisitorUnknown(Problem):
    code = "units.visitor_unknown"
    status = 422
    sentence = _("Esta pessoa não existe neste município.")
    constraint = "fk_unit_visits_municipality_id_person_id"


class StayNotFound(Problem):
    code = "units.stay_not_found"
    status = 404
    sentence = _("Esta estadia não existe nesta unidade.")


class AlreadyLeft(Problem):
    code = "units.already_left"
    status = 409
    sentence = _("A saída desta pessoa já está marcada.")


class StillHere(Problem):
    code = "units.still_here"
    status = 409
    sentence = _("Esta pessoa não saiu.")


class AbsenceInPast(Problem):
    code = "units.absence_in_past"
    status = 422
    sentence = _("A volta precisa ser depois de agora.")


class AbsenceTooLong(Problem):
    code = "units.absence_too_long"
    status = 422
    sentence = _("O lugar pode ficar guardado por até 30 dias. Depois, guarde de novo.")


class NotAbsent(Problem):
    code = "units.not_absent"
    status = 409
    sentence = _("Esta pessoa não está ausente.")


class CountNotFound(Problem):
    code = "units.count_not_found"
    status = 404
    sentence = _("Este registro não existe nesta unidade.")


class AlreadyTakenBack(Problem):
    code = "units.already_taken_back"
    status = 409
    sentence = _("Este registro já foi desfeito.")
