"""What a supervisor on duty is told of, in words, and what a city may set of it. Of teams alone, never of one worker."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.core.city_settings import Setting, declare

KINDS: dict[str, Any] = {
    "late": _("Equipe não abriu o turno"),
    "missing": _("Região planejada sem equipe"),
    "request": _("Solicitação fora do tempo"),
}
# Which step of a request waits too long.
STAGES: dict[str, Any] = {
    "triage": _("espera triagem"),
    "dispatch": _("espera uma equipe"),
    "arrival": _("a equipe ainda não chegou"),
}
# How an alert ended. late_sync: what was learnt later shows that it need not have rung.
CLOSED: dict[str, Any] = {
    "resolved": _("Fechou sozinho: houve notícia"),
    "late_sync": _("Anulado: sincronização atrasada"),
    "over": _("Fechou com o fim do plantão planejado"),
    "changed": _("Fechou porque o plano mudou"),
}
# The word with which somebody says that she sees to it.
ANSWERS: dict[str, Any] = {
    "called": _("Falei com a equipe"),
    "sent_other": _("Mandei outra equipe"),
    "known": _("Já sabia, está combinado"),
    "other": _("Outra coisa"),
}
# To whom it went: who said that she is on duty and reads it; of the city's list who reads it; where there is neither, whoever oversees.
TOLD_AS: dict[str, Any] = {
    "duty": _("quem está de plantão"),
    "fallback": _("a lista da cidade, porque ninguém de plantão responde por esta equipe ou região"),
    "everybody": _("toda a supervisão, porque ninguém de plantão nem da lista da cidade responde por esta equipe ou região"),
}
LONGEST_ANSWER = 120

LATE = declare(
    "alert_late_minutes", 20, 5, 240, "minutes", "alerts", _("Avisar que a equipe não abriu o turno depois de"),
    _("Conta do início do plantão publicado na escala."),
)  # fmt: skip
# By the part of the local day (territory.PERIODS); one region may say otherwise.
MISSING: dict[str, Setting] = {
    "dawn": declare("alert_missing_dawn", 90, 15, 720, "minutes", "alerts", _("Região planejada sem equipe na madrugada (0h às 6h): avisar depois de")),
    "morning": declare("alert_missing_morning", 60, 15, 720, "minutes", "alerts", _("Região planejada sem equipe de manhã (6h às 12h): avisar depois de")),
    "afternoon": declare("alert_missing_afternoon", 60, 15, 720, "minutes", "alerts", _("Região planejada sem equipe à tarde (12h às 18h): avisar depois de")),
    "night": declare(
        "alert_missing_night", 60, 15, 720, "minutes", "alerts", _("Região planejada sem equipe à noite (18h às 24h): avisar depois de"),
        _("Só toca onde a escala publicada previa equipe. Atendimento longo, pausa e equipe em outra região do mesmo plantão não tocam."),
    ),
}  # fmt: skip
QUIET_FROM = declare(
    "alert_quiet_from", 0, 0, 23, "hour_of_day", "alerts", _("Silêncio: a partir das"),
    _("Neste horário só o que é urgente toca; o resto espera o fim dele. Duas horas iguais: sem silêncio."),
)  # fmt: skip
QUIET_TO = declare("alert_quiet_to", 0, 0, 23, "hour_of_day", "alerts", _("Silêncio: até as"))
PER_HOUR = declare(
    "alert_pushes_per_hour", 4, 1, 30, "per_hour", "alerts", _("Toques para cada pessoa, no máximo"),
    _("O que passar disso chega junto em um só aviso, por exemplo “5 alertas”. O urgente não espera."),
)  # fmt: skip
