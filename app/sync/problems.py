from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class BadEnvelope(Problem):
    code = "sync.bad_envelope"
    status = 422
    sentence = _("O aparelho enviou um registro que o servidor não entende. Atualize o aplicativo.")


class UnknownCommand(Problem):
    code = "sync.unknown_command"
    status = 422
    sentence = _("O servidor ainda não conhece este tipo de registro. Ele será enviado de novo depois.")


class ChangedBody(Problem):
    code = "sync.changed_body"
    status = 409
    sentence = _("Este registro já foi entregue com outro conteúdo. Faça uma correção.")


class LostDevice(Problem):
    """Whoever holds the phone may deliver what it holds, not undo what was delivered before."""

    code = "sync.lost_device"
    status = 403
    sentence = _("Este aparelho foi dado como perdido. Corrija ou anule em outro aparelho.")


class Replaced(Problem):
    """What replaced this command was done: this one must not be done beside it."""

    code = "sync.replaced"
    status = 409
    sentence = _("O que substituiu este registro já foi entregue.")


class AlreadyDone(Problem):
    """The command that this one replaces was done after all: what changed goes as a correction."""

    code = "sync.already_done"
    status = 409
    sentence = _("O registro que este substitui já foi entregue. Faça uma correção.")


class BatchTooLarge(Problem):
    code = "sync.batch_too_large"
    status = 413
    sentence = _("O envio tem registros demais de uma vez.")


class BadCursor(Problem):
    code = "sync.bad_cursor"
    status = 422
    sentence = _("O marcador de leitura não vale. O aparelho vai ler tudo de novo.")


class ForeignCursor(Problem):
    """A cursor is bound to its municipality and worker."""

    code = "sync.foreign_cursor"
    status = 403
    sentence = _("O marcador de leitura é de outra pessoa ou de outro município.")


class NothingToWithdraw(Problem):
    code = "sync.nothing_to_withdraw"
    status = 422
    sentence = _("Não há registro recusado com esta identificação.")
