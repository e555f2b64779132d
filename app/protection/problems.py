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


class LastMandatory(Problem):
    code = "protection.last_mandatory"
    status = 409
    sentence = _("É a última linha obrigatória: sem ela, um alerta não seria levado a ninguém.")
