from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownTask(Problem):
    code = "tasks.unknown"
    status = 422
    sentence = _("Este combinado não está no servidor.")


class TaskTaken(Problem):
    code = "tasks.id_taken"
    status = 409
    sentence = _("Este combinado já está no servidor com outro conteúdo.")
    constraint = "pk_tasks"


class NotYours(Problem):
    code = "tasks.not_yours"
    status = 403
    sentence = _("Este combinado é de outra equipe.")


class AlreadyClosed(Problem):
    code = "tasks.already_closed"
    status = 409
    sentence = _("Este combinado já foi encerrado por outra pessoa, com outro resultado.")


class NotOpen(Problem):
    code = "tasks.not_open"
    status = 409
    sentence = _("Este combinado já foi encerrado: não há o que passar.")


class OfNoTeam(Problem):
    code = "tasks.of_no_team"
    status = 409
    sentence = _("Este combinado é de uma pessoa só, não de uma equipe.")


class SameTeam(Problem):
    code = "tasks.same_team"
    status = 409
    sentence = _("O combinado já é desta equipe.")


class HandedMeanwhile(Problem):
    code = "tasks.handed_meanwhile"
    status = 409
    sentence = _("Outra pessoa passou este combinado enquanto você olhava. Veja com que equipe ele está.")


class TeamOutOfReach(Problem):
    code = "tasks.team_out_of_reach"
    status = 403
    sentence = _("Esta equipe não está sob a sua coordenação.")


class OtherKindOfTeam(Problem):
    code = "tasks.other_kind_of_team"
    status = 422
    sentence = _("Um combinado da rua fica com equipes da rua; o de uma família, com equipes de visita.")


class NothingAgreed(Problem):
    code = "tasks.nothing_agreed"
    status = 422
    sentence = _("Escreva em poucas palavras o que ficou combinado.")


class DayUnlikely(Problem):
    code = "tasks.day_unlikely"
    status = 422
    sentence = _("O dia combinado está longe demais. Confira a data.")


class UnknownPerson(Problem):
    code = "tasks.unknown_person"
    status = 422
    sentence = _("A pessoa deste combinado não está no servidor.")
    constraint = "fk_tasks_municipality_id_person_id"


class UnknownFamily(Problem):
    code = "tasks.unknown_family"
    status = 422
    sentence = _("A família deste combinado não está no servidor.")
    constraint = "fk_tasks_municipality_id_household_id"


class UnknownEncounter(Problem):
    code = "tasks.unknown_encounter"
    status = 422
    sentence = _("O encontro deste combinado não está no servidor.")
    constraint = "fk_tasks_municipality_id_encounter_id"


class UnknownTeam(Problem):
    code = "tasks.unknown_team"
    status = 422
    sentence = _("A equipe deste combinado não existe mais.")
    constraint = "fk_tasks_municipality_id_team_id"


class UnknownAssignee(Problem):
    code = "tasks.unknown_assignee"
    status = 422
    sentence = _("Quem ficou com este combinado não trabalha mais neste município. Escolha outra pessoa.")
    constraint = "fk_tasks_municipality_id_assignee_id"


class UnknownPoint(Problem):
    code = "tasks.unknown_point"
    status = 422
    sentence = _("O ponto conhecido escolhido não existe mais. Escreva o lugar.")
    constraint = "fk_tasks_municipality_id_known_point_id"
