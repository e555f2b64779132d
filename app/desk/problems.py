from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class FiguresClosed(Problem):
    code = "desk.figures_closed"
    status = 403
    sentence = _("As medidas do servidor só são lidas da própria máquina, ou com a senha de medição.")
