from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class FiguresClosed(Problem):
    code = "desk.figures_closed"
    status = 403
    sentence = _("As medidas do servidor só são lidas da própria máquina, ou com a senha de medição.")


class SettingOutOfBounds(Problem):
    code = "desk.setting_out_of_bounds"
    status = 422
    sentence = _("Um valor não serve. Veja abaixo entre quanto e quanto ele pode ficar; nada foi mudado.")


class HourUnread(Problem):
    code = "desk.hour_unread"
    status = 422
    sentence = _("A hora não foi entendida. Escreva como 22:40.")


class HourNotYet(Problem):
    code = "desk.hour_not_yet"
    status = 422
    sentence = _("Esta hora ainda não chegou nesta noite. Confira a hora ou a data da folha.")


class NoHouse(Problem):
    code = "desk.no_house"
    status = 404
    sentence = _("Nenhuma unidade do seu perfil tem vagas de pernoite cadastradas.")


class NoDayUnit(Problem):
    code = "desk.no_day_unit"
    status = 404
    sentence = _("Nenhuma unidade do seu perfil atende durante o dia, sem pernoite.")


class BedUnread(Problem):
    code = "desk.bed_unread"
    status = 422
    sentence = _("Não há leito com este nome na unidade. Confira o nome ou deixe em branco.")


class UntilUnread(Problem):
    code = "desk.until_unread"
    status = 422
    sentence = _("Diga até que dia e hora, no futuro.")


class SpanUnread(Problem):
    code = "desk.span_unread"
    status = 422
    sentence = _("Confira as datas: a primeira antes da última, no máximo 31 dias, e nenhuma depois de hoje.")
