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
