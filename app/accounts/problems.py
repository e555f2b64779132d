from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class WrongCredentials(Problem):
    """The same words for an unknown login and a wrong password."""

    code = "accounts.wrong_credentials"
    status = 401
    sentence = _("Nome de acesso ou senha não conferem.")


class WrongPassword(Problem):
    code = "accounts.wrong_password"
    status = 422
    sentence = _("A senha de agora não confere.")


class PasskeyRefused(Problem):
    """The same words for an unknown passkey, a wrong place, a ceremony that is over or was used, a suspended worker."""

    code = "accounts.passkey_refused"
    status = 401
    sentence = _("A chave de acesso não foi aceita. Tente de novo ou entre com a senha.")


class PasskeyNotMade(Problem):
    code = "accounts.passkey_not_made"
    status = 422
    sentence = _("A chave de acesso não pôde ser guardada. Comece de novo.")


class PasskeyTaken(Problem):
    code = "accounts.passkey_taken"
    status = 409
    sentence = _("Esta chave de acesso já está guardada.")
    constraint = "uq_passkeys_credential_id"


class TooManyPasskeys(Problem):
    code = "accounts.too_many_passkeys"
    status = 409
    sentence = _("Você já tem muitas chaves de acesso. Remova uma que não usa.")


class PasskeyNotFound(Problem):
    code = "accounts.passkey_not_found"
    status = 404
    sentence = _("Esta chave de acesso não existe mais.")


class NoPasskeysHere(Problem):
    """An address that is a number has no name to which a passkey could be bound."""

    code = "accounts.no_passkeys_here"
    status = 409
    sentence = _("Chaves de acesso só funcionam no endereço do sistema com nome e HTTPS. Entre com a senha.")


class TotpNeeded(Problem):
    """The password is right; this account asks for a second step."""

    code = "accounts.totp_needed"
    status = 401
    sentence = _("Falta o código de seis números do aplicativo autenticador.")


class WrongTotp(Problem):
    """A wrong code, one that was used already, or one of another time."""

    code = "accounts.wrong_totp"
    status = 401
    sentence = _("O código não confere ou já foi usado. Espere o próximo.")


class SecondStepOver(Problem):
    code = "accounts.second_step_over"
    status = 401
    sentence = _("O tempo para o código passou. Entre de novo com a senha.")


class TotpAlreadyOn(Problem):
    code = "accounts.totp_already_on"
    status = 409
    sentence = _("A segunda etapa já está ligada.")


class TotpNotBegun(Problem):
    code = "accounts.totp_not_begun"
    status = 409
    sentence = _("A segunda etapa não foi começada. Volte e comece de novo.")


class SlowDown(Problem):
    code = "accounts.slow_down"
    status = 429
    sentence = _("Muitas tentativas seguidas. Espere alguns segundos e tente de novo.")


class WrongCode(Problem):
    """The same words for an unknown login, a wrong, used or expired code and a suspended worker."""

    code = "accounts.wrong_code"
    status = 401
    sentence = _("Nome de acesso ou código não conferem, ou o código já não vale. Peça outro à coordenação.")


class WeakPassword(Problem):
    code = "accounts.weak_password"
    status = 422
    sentence = _("Escolha outra senha: 10 caracteres ou mais, difícil de adivinhar.")


class OldTerm(Problem):
    """The term was replaced while it was being read."""

    code = "accounts.old_term"
    status = 409
    sentence = _("O termo mudou. Leia a versão nova antes de aceitar.")


class SessionNotFound(Problem):
    code = "accounts.session_not_found"
    status = 404
    sentence = _("Esta entrada não existe mais.")


class DeviceNotFound(Problem):
    """No such phone, or one of a worker out of the actor's reach: the same words for both."""

    code = "accounts.device_not_found"
    status = 404
    sentence = _("Este aparelho não existe ou não é de alguém da sua equipe.")


class AlreadyLost(Problem):
    code = "accounts.already_lost"
    status = 409
    sentence = _("Este aparelho já foi dado como perdido.")


class NotYourVault(Problem):
    """An envelope made for another worker, another device or another use."""

    code = "accounts.not_your_vault"
    status = 403
    sentence = _("Este cofre é de outra pessoa ou de outro aparelho.")


class LoginTaken(Problem):
    code = "accounts.login_taken"
    status = 409
    sentence = _("Este nome de acesso já está em uso.")
    constraint = "uq_workers_login"


class WorkerNotFound(Problem):
    code = "accounts.worker_not_found"
    status = 404
    sentence = _("Esta pessoa não trabalha neste município.")


class TeamNotFound(Problem):
    code = "accounts.team_not_found"
    status = 404
    sentence = _("Esta equipe não existe neste município.")


class GrantNotFound(Problem):
    code = "accounts.grant_not_found"
    status = 404
    sentence = _("Este perfil não existe ou já terminou.")


class Suspended(Problem):
    code = "accounts.suspended"
    status = 409
    sentence = _("Esta pessoa está suspensa. Traga-a de volta antes, com um perfil.")


class NotSuspended(Problem):
    code = "accounts.not_suspended"
    status = 409
    sentence = _("Esta pessoa não está suspensa.")


class LastAdministrator(Problem):
    code = "accounts.last_administrator"
    status = 409
    sentence = _("É a última pessoa que administra o sistema nesta cidade. Dê antes o perfil a outra, sem data de fim.")


class NotForYourself(Problem):
    code = "accounts.not_for_yourself"
    status = 403
    sentence = _("Isto precisa ser feito por outra pessoa, não por você.")


class OutOfReach(Problem):
    """An issuer of a code whose scope or power doesn't cover the worker."""

    code = "accounts.out_of_reach"
    status = 403
    sentence = _("Esta pessoa não é só das suas equipes e unidades. Quem administra o sistema pode dar o código.")


class BadScope(Problem):
    code = "accounts.bad_scope"
    status = 422
    sentence = _("Este perfil não pode valer nesse lugar. Escolha a equipe, a unidade, a região ou toda a cidade.")


class BadDates(Problem):
    code = "accounts.bad_dates"
    status = 422
    sentence = _("As datas não combinam: o fim vem depois do começo, e o começo é no máximo daqui a um ano.")


class TeamNameTaken(Problem):
    code = "accounts.team_name_taken"
    status = 409
    sentence = _("Já há uma equipe com este nome.")
    constraint = "uq_teams_municipality_id_name"


class TeamHasMembers(Problem):
    code = "accounts.team_has_members"
    status = 409
    sentence = _("Ainda há pessoas nesta equipe. Mude-as de equipe antes de fechá-la.")


class BadFile(Problem):
    """A file that can't be read as a roster at all."""

    code = "accounts.bad_file"
    status = 422
    sentence = _("Este arquivo não é um CSV de texto. Na planilha, use “Salvar como” e escolha CSV.")


class Spreadsheet(BadFile):
    code = "accounts.spreadsheet"
    sentence = _("Este arquivo é a própria planilha. Abra-a, use “Salvar como” e escolha CSV.")


class EmptyFile(BadFile):
    code = "accounts.empty_file"
    sentence = _("O arquivo está vazio: falta o cabeçalho com os nomes das colunas ou faltam as linhas.")


class TooManyLines(BadFile):
    code = "accounts.too_many_lines"
    sentence = _("O arquivo passa de 2.000 linhas ou de 512 KiB. Divida-o em partes.")


class BadHeader(BadFile):
    code = "accounts.bad_header"
    sentence = _("O cabeçalho não confere. Pessoas: acesso, nome, perfil, equipe, unidade, região. Equipes: equipe, tipo, unidade, regiões.")
