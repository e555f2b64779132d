from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class AlertNotFound(Problem):
    code = "alerts.not_found"
    status = 404
    sentence = _("Este alerta não existe ou não é das suas equipes.")


class AnsweredAlready(Problem):
    code = "alerts.answered_already"
    status = 409
    sentence = _("Outra pessoa já respondeu a este alerta. Veja na lista o que ela disse.")


class ClosedAlready(Problem):
    code = "alerts.closed_already"
    status = 409
    sentence = _("Este alerta já se fechou sozinho. Veja na lista por quê.")


class WordsMissing(Problem):
    code = "alerts.words_missing"
    status = 422
    sentence = _("Diga em poucas palavras o que foi feito, sem nome de pessoa.")


class BadDutyEnd(Problem):
    code = "alerts.bad_duty_end"
    status = 422
    sentence = _("Diga a hora em que o seu plantão termina, como 07:00.")


class UnknownFallback(Problem):
    code = "alerts.unknown_fallback"
    status = 422
    sentence = _("Uma das pessoas marcadas não recebe mais alertas. Abra a página de novo e marque outra vez.")


class BadRegionMinutes(Problem):
    code = "alerts.bad_region_minutes"
    status = 422
    sentence = _("Em cada região, escreva minutos de 15 a 720 ou deixe em branco; nada foi mudado.")
