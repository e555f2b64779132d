from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class SignedOut(Problem):
    code = "access.signed_out"
    status = 401
    sentence = _("Sua entrada terminou. Entre de novo para enviar; o que está no aparelho continua guardado.")


class Owing(Problem):
    """A page asked for before the password was changed or the confidentiality term accepted; `where` leads there."""

    code = "access.owing"
    status = 428
    sentence = _("Antes de continuar, troque a senha e aceite o termo de sigilo.")

    def __init__(self, where: str):
        super().__init__()
        self.where = where


class Forbidden(Problem):
    code = "access.forbidden"
    status = 403
    sentence = _("Seu perfil não permite esta operação.")


class BadToken(Problem):
    code = "access.bad_token"
    status = 403
    sentence = _("A página ficou aberta tempo demais. Atualize e tente de novo.")


class SendOnly(Problem):
    """A revoked device or a worker who left: the caseload goes, what is unsent may still be delivered."""

    code = "access.send_only"
    status = 403
    sentence = _("Este aparelho só pode enviar o que já registrou.")


class Locked(Problem):
    """A session bound to a phone's vault, without the token that the vault holds."""

    code = "access.locked"
    status = 403
    sentence = _("Esta entrada só abre no aplicativo de campo, depois de desbloqueado.")
