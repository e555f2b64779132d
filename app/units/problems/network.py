"""What a unit, its hours, its rooms and its suspensions refuse."""

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.core.problems import Problem
from app.units.terms import WEEKDAYS


class UnitNotFound(Problem):
    code = "units.not_found"
    status = 404
    sentence = _("Esta unidade não existe neste município.")


class UnitInactive(Problem):
    code = "units.inactive"
    status = 409
    sentence = _("Esta unidade está desativada.")


class UnitNameTaken(Problem):
    code = "units.name_taken"
    status = 409
    sentence = _("Já há uma unidade com este nome.")
    constraint = "uq_units_municipality_id_name"


class UnknownRegion(Problem):
    code = "units.unknown_region"
    status = 422
    sentence = _("Esta região não existe neste município.")


class HalfAPlace(Problem):
    code = "units.half_a_place"
    status = 422
    sentence = _("Diga a latitude e a longitude, ou nenhuma das duas.")


class PeopleExpected(Problem):
    """Closing a house to which people are on the way, or in which they sleep. Says how many, never who."""

    code = "units.people_expected"
    status = 409
    sentence = _("Há pessoas a caminho ou dentro desta unidade.")

    def __init__(self, coming: int, inside: int):
        super().__init__(extra={"coming": coming, "inside": inside})
        said = [
            ngettext("%(num)d pessoa encaminhada está a caminho ou esperando resposta", "%(num)d pessoas encaminhadas estão a caminho ou esperando resposta", coming)
            if coming
            else "",
            ngettext("%(num)d pessoa está dentro", "%(num)d pessoas estão dentro", inside) if inside else "",
        ]
        self.sentence = gettext("Esta unidade ainda não pode fechar: %(who)s.", who="; ".join(filter(None, said)))


class FigureCounted(Problem):
    """A figure typed for a house whose places are counted from its beds, and are others now."""

    code = "units.figure_counted"
    status = 409
    sentence = _("Nesta unidade as vagas são contadas pelos leitos, e o número mudou. Confira e confirme de novo.")


class PlacesInUse(Problem):
    """Beds taken away under somebody: `in_use` says how many are slept in, promised or not confirmed."""

    code = "units.places_in_use"
    status = 409
    sentence = _("Há vagas ocupadas ou prometidas.")

    def __init__(self, in_use: int):
        super().__init__(extra={"in_use": in_use})
        self.sentence = ngettext(
            "%(num)d vaga está ocupada, prometida ou não confirmada: o número não pode ficar abaixo disso.",
            "%(num)d vagas estão ocupadas, prometidas ou não confirmadas: o número não pode ficar abaixo disso.",
            in_use,
        )


class BedInUse(Problem):
    code = "units.bed_in_use"
    status = 409
    sentence = _("Este leito está ocupado, prometido ou não confirmado: registre antes a saída ou espere o prazo.")


class BedNotFound(Problem):
    code = "units.bed_not_found"
    status = 404
    sentence = _("Este leito não existe nesta unidade.")


class BedNameTaken(Problem):
    code = "units.bed_name_taken"
    status = 409
    sentence = _("Já há um leito com este nome nesta unidade.")
    constraint = "uq_beds_name"


class RoomNotFound(Problem):
    code = "units.room_not_found"
    status = 404
    sentence = _("Este quarto não existe nesta unidade.")


class RoomNameTaken(Problem):
    code = "units.room_name_taken"
    status = 409
    sentence = _("Já há um quarto com este nome nesta unidade.")
    constraint = "uq_rooms_municipality_id_unit_id_name"


class OtherPlaces(Problem):
    """Beds added to a house that counts places, or a number given to one that has rooms."""

    code = "units.other_places"
    status = 409
    sentence = _("Esta unidade conta as vagas de outro modo. Mude antes o modo de contar.")


class HoursOverlap(Problem):
    code = "units.hours_overlap"
    status = 422
    sentence = _("Há horários que se cruzam.")

    def __init__(self, weekday: int, opens: str):
        super().__init__()
        self.sentence = gettext(
            "O horário de %(day)s que termina depois das %(hour)s cruza com outro. Junte os dois ou corrija um deles.",
            day=WEEKDAYS[weekday], hour=opens,
        )  # fmt: skip


class AdmissionOutside(Problem):
    code = "units.admission_outside"
    status = 422
    sentence = _("O horário de entrada passa do horário de funcionamento.")

    def __init__(self, weekday: int):
        super().__init__()
        self.sentence = gettext("Em %(day)s, o horário de entrada passa do horário de funcionamento.", day=WEEKDAYS[weekday])


class BadDays(Problem):
    code = "units.bad_days"
    status = 422
    sentence = _("As datas não servem: o fim vem antes do começo, já passou, ou está longe demais.")


class ExceptionNotFound(Problem):
    code = "units.exception_not_found"
    status = 404
    sentence = _("Este horário especial já não está na lista.")


class HolidayTaken(Problem):
    code = "units.holiday_taken"
    status = 409
    sentence = _("Este dia já está na lista de feriados.")
    constraint = "uq_holidays_municipality_id_on_date"


class HolidayNotFound(Problem):
    code = "units.holiday_not_found"
    status = 404
    sentence = _("Este feriado já não está na lista.")


class ContactNotFound(Problem):
    code = "units.contact_not_found"
    status = 404
    sentence = _("Este contato já não está na lista.")


class NoWayToReach(Problem):
    code = "units.no_way_to_reach"
    status = 422
    sentence = _("Diga um telefone, um e-mail ou quem é no Vínculo: sem isso ninguém alcança este contato.")


class UnknownWorkerHere(Problem):
    code = "units.unknown_worker_here"
    status = 422
    sentence = _("Esta pessoa não trabalha nesta unidade.")


class SuspensionNotFound(Problem):
    code = "units.suspension_not_found"
    status = 404
    sentence = _("Esta suspensão não existe nesta unidade.")


class SuspensionTooLong(Problem):
    code = "units.suspension_too_long"
    status = 422
    sentence = _("Uma suspensão tem fim e um prazo máximo.")

    def __init__(self, days: int):
        super().__init__(extra={"days": days})
        self.sentence = ngettext(
            "Uma suspensão dura no máximo %(num)d dia.", "Uma suspensão dura no máximo %(num)d dias.", days
        )


class SuspensionBegins(Problem):
    code = "units.suspension_begins"
    status = 422
    sentence = _("Uma suspensão começa no dia em que é decidida; registre-a em até trinta dias.")


class ReasonNotSaid(Problem):
    code = "units.reason_not_said"
    status = 422
    sentence = _("Explique o motivo: quem foi suspenso tem direito de saber.")


class AlreadySuspended(Problem):
    code = "units.already_suspended"
    status = 409
    sentence = _("Esta unidade já tem uma suspensão que vale para esta pessoa. Termine aquela antes.")


class SuspensionOver(Problem):
    code = "units.suspension_over"
    status = 409
    sentence = _("Esta suspensão já terminou.")


class BadUnitsFile(Problem):
    code = "units.bad_file"
    status = 422
    sentence = _("O arquivo não é uma planilha CSV que se possa ler.")