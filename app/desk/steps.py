"""What a city still lacks before it can work: facts in, steps out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _

# A backup older than this is no longer a last night's one.
FRESH_BACKUP = timedelta(hours=36)


@dataclass(frozen=True)
class Facts:
    """Counts of what is open, and how the installation stands. `backup_*`: the last one, None before the first."""

    ibge: int
    regions: int
    units: int
    receiving_units: int
    teams: int
    teams_without_region: int
    field_workers: int
    desk_workers: int
    coordinators: int
    administrators: int
    waiting_for_first_access: int
    duty_phones: int
    protection_holes: int
    has_sealing_key: bool
    recovery_ready: bool
    backup_at: datetime | None
    backup_verified: bool
    https: bool
    mail: bool
    browsers_told: int


@dataclass(frozen=True)
class Step:
    """One line of the page. `state`: done, missing, advised or later (this version has nothing for it yet)."""

    key: str
    state: str
    name: object
    why: object
    where: str | None = None
    command: str | None = None


def first_steps(facts: Facts, now: datetime) -> list[Step]:
    """Every step, in the order in which a city opens."""

    def state(is_done: bool, otherwise: str = "missing") -> str:
        return "done" if is_done else otherwise

    flask = ".venv/bin/flask --app wsgi"
    city = f"--municipality {facts.ibge}"
    fresh = facts.backup_at is not None and facts.backup_verified and now - facts.backup_at <= FRESH_BACKUP
    return [
        Step(
            "regions",
            state(facts.regions > 0),
            _("Regiões da cidade"),
            _("Sem regiões, o painel não diz onde a cidade esteve e onde não esteve."),
            "/admin/territorio",
            f"{flask} territory import REGIOES.geojson --layer region {city}",
        ),
        Step(
            "units",
            state(facts.units > 0 and facts.receiving_units > 0),
            _("Unidades da rede"),
            _("Sem uma unidade que receba encaminhamentos, quem aceita ajuda não tem para onde ir."),
            "/admin/unidades",
        ),
        Step(
            "teams",
            state(facts.teams > 0 and facts.teams_without_region == 0),
            _("Equipes, com suas regiões"),
            _("O que se registra na rua é de uma equipe; a região dela decide quem o celular conhece."),
            "/admin/equipes",
        ),
        Step(
            "workers",
            state(facts.field_workers > 0 and facts.desk_workers > 0 and facts.coordinators > 0),
            _("Pessoas: equipe, recepção e coordenação"),
            _("Alguém registra, alguém responde na unidade e alguém dá o código a quem esqueceu a senha."),
            "/admin/importar",
            f"{flask} worker import PESSOAS.csv {city}",
        ),
        Step(
            "first_access",
            state(facts.waiting_for_first_access == 0, "advised"),
            _("Primeiro acesso de cada pessoa"),
            _("Quem ainda não escolheu a senha não entra; o código em papel vale 7 dias."),
            "/admin/",
        ),
        Step(
            "second_administrator",
            state(facts.administrators > 1, "advised"),
            _("Uma segunda pessoa na administração"),
            _("Se a única pessoa que administra faltar, ninguém suspende acessos, e ninguém pode dar um código a ela."),
            "/admin/trabalhadores/novo",
        ),
        Step(
            "duty_phones",
            state(facts.duty_phones > 0),
            _("Telefones de plantão"),
            _("À noite a equipe precisa saber para quem ligar."),
            "/admin/plantao",
        ),
        Step(
            "protection",
            state(facts.protection_holes == 0),
            _("Quem precisa saber de um alerta"),
            _("Criança em perigo ou pessoa sob violência: sem esta tabela completa, um alerta pode não chegar a quem a lei manda."),
            "/admin/quem-avisar",
        ),
        Step(
            "sealing_key",
            state(facts.has_sealing_key),
            _("Chave de lacre da cidade"),
            _("Com esta chave, só o servidor desta cidade abre o que os celulares lacram."),
        ),
        Step(
            "recovery_code",
            state(facts.recovery_ready),
            _("Código de recuperação das chaves"),
            _("Se o servidor se perder, sem este código em papel o que está lacrado não abre nunca mais."),
            None,
            f"{flask} keys code --new",
        ),
        Step(
            "backup",
            state(fresh),
            _("Cópia de segurança de hoje, conferida"),
            _("Um disco que queima não avisa; uma cópia que não foi conferida pode não voltar."),
            None,
            f"{flask} backup create",
        ),
        Step(
            "https",
            state(facts.https),
            _("Endereço seguro (HTTPS)"),
            _("Sem ele, senhas e nomes passam abertos pela rede e o aplicativo não instala no celular."),
        ),
        Step(
            "mail",
            state(facts.mail, "advised"),
            _("E-mail"),
            _("Com ele, quem não tem um aparelho com avisos também fica sabendo. Códigos de acesso são dados por voz ou em papel."),
        ),
        Step(
            "push",
            state(facts.browsers_told > 0, "advised"),
            _("Avisos nos aparelhos"),
            _("Um encaminhamento novo toca também com a página fechada. Cada pessoa ativa no seu aparelho, em Minha conta."),
            "/conta/avisos",
        ),
    ]
