from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownTeam(Problem):
    code = "encounters.unknown_team"
    status = 422
    sentence = _("A equipe deste registro não existe mais. Corrija escolhendo outra equipe.")
    constraint = "fk_encounters_municipality_id_team_id"


class UnknownUnit(Problem):
    code = "encounters.unknown_unit"
    status = 422
    sentence = _("A unidade de referência não existe mais. Corrija escolhendo outra.")
    constraint = "fk_encounters_municipality_id_reference_unit_id"


class UnknownShift(Problem):
    code = "encounters.unknown_shift"
    status = 422
    sentence = _("O plantão deste registro não chegou ao servidor.")
    constraint = "fk_encounters_municipality_id_shift_id"


class UnknownEncounter(Problem):
    code = "encounters.unknown"
    status = 422
    sentence = _("O encontro a que isto se refere não está no servidor.")


class IdTaken(Problem):
    """The same encounter id came under another command: two phones can't both own it."""

    code = "encounters.id_taken"
    status = 409
    sentence = _("Este encontro já está no servidor com outro conteúdo.")
    constraint = "pk_encounters"


class ParticipationTaken(Problem):
    code = "encounters.participation_taken"
    status = 409
    sentence = _("Uma das pessoas deste encontro já está em outro registro.")
    constraint = "pk_participations"


class AlreadyReplaced(Problem):
    code = "encounters.already_corrected"
    status = 409
    sentence = _("Este encontro já foi corrigido por outra pessoa.")
    constraint = "uq_encounters_replaces_id"


class NotValid(Problem):
    code = "encounters.not_valid"
    status = 409
    sentence = _("Este encontro já foi corrigido ou retirado.")


class PeopleDontAddUp(Problem):
    code = "encounters.people_dont_add_up"
    status = 422
    sentence = _("O número de pessoas não bate com a lista de quem estava presente.")


class NotYours(Problem):
    code = "encounters.not_yours"
    status = 403
    sentence = _("Só a equipe que fez o registro pode alterá-lo.")
