from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class ReferralNotFound(Problem):
    code = "referrals.not_found"
    status = 404
    sentence = _("Este encaminhamento não existe neste município.")


class AlreadySent(Problem):
    code = "referrals.already_sent"
    status = 409
    sentence = _("Este encaminhamento já foi enviado.")
    constraint = "pk_referrals"


class OriginNotFound(Problem):
    code = "referrals.origin_not_found"
    status = 422
    sentence = _("O registro de onde parte o encaminhamento não foi encontrado.")


class OriginWithdrawn(Problem):
    code = "referrals.origin_withdrawn"
    status = 422
    sentence = _("O registro de onde parte o encaminhamento foi anulado.")


class UnitNotReceiving(Problem):
    code = "referrals.unit_not_receiving"
    status = 422
    sentence = _("Esta unidade não recebe encaminhamentos agora. Escolha outra.")


class SameUnit(Problem):
    code = "referrals.same_unit"
    status = 422
    sentence = _("Proponha outra unidade, não a própria.")


class ReasonUnexplained(Problem):
    code = "referrals.reason_unexplained"
    status = 422
    sentence = _("Explique o motivo em poucas palavras.")


class NotYetAnswered(Problem):
    """The referral went back to where it was before what the desk's page shows."""

    code = "referrals.not_yet_answered"
    status = 409
    sentence = _("Este encaminhamento ainda não teve resposta. Atualize a página.")


class AlreadyAccepted(Problem):
    code = "referrals.already_accepted"
    status = 409
    sentence = _("Este encaminhamento já foi aceito.")


class AlreadyDeclined(Problem):
    code = "referrals.already_declined"
    status = 409
    sentence = _("Este encaminhamento já foi recusado pela unidade.")


class AlreadyArrived(Problem):
    code = "referrals.already_arrived"
    status = 409
    sentence = _("A chegada já está marcada neste encaminhamento.")


class AlreadyNotArrived(Problem):
    code = "referrals.already_not_arrived"
    status = 409
    sentence = _("Este encaminhamento já está marcado como não chegou.")


class AlreadyRevoked(Problem):
    code = "referrals.already_revoked"
    status = 409
    sentence = _("A equipe cancelou este encaminhamento.")


class AlreadyHeld(Problem):
    code = "referrals.already_held"
    status = 409
    sentence = _("A vaga deste encaminhamento está guardada.")


class AlreadyOnTheWay(Problem):
    code = "referrals.already_on_the_way"
    status = 409
    sentence = _("A pessoa já está a caminho.")


class AlreadyInService(Problem):
    code = "referrals.already_in_service"
    status = 409
    sentence = _("A pessoa já está em atendimento na unidade.")


class AlreadyEnded(Problem):
    code = "referrals.already_ended"
    status = 409
    sentence = _("Este encaminhamento já foi encerrado com resposta.")


class AlreadyRedirected(Problem):
    code = "referrals.already_redirected"
    status = 409
    sentence = _("Este encaminhamento já seguiu para outra unidade.")


class AnswerUnexplained(Problem):
    code = "referrals.answer_unexplained"
    status = 422
    sentence = _("Diga o que aconteceu; em “Outro”, em poucas palavras.")


class BadArrivalTime(Problem):
    code = "referrals.bad_arrival_time"
    status = 422
    sentence = _("A hora da chegada não pode ser no futuro nem de mais de sete dias atrás.")


class BadAppointment(Problem):
    code = "referrals.bad_appointment"
    status = 422
    sentence = _("O horário marcado deve ser daqui para a frente, em até um ano.")


class UnitAnswersItself(Problem):
    code = "referrals.unit_answers_itself"
    status = 422
    sentence = _("Esta unidade responde pela própria mesa. A equipe não responde por ela.")


class NotOfTheOrigin(Problem):
    code = "referrals.not_of_the_origin"
    status = 422
    sentence = _("Alguém do encaminhamento não estava no registro de onde ele parte.")


class TooMany(Problem):
    code = "referrals.more_people_named"
    status = 422
    sentence = _("Há mais pessoas nomeadas do que pessoas encaminhadas.")


class TripNotFound(Problem):
    code = "referrals.trip_not_found"
    status = 422
    sentence = _("Esta viagem não existe neste município.")


class NoVehicleAsked(Problem):
    code = "referrals.no_vehicle_asked"
    status = 409
    sentence = _("Ninguém pediu veículo para este encaminhamento.")


class RedirectsItself(Problem):
    code = "referrals.redirects_itself"
    status = 422
    sentence = _("O novo encaminhamento deve ser para outra unidade.")


class UnknownReferred(Problem):
    code = "referrals.unknown_person"
    status = 422
    sentence = _("Alguém do encaminhamento não está no cadastro deste município.")
    constraint = "fk_referral_people_municipality_id_person_id"
