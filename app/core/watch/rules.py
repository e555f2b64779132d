"""From facts to what is said: each check with a state, one sentence and what to do. Pure: facts and `now` in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.watch import limits
from app.core.safekeeping import LastBackup
from app.core.watch.facts import AHEAD, BEHIND, HEAD, Certificate, DatabaseFacts, Disk

OK, SOON, BAD, UNKNOWN = "ok", "soon", "bad", "unknown"
_WORST_FIRST = (BAD, SOON, UNKNOWN, OK)


@dataclass(frozen=True)
class Check:
    """One thing watched. `command` is typed on the server, `link` opened at the desk; both may be missing."""

    key: str
    state: str
    title: str
    sentence: str
    todo: str = ""
    command: str = ""
    link: str = ""


def worst(checks: list[Check]) -> str:
    return min((check.state for check in checks), key=_WORST_FIRST.index, default=OK)


def ordered(checks: list[Check]) -> list[Check]:
    """What is wrong first; else as they came."""
    return sorted(checks, key=lambda check: _WORST_FIRST.index(check.state))


def above(value: float, soon: float, bad: float) -> str:
    """The state of a figure that should stay low."""
    return BAD if value > bad else SOON if value > soon else OK


def of_database(found: DatabaseFacts) -> list[Check]:
    """Schema, queue, worker, pull, connections, clock."""
    checks = [_schema(found)]
    if found.schema in (HEAD, AHEAD):
        checks += [_worker(found), _queue(found), _failed(found), _pull(found), _connections(found), _clock(found)]
    return checks


def _schema(found: DatabaseFacts) -> Check:
    title = _("Esquema do banco")
    if found.schema == HEAD:
        return Check("schema", OK, title, _("O banco está na versão que o programa espera."))
    if found.schema == AHEAD:
        return Check(
            "schema", SOON, title,
            _("O banco já está numa versão mais nova do que este programa: uma atualização ficou pelo meio."),
            _("Termine a atualização reiniciando o serviço na versão nova."),
            "systemctl restart vinculo-web vinculo-jobs",
        )  # fmt: skip
    sentence = (
        _("O banco está numa versão anterior à do programa: nada é atendido até migrar.")
        if found.schema == BEHIND
        else _("O banco ainda não tem o esquema.")
    )
    return Check("schema", BAD, title, sentence, _("Execute as migrações."), "systemctl start vinculo-migrate")


def _worker(found: DatabaseFacts) -> Check:
    title = _("Executor de tarefas")
    silent = found.worker_silent_s
    if silent is not None and silent <= limits.WORKER_SILENT_S:
        return Check("worker", OK, title, _("Está vivo."))
    return Check(
        "worker", BAD, title,
        _("Está parado: a trilha não é encadeada e as limpezas da noite não acontecem. O que os celulares enviam continua sendo recebido."),
        _("Ligue-o e veja por que parou."), "systemctl restart vinculo-jobs; journalctl -u vinculo-jobs -n 50",
    )  # fmt: skip


def _queue(found: DatabaseFacts) -> Check:
    title, lag = _("Fila de tarefas"), found.queue_lag_s
    if lag is None or lag <= limits.QUEUE_LAG_S:
        return Check("queue", OK, title, _("Nenhuma tarefa espera demais."))
    return Check(
        "queue", SOON, title,
        ngettext(
            "%(num)d tarefa na fila; a mais antiga espera há %(minutes)d min.",
            "%(num)d tarefas na fila; a mais antiga espera há %(minutes)d min.",
            found.jobs_waiting, minutes=int(lag // 60),
        ),
        _("Veja se o executor de tarefas está vivo e o que ele registra."), "journalctl -u vinculo-jobs -n 50",
    )  # fmt: skip


def _failed(found: DatabaseFacts) -> Check:
    title = _("Tarefas que falharam")
    if not found.jobs_failed:
        return Check("failed", OK, title, _("Nenhuma."))
    return Check(
        "failed", SOON, title,
        ngettext("%(num)d tarefa falhou e ficou guardada.", "%(num)d tarefas falharam e ficaram guardadas.", found.jobs_failed),
        _("Procure o motivo no registro do executor."), "journalctl -u vinculo-jobs | grep -i error",
    )  # fmt: skip


def _pull(found: DatabaseFacts) -> Check:
    title, lag = _("Novidades para os celulares"), found.pull_lag_s
    if lag is None or lag <= limits.PULL_LAG_S:
        return Check("pull", OK, title, _("Chegam sem atraso."))
    return Check(
        "pull", SOON, title,
        _("Há %(seconds)d s uma gravação não termina, e os celulares não recebem novidades enquanto ela dura. Nada se perde: só demora.", seconds=int(lag)),
        _("Se for uma importação ou cópia, espere. Se não, veja no banco quem a abriu."),
        'runuser -u postgres -- psql vinculo -c "SELECT pid, usename, state, xact_start FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start"',
    )  # fmt: skip


def _connections(found: DatabaseFacts) -> Check:
    state = above(found.connections / max(found.connections_most, 1), *limits.CONNECTIONS)
    todo = "" if state == OK else _("Feche o que usa o banco sem precisar, ou ponha o PgBouncer na frente (docs/ampliar.md).")
    sentence = _("%(used)d de %(most)d em uso.", used=found.connections, most=found.connections_most)
    return Check("connections", state, _("Conexões do banco"), sentence, todo)


def _clock(found: DatabaseFacts) -> Check:
    title = _("Relógio")
    if found.clock_apart_s <= limits.CLOCK_APART_S:
        return Check("clock", OK, title, _("Servidor e banco marcam a mesma hora."))
    return Check(
        "clock", BAD, title,
        _("O servidor e o banco diferem em %(seconds)d s: horas de registros e prazos de códigos ficam errados.", seconds=int(found.clock_apart_s)),
        _("Acerte o relógio pela rede."), "timedatectl set-ntp true",
    )  # fmt: skip


def of_disks(found: tuple[Disk, ...]) -> list[Check]:
    return [_disk(disk) for disk in found]


def _disk(disk: Disk) -> Check:
    soon, bad = limits.DISK_FREE
    state = BAD if disk.free_part < bad else SOON if disk.free_part < soon else OK
    sentence = _(
        "%(folder)s: %(free)s livres de %(size)s.", folder=disk.folder, free=_bytes(disk.free), size=_bytes(disk.size)
    )
    todo = "" if state == OK else _("Apague o que não é do sistema ou aumente o disco: cheio, nada mais é gravado.")
    command = "" if state == OK else f"du -xh --max-depth=2 {disk.folder} | sort -h | tail"
    return Check("disk", state, _("Disco"), sentence, todo, command)


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB".replace(".", ",")


def of_certificate(found: Certificate | None, asked: bool, https: bool, now: datetime) -> Check:
    """`asked` says whether VINCULO_CERTIFICATE tells where to look."""
    title = _("Certificado HTTPS")
    if found is None and not asked:
        state = UNKNOWN if https else OK
        sentence = _("Não é vigiado.") if https else _("Sem HTTPS: só para experimentar nesta máquina.")
        todo = _("Diga em VINCULO_CERTIFICATE o nome do servidor ou o arquivo do certificado.") if https else ""
        return Check("certificate", state, title, sentence, todo)
    if found is None:
        return Check(
            "certificate", BAD, title, _("Não pôde ser lido: o Caddy não responde, ou o arquivo não está lá."),
            _("Veja o registro do Caddy."), "journalctl -u caddy -n 50",
        )  # fmt: skip
    left, life = found.ends_at - now, found.ends_at - found.begins_at
    if found.begins_at > now:
        return Check(
            "certificate", BAD, title, _("Ainda não vale: o relógio do servidor está atrasado, ou o certificado é de amanhã."),
            _("Acerte o relógio pela rede."), "timedatectl set-ntp true",
        )  # fmt: skip
    if left <= timedelta(0):
        return Check(
            "certificate", BAD, title, _("Venceu: os celulares recusam a conexão. O que eles guardam não se perde."),
            _("Renove-o agora (docs/instalar.md, HTTPS)."), "journalctl -u caddy -n 50",
        )  # fmt: skip
    soon, bad = (
        left < min(life * part, timedelta(days=most))
        for part, most in zip(limits.CERTIFICATE_PART, limits.CERTIFICATE_DAYS, strict=True)
    )
    state = BAD if bad else SOON if soon else OK
    words = _left(left)
    if state == OK:
        return Check("certificate", OK, title, _("Vale por mais %(time)s.", time=words))
    return Check(
        "certificate", state, title, _("Vence em %(time)s e não foi renovado.", time=words),
        _("O Caddy renova sozinho quando a porta 80 ou 443 é alcançada de fora; com certificado da prefeitura, peça o novo."),
        "journalctl -u caddy -n 50",
    )  # fmt: skip


def _left(time: timedelta) -> str:
    if time >= timedelta(days=2):
        return ngettext("%(num)d dia", "%(num)d dias", time.days)
    return ngettext("%(num)d hora", "%(num)d horas", max(1, int(time.total_seconds() // 3600)))


def of_backup(made: LastBackup | None, now: datetime) -> Check:
    title, command = _("Cópia de segurança"), "systemctl start vinculo-backup; journalctl -u vinculo-backup -n 20"
    if made is None:
        return Check(
            "backup", BAD, title, _("Nenhuma foi feita: se o disco falhar, tudo se perde."),
            _("Ligue a cópia de toda noite e faça a primeira agora."), "systemctl enable --now vinculo-backup.timer; " + command,
        )  # fmt: skip
    if not made.verified:
        return Check(
            "backup", BAD, title, _("A última cópia não pôde ser relida inteira: não conte com ela."),
            _("Faça outra agora e veja o que ela diz."), command,
        )  # fmt: skip
    age = now - made.at
    soon, bad = limits.BACKUP_AGE
    state = BAD if age > bad else SOON if age > soon else OK
    sentence = _("A última boa foi feita há %(time)s.", time=_left(max(age, timedelta(0))))
    if state == OK:
        return Check("backup", OK, title, sentence)
    return Check("backup", state, title, sentence, _("Veja por que a da noite falhou e faça uma agora."), command)


def of_recovery(ready: bool) -> Check:
    title = _("Código de recuperação")
    if ready:
        return Check("recovery", OK, title, _("Foi feito. Confira de vez em quando que o papel ainda está guardado."))
    return Check(
        "recovery", BAD, title, _("Não existe: perdido o segredo da instalação, o que está lacrado não abre nunca mais."),
        _("Faça-o e guarde o papel fora do servidor."), "vinculo keys code --new",
    )  # fmt: skip


def of_keys(opens: bool) -> Check:
    title = _("Chaves de lacre")
    if opens:
        return Check("keys", OK, title, _("Abrem o que foi lacrado para os municípios."))
    return Check(
        "keys", BAD, title,
        _("Há chave que não abre com o segredo atual: registros continuam entrando, mas o que está lacrado não se lê."),
        _("Recupere-as com o código que está no papel (docs/chaves.md)."), "vinculo keys recover",
    )  # fmt: skip


def of_phones(silent: int, longest: timedelta) -> Check:
    """Phones that told of unsent work and were not heard of for long: over the whole installation, only how many."""
    title = _("Celulares calados com registros por enviar")
    if not silent:
        return Check("phones", OK, title, _("Nenhum."))
    state = BAD if longest > limits.PHONE_SILENT[1] else SOON
    return Check(
        "phones", state, title,
        ngettext("%(num)d celular, calado há até %(time)s.", "%(num)d celulares, calados há até %(time)s.", silent, time=_left(longest)),
        _("A coordenação de cada equipe vê quais são em Aparelhos, e pede que abram o aplicativo onde há sinal."),
        link="/painel/aparelhos",
    )  # fmt: skip


def of_notices(told: dict[str, int], has_mail: bool) -> Check:
    """How notices of the last 24 hours went, over the whole installation: push, email, none; and `failing` browsers."""
    title = _("Avisos")
    if told["failing"]:
        return Check(
            "notices", SOON, title,
            ngettext(
                "Os avisos de %(num)d navegador não saem daqui: o serviço de avisos dele não responde.",
                "Os avisos de %(num)d navegadores não saem daqui: os serviços de avisos deles não respondem.",
                told["failing"],
            ),
            _("Veja se esta máquina pode chegar aos serviços de avisos (docs/instalar.md, Avisos)."),
        )  # fmt: skip
    sentence = _(
        "Nas últimas 24 horas: %(push)d no navegador, %(email)d por e-mail, %(none)d só na página.",
        push=told["push"], email=told["email"], none=told["none"],
    )  # fmt: skip
    if not has_mail:
        sentence += " " + _("Sem servidor de e-mail: quem não ativou avisos num aparelho só vê o que chega na página.")
    return Check("notices", OK, title, sentence)
