"""What communications refuse, by name."""

from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownCommunication(Problem):
    code = "protection.communication_not_found"
    status = 404
    sentence = _("Esta comunicação não foi encontrada.")


class NotHolder(Problem):
    code = "protection.not_holder"
    status = 403
    sentence = _("Só quem assumiu o alerta, ou colega indicada, escreve e lê as comunicações. Assuma o alerta primeiro.")


class UnknownRecipient(Problem):
    code = "protection.recipient_not_found"
    status = 422
    sentence = _("Escolha a quem comunicar entre os destinatários da cidade.")


class AccusedRecipient(Problem):
    code = "protection.recipient_accused"
    status = 409
    sentence = _("O alerta é sobre agentes deste mesmo órgão: ele não recebe esta comunicação.")


class AlreadySent(Problem):
    """extra: number and year."""

    code = "protection.communication_sent"
    status = 409
    sentence = _("Esta comunicação já foi assinada e numerada. Para mudar algo, faça uma correção.")


class Dropped(Problem):
    code = "protection.communication_dropped"
    status = 409
    sentence = _("Este rascunho foi descartado.")


class DraftChanged(Problem):
    code = "protection.draft_changed"
    status = 409
    sentence = _("O rascunho mudou em outra aba depois que esta foi aberta. Confira de novo antes de assinar.")


class TooLongForAPage(Problem):
    code = "protection.longer_than_a_page"
    status = 422
    sentence = _("A comunicação passa de uma página. Encurte o que foi visto, o relato ou as medidas.")


class NothingSaid(Problem):
    code = "protection.nothing_said"
    status = 422
    sentence = _("Diga pelo menos os sinais observados ou o que foi visto.")


class NoContact(Problem):
    code = "protection.no_contact"
    status = 422
    sentence = _("Falta para onde ela vai: este destinatário ainda não tem esse contato na tabela da cidade.")


class NotAccepted(Problem):
    code = "protection.not_accepted"
    status = 409
    sentence = _("A pessoa adulta não aceitou esta comunicação. Só com risco de morte, e com o motivo escrito (15 letras ou mais).")


class ToldWrongTime(Problem):
    code = "protection.told_at_wrong_time"
    status = 422
    sentence = _("A hora informada não pode ser: é antes do que aconteceu ou ainda não chegou.")


class NotSent(Problem):
    code = "protection.communication_not_sent"
    status = 409
    sentence = _("Ainda não foi enviada: assine e envie primeiro.")


class AlreadyReceived(Problem):
    code = "protection.communication_received"
    status = 409
    sentence = _("O recebimento desta comunicação já está anotado.")


class AlreadyAnswered(Problem):
    code = "protection.communication_answered"
    status = 409
    sentence = _("A resposta desta comunicação já está anotada.")


class AlreadyCorrected(Problem):
    """extra: number and year of the correction."""

    code = "protection.communication_corrected"
    status = 409
    sentence = _("Esta comunicação já foi corrigida por outra. Corrija a mais nova.")


class DocumentAltered(Problem):
    code = "protection.document_altered"
    status = 500
    sentence = _("O documento guardado não confere com o que foi assinado e não pode ser mostrado. Avise quem cuida da instalação.")
