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


class UnknownPerson(Problem):
    code = "encounters.unknown_person"
    status = 422
    sentence = _("A pessoa escolhida não está no servidor. Escolha de novo ou deixe sem identificar.")
    constraint = "fk_participations_municipality_id_person_id"


class UnknownParticipation(Problem):
    code = "encounters.unknown_participation"
    status = 422
    sentence = _("Quem estava presente neste encontro não é quem foi indicado. Atualize e tente de novo.")


class ReasonMissing(Problem):
    code = "encounters.reason_missing"
    status = 422
    sentence = _("Diga por quê. “Não quis dizer” também é resposta.")


class ReasonMisplaced(Problem):
    code = "encounters.reason_misplaced"
    status = 422
    sentence = _("Este motivo não combina com a resposta: falta de vaga nunca é recusa da pessoa.")


class OfferTaken(Problem):
    code = "encounters.offer_taken"
    status = 409
    sentence = _("Esta oferta já está registrada.")
    constraint = "pk_offers"


class Itself(Problem):
    code = "encounters.join_itself"
    status = 422
    sentence = _("Um registro não pode ser juntado a ele mesmo.")


class AlreadyJoined(Problem):
    code = "encounters.already_joined"
    status = 409
    sentence = _("Este registro já foi juntado a outro.")
    constraint = "uq_encounter_joins_joined"


class NotJoined(Problem):
    code = "encounters.not_joined"
    status = 409
    sentence = _("Estes registros já estão separados.")


class OtherTeam(Problem):
    code = "encounters.other_team"
    status = 403
    sentence = _("Os registros são de equipes diferentes. Quem pode juntá-los é a coordenação ou a técnica de referência.")


class Joined(Problem):
    code = "encounters.joined"
    status = 409
    sentence = _("Este registro foi juntado a outro. Separe os dois antes de corrigir ou retirar.")


class HoldsJoined(Problem):
    code = "encounters.holds_joined"
    status = 409
    sentence = _("Outro registro foi juntado a este. Separe os dois antes de retirar.")
