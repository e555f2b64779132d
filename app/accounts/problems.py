from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class WrongCredentials(Problem):
    """The same words for an unknown login and a wrong password."""

    code = "accounts.wrong_credentials"
    status = 401
    sentence = _("Nome de acesso ou senha não conferem.")


class SlowDown(Problem):
    code = "accounts.slow_down"
    status = 429
    sentence = _("Muitas tentativas seguidas. Espere alguns segundos e tente de novo.")


class SessionNotFound(Problem):
    code = "accounts.session_not_found"
    status = 404
    sentence = _("Esta entrada não existe mais.")


class DeviceNotFound(Problem):
    """No such phone, or one of a worker out of the actor's reach: the same words for both."""

    code = "accounts.device_not_found"
    status = 404
    sentence = _("Este aparelho não existe ou não é de alguém da sua equipe.")


class AlreadyLost(Problem):
    code = "accounts.already_lost"
    status = 409
    sentence = _("Este aparelho já foi dado como perdido.")


class NotYourVault(Problem):
    """An envelope made for another worker, another device or another use."""

    code = "accounts.not_your_vault"
    status = 403
    sentence = _("Este cofre é de outra pessoa ou de outro aparelho.")


class LoginTaken(Problem):
    code = "accounts.login_taken"
    status = 409
    sentence = _("Este nome de acesso já está em uso.")
    constraint = "uq_workers_login"
