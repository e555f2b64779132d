"""What can be refused about notices."""

from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownPushService(Problem):
    code = "notices.unknown_service"
    status = 422
    sentence = _("Este navegador usa um serviço de avisos que não conhecemos. Os avisos continuam na página.")


class NotSubscribed(Problem):
    code = "notices.not_subscribed"
    status = 404
    sentence = _("Este aparelho já não recebe avisos.")


class BadAddress(Problem):
    code = "notices.bad_address"
    status = 422
    sentence = _("Escreva um endereço de e-mail completo, como nome@cidade.gov.br.")


class BadQuietHours(Problem):
    code = "notices.bad_quiet_hours"
    status = 422
    sentence = _("Diga as duas horas, o começo e o fim do silêncio, uma diferente da outra; ou nenhuma.")
