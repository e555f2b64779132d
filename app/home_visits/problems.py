from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class NoFamily(Problem):
    code = "home_visits.no_family"
    status = 422
    sentence = _("Escolha a família ou escreva como ela é chamada.")


class UnknownFamily(Problem):
    code = "home_visits.unknown_family"
    status = 422
    sentence = _("Esta família não está na sua lista.")


class UnknownTeam(Problem):
    code = "home_visits.unknown_team"
    status = 422
    sentence = _("A equipe desta visita não existe mais.")
    constraint = "fk_home_visits_municipality_id_team_id"


class UnknownVisit(Problem):
    code = "home_visits.unknown"
    status = 422
    sentence = _("A visita a que isto se refere não está no servidor.")


class IdTaken(Problem):
    code = "home_visits.id_taken"
    status = 409
    sentence = _("Esta visita já está no servidor com outro conteúdo.")
    constraint = "pk_home_visits"


class AlreadyReplaced(Problem):
    code = "home_visits.already_corrected"
    status = 409
    sentence = _("Esta visita já foi corrigida.")
    constraint = "uq_home_visits_replaces_id"


class NotValid(Problem):
    code = "home_visits.not_valid"
    status = 409
    sentence = _("Esta visita já foi corrigida ou retirada.")
