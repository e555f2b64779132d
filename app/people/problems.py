from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownPerson(Problem):
    code = "people.unknown"
    status = 404
    sentence = _("Esta pessoa não está registrada neste município.")


class Restricted(Problem):
    """A direct link to somebody whom the actor may not see: says that much and no more."""

    code = "people.restricted"
    status = 403
    sentence = _("Cadastro sigiloso: só quem acompanha esta pessoa vê o que está registrado.")


class ReasonTooShort(Problem):
    code = "people.reason_too_short"
    status = 422
    sentence = _("Diga o motivo com pelo menos dez letras: outra pessoa vai ler.")


class AlreadyRestricted(Problem):
    code = "people.already_restricted"
    status = 409
    sentence = _("Este cadastro já é sigiloso.")


class NotRestricted(Problem):
    code = "people.not_restricted"
    status = 409
    sentence = _("Este cadastro não está sob sigilo.")


class NothingToOpen(Problem):
    code = "people.nothing_to_open"
    status = 404
    sentence = _("Não há cadastro sigiloso fechado para você neste endereço.")


class UnknownReader(Problem):
    code = "people.unknown_reader"
    status = 422
    sentence = _("Escolha alguém que trabalha com pessoas neste município; sempre fica pelo menos uma.")


class AlreadyReader(Problem):
    code = "people.already_reader"
    status = 409
    sentence = _("Esta colega já vê o cadastro.")


class UnknownOpening(Problem):
    code = "people.unknown_opening"
    status = 404
    sentence = _("Esta abertura não está entre as que você confere.")


class AlreadyReviewed(Problem):
    code = "people.already_reviewed"
    status = 409
    sentence = _("Esta abertura já foi conferida.")


class OwnOpening(Problem):
    code = "people.own_opening"
    status = 409
    sentence = _("Quem abriu não confere a própria abertura.")
