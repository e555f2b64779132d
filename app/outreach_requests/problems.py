from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class RequestNotFound(Problem):
    code = "outreach_requests.not_found"
    status = 404
    sentence = _("Esta solicitação não existe neste município.")


class NoSealKey(Problem):
    code = "outreach_requests.no_seal_key"
    status = 503
    sentence = _("Este município ainda não tem chave de lacre. Avise quem cuida da instalação.")


class OutsideTheCity(Problem):
    code = "outreach_requests.outside_the_city"
    status = 422
    sentence = _("O lugar fica fora deste município. Peça ao serviço da cidade onde a pessoa está, ou ligue 100.")


class NoPlaceTold(Problem):
    code = "outreach_requests.no_place_told"
    status = 422
    sentence = _("Diga onde é: uma rua, um bairro, um ponto conhecido ou uma referência.")


class AskedInTheFuture(Problem):
    code = "outreach_requests.asked_in_the_future"
    status = 422
    sentence = _("A hora do pedido não pode ser no futuro nem de mais de sete dias atrás.")


class NotWaiting(Problem):
    """Somebody moved it meanwhile."""

    code = "outreach_requests.not_waiting"
    status = 409
    sentence = _("Esta solicitação já saiu da triagem. Atualize a página.")


class NotWithTeam(Problem):
    code = "outreach_requests.not_with_team"
    status = 409
    sentence = _("Esta solicitação não está com uma equipe.")


class WithTeam(Problem):
    code = "outreach_requests.with_team"
    status = 409
    sentence = _("Esta solicitação está com uma equipe. Tire-a da equipe antes.")


class NeverDispatched(Problem):
    code = "outreach_requests.never_dispatched"
    status = 422
    sentence = _("Pedido por incômodo recebe orientação e não vai para uma equipe. Se há alguém que precisa de atendimento, corrija na triagem para quem é.")


class NotGuidance(Problem):
    code = "outreach_requests.not_guidance"
    status = 422
    sentence = _("Só o pedido por incômodo é respondido com orientação. Corrija na triagem para quem é.")


class UnknownTeam(Problem):
    code = "outreach_requests.unknown_team"
    status = 422
    sentence = _("Esta equipe não está em uso. Escolha outra.")


class SameTeam(Problem):
    code = "outreach_requests.same_team"
    status = 409
    sentence = _("A solicitação já está com esta equipe.")


class DecidedByAnother(Problem):
    code = "outreach_requests.decided_by_another"
    status = 409
    sentence = _("Outra pessoa acabou de decidir a equipe. Atualize a página.")
    constraint = "uq_request_dispatches_standing"


class NotYours(Problem):
    code = "outreach_requests.not_yours"
    status = 422
    sentence = _("Esta solicitação não foi passada para a sua equipe.")


class NotOpen(Problem):
    code = "outreach_requests.not_open"
    status = 409
    sentence = _("Esta solicitação já foi encerrada.")


class JoinsItself(Problem):
    code = "outreach_requests.joins_itself"
    status = 422
    sentence = _("Uma solicitação não se junta a ela mesma.")
    constraint = "ck_request_joins_not_itself"


class AlreadyJoined(Problem):
    code = "outreach_requests.already_joined"
    status = 409
    sentence = _("Uma destas solicitações já foi juntada a outra. Atualize a página.")
    constraint = "uq_request_joins_joined"


class NotJoined(Problem):
    code = "outreach_requests.not_joined"
    status = 409
    sentence = _("Esta solicitação não está juntada a outra.")


class ReasonMissing(Problem):
    code = "outreach_requests.reason_missing"
    status = 422
    sentence = _("Diga por que a solicitação fica fora do serviço.")


class BadSpreadsheet(Problem):
    code = "outreach_requests.bad_spreadsheet"
    status = 422
    sentence = _("O arquivo não pôde ser lido como planilha CSV. Confira o arquivo e as colunas da primeira linha.")


class TooManyLines(Problem):
    code = "outreach_requests.too_many_lines"
    status = 422
    sentence = _("A planilha tem linhas demais. Divida em arquivos de até 5.000 linhas.")


class FormTooSoon(Problem):
    """extra: retry_after_s. Nothing typed is lost: the page comes back filled in."""

    code = "outreach_requests.form_too_soon"
    status = 429
    sentence = _("Espere alguns segundos e toque em enviar de novo. O que você escreveu continua aqui.")


class FormTooOld(Problem):
    code = "outreach_requests.form_too_old"
    status = 422
    sentence = _("A página ficou aberta por muito tempo. Confira o que escreveu e toque em enviar de novo.")


class FormBusy(Problem):
    code = "outreach_requests.form_busy"
    status = 503
    sentence = _("Muitos pedidos estão chegando agora. Espere um minuto e toque em enviar de novo, ou ligue para a central da cidade.")


class FormTrapped(Problem):
    code = "outreach_requests.form_trapped"
    status = 422
    sentence = _("Deixe em branco o campo que pede para ficar em branco e toque em enviar de novo.")


class HandingReasonMissing(Problem):
    code = "outreach_requests.handing_reason_missing"
    status = 422
    sentence = _("Diga por que a solicitação passa para outra equipe.")
