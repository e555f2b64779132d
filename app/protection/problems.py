"""What flags refuse, by name."""

from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class NoSealKey(Problem):
    code = "protection.no_seal_key"
    status = 503
    sentence = _("Este município ainda não tem chave de lacre. Avise quem cuida da instalação.")


class UnknownFlag(Problem):
    code = "protection.flag_not_found"
    status = 404
    sentence = _("Este alerta não foi encontrado.")


class FlagClosed(Problem):
    code = "protection.flag_closed"
    status = 409
    sentence = _("Este alerta já foi encerrado.")


class IdTaken(Problem):
    """The same flag id came under another command."""

    code = "protection.id_taken"
    status = 409
    sentence = _("Este alerta já está no servidor.")
    constraint = "pk_flags"


class CallTaken(Problem):
    code = "protection.call_taken"
    status = 409
    sentence = _("Esta ligação já está no servidor.")
    constraint = "pk_flag_calls"


class ComplementTaken(Problem):
    code = "protection.complement_taken"
    status = 409
    sentence = _("Este complemento já está no servidor.")
    constraint = "pk_flag_complements"


class UnknownTeam(Problem):
    code = "protection.unknown_team"
    status = 422
    sentence = _("A equipe deste alerta não existe mais. Envie de novo sem equipe.")
    constraint = "fk_flags_municipality_id_team_id"


class UnknownRegion(Problem):
    code = "protection.region_not_found"
    status = 422
    sentence = _("Escolha uma região da lista.")


class UnknownUnit(Problem):
    code = "protection.unit_not_found"
    status = 404
    sentence = _("Esta unidade não foi encontrada.")
    constraint = "fk_protection_bodies_municipality_id_unit_id"


class HalfAnHour(Problem):
    code = "protection.half_an_hour"
    status = 422
    sentence = _("Diga das que horas até que horas, ou nenhuma das duas.")


class WrongDates(Problem):
    code = "protection.dates_reversed"
    status = 422
    sentence = _("O último dia vem antes do primeiro.")


class PhoneNotFound(Problem):
    code = "protection.phone_not_found"
    status = 404
    sentence = _("Este telefone já não está na lista.")


class OwnTableAlready(Problem):
    code = "protection.own_table"
    status = 409
    sentence = _("A cidade já tem uma tabela sua.")


class RuleNotFound(Problem):
    code = "protection.rule_not_found"
    status = 404
    sentence = _("Esta linha já foi mudada ou encerrada. Abra a página de novo.")


class TableChanged(Problem):
    """Somebody else is just changing the table too."""

    code = "protection.table_changed"
    status = 409
    sentence = _("A tabela acabou de ser mudada por outra pessoa. Abra a página de novo.")
    constraint = "uq_protection_rules_standing"


class LastMandatory(Problem):
    code = "protection.last_mandatory"
    status = 409
    sentence = _("É a última linha obrigatória: sem ela, um alerta não seria levado a ninguém.")


class NotTaken(Problem):
    code = "protection.not_taken"
    status = 409
    sentence = _("Ninguém assumiu este caso ainda. Assuma primeiro.")


class NotYours(Problem):
    code = "protection.not_yours"
    status = 403
    sentence = _("Este caso está com uma colega. Só ela, quem ela indicou ou a coordenação pode fazer isto.")


class AlreadyTaken(Problem):
    code = "protection.already_taken"
    status = 409
    sentence = _("Uma colega já assumiu este caso.")


class UnknownColleague(Problem):
    code = "protection.unknown_colleague"
    status = 422
    sentence = _("Escolha uma colega da lista.")


class AlreadyNamed(Problem):
    code = "protection.already_named"
    status = 409
    sentence = _("Esta colega já pode abrir o caso.")


class ReasonMissing(Problem):
    code = "protection.reason_missing"
    status = 422
    sentence = _("Escreva o motivo, com pelo menos 15 letras: a coordenação vai ler.")


class OpensAlready(Problem):
    code = "protection.opens_already"
    status = 409
    sentence = _("Você já pode abrir este caso.")


class UnknownOpening(Problem):
    code = "protection.opening_not_found"
    status = 404
    sentence = _("Esta abertura não foi encontrada.")


class OpeningReviewed(Problem):
    code = "protection.opening_reviewed"
    status = 409
    sentence = _("Esta abertura já foi conferida.")


class OwnOpening(Problem):
    code = "protection.own_opening"
    status = 403
    sentence = _("Quem abriu não confere a própria abertura.")


class UnknownDuty(Problem):
    code = "protection.duty_not_found"
    status = 404
    sentence = _("Esta comunicação não faz parte do caso.")


class DutyOver(Problem):
    code = "protection.duty_over"
    status = 409
    sentence = _("Esta comunicação já foi feita ou dispensada.")


class NotOffered(Problem):
    code = "protection.not_offered"
    status = 422
    sentence = _("Esta comunicação é obrigatória: não depende da escolha da pessoa.")


class DutyStands(Problem):
    code = "protection.duty_stands"
    status = 409
    sentence = _("Há comunicação por fazer: obrigatória, ou que a pessoa quer. Faça, ou dispense dizendo o motivo, e depois encerre.")


class NotAnAdult(Problem):
    code = "protection.not_an_adult"
    status = 422
    sentence = _("Só uma pessoa adulta que decide por si pode não querer. Escolha outro motivo.")


class NoMistakeSaid(Problem):
    code = "protection.no_mistake_said"
    status = 409
    sentence = _("Quem registrou não disse que foi engano.")


class NotClosed(Problem):
    code = "protection.not_closed"
    status = 409
    sentence = _("Este caso está aberto.")


class NoPerson(Problem):
    code = "protection.no_person"
    status = 409
    sentence = _("O caso não está ligado a nenhuma pessoa do cadastro.")


class SameFlag(Problem):
    code = "protection.same_flag"
    status = 422
    sentence = _("É o mesmo alerta: escolha outro da lista.")


class AlreadyLinked(Problem):
    code = "protection.already_linked"
    status = 409
    sentence = _("Os dois alertas já estão ligados.")
    constraint = "uq_flag_links_standing"


class NotLinked(Problem):
    code = "protection.not_linked"
    status = 404
    sentence = _("Estes alertas não estão ligados.")


class NotLabour(Problem):
    code = "protection.not_labour"
    status = 422
    sentence = _("Isto vale só para trabalho infantil.")


class NotByAgents(Problem):
    code = "protection.not_by_agents"
    status = 422
    sentence = _("Isto vale só para alertas sobre agentes públicos.")


class NoProfession(Problem):
    code = "protection.no_profession"
    status = 422
    sentence = _("A administração precisa dizer a sua profissão antes de você escrever nota sigilosa.")


class EmptyNote(Problem):
    code = "protection.empty_note"
    status = 422
    sentence = _("Escreva alguma coisa na nota.")


class UnknownNote(Problem):
    code = "protection.note_not_found"
    status = 404
    sentence = _("Esta nota não foi encontrada.")


class NoteClosed(Problem):
    code = "protection.note_closed"
    status = 409
    sentence = _("Esta nota foi lacrada.")
