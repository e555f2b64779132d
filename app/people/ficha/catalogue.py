"""The fields of the ficha as data: what is asked, in which list, and why (domain.md 2.3; purpose: LGPD 6, I).

Nothing is required and nothing is preselected. `changes`: of several answers the last told counts, dated; the others
are asked once in a lifetime, and more answers stand beside each other. `self_declared`: only the person herself says
it, so its one source is `told`. `on_phone`: whether phones of the street may hold the answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Field:
    """kind: choice (a code of `list`), many (codes), yes_no (true or false), number (whole, least to most), date
    (`2026-11-27`), text (at most 200 characters), document ({"state": code, "number": digits or absent}).
    """

    id: str
    label: Any
    kind: str
    purpose: Any
    list: str | None = None
    sensitive: bool = False
    changes: bool = True
    self_declared: bool = False
    on_phone: bool = False
    least: int = 0
    most: int = 0
    since: date = date(2026, 1, 1)
    until: date | None = None


@dataclass(frozen=True)
class Group:
    id: str
    label: Any
    fields: tuple[Field, ...]


_DOCUMENT = _("Para saber qual documento tirar ou recuperar; nunca é condição para atender.")
_MIGRANT = _("Para contar quem está de passagem ou veio de longe como o registro mensal pede; ninguém é perguntado sobre visto.")
_NIGHTS = _("Para o Cadastro Único (formulário de rua) e para combinar pernoite.")


def _document(kind: str, label: Any, sensitive: bool = False) -> Field:
    return Field(f"document.{kind}", label, "document", _DOCUMENT, "document_state", sensitive)


GROUPS: tuple[Group, ...] = (
    Group("who", _("Quem é"), (
        Field("birth_on", _("Data de nascimento"), "date", _("Para a idade certa, benefícios e documentos."), changes=False),
        Field("age", _("Idade que diz ter ou parece ter"), "number", _("Para contar por faixa de idade quando não há data de nascimento."), on_phone=True, most=120),
        Field("age_band", _("Faixa de idade aparente"), "choice", _("Para o registro mensal, quando não se sabe a idade."), "age_band", on_phone=True),
        Field("statistical_sex", _("Sexo (para a estatística federal)"), "choice", _("O registro mensal só tem masculino e feminino; a identidade de gênero fica à parte."), "sex", on_phone=True),
        Field("gender_identity", _("Identidade de gênero"), "choice", _("Para tratar a pessoa como ela é e escolher o acolhimento certo; só ela diz."), "gender_identity", sensitive=True, self_declared=True),
        Field("orientation", _("Orientação sexual"), "choice", _("Só quando a pessoa traz o assunto: para protegê-la de violência no acolhimento."), "orientation", sensitive=True, self_declared=True),
        Field("race", _("Raça ou cor"), "choice", _("Para conhecer e combater a desigualdade; só a própria pessoa diz."), "race", sensitive=True, self_declared=True, changes=False),
        Field("community", _("Povo ou comunidade tradicional"), "choice", _("Para direitos próprios desses grupos no Cadastro Único."), "community", sensitive=True, self_declared=True, changes=False),
        Field("people_name", _("Qual povo ou etnia"), "text", _("Para atender na língua e nos costumes da pessoa."), sensitive=True, self_declared=True, changes=False),
        Field("disability", _("Deficiência"), "many", _("Para um lugar acessível e para o BPC."), "disability", sensitive=True),
        Field("disability_help", _("Quem ajuda no dia a dia"), "many", _("Para saber se precisa de cuidador (Cadastro Único)."), "help", sensitive=True),
        Field("needs_libras", _("Precisa de Libras"), "yes_no", _("Para chamar quem converse em Libras."), on_phone=True),
        Field("mobility_aid", _("Usa para andar"), "choice", _("Para escolher transporte e lugar acessíveis."), "mobility_aid", on_phone=True),
    )),
    Group("origin", _("De onde vem"), (
        Field("birth_country", _("País onde nasceu"), "text", _("Para a língua do atendimento e para a segunda via da certidão."), changes=False),
        Field("birth_state", _("Estado onde nasceu"), "choice", _("Para achar o cartório da certidão de nascimento."), "uf", changes=False),
        Field("birth_city", _("Cidade onde nasceu"), "text", _("Para achar o cartório da certidão de nascimento."), changes=False),
        Field("is_itinerant", _("Está de passagem (itinerante, trecheiro)"), "yes_no", _MIGRANT, on_phone=True),
        Field("born_in_other_municipality", _("Nasceu em outra cidade"), "yes_no", _MIGRANT, changes=False),
        Field("is_international_migrant", _("Veio de outro país"), "yes_no", _MIGRANT, changes=False),
        Field("needs_migration_document", _("Precisa de ajuda com documento migratório"), "yes_no", _("Para encaminhar a quem orienta; a situação migratória não se pergunta.")),
    )),
    Group("documents", _("Documentos e benefícios"), (
        _document("birth_certificate", _("Certidão de nascimento ou casamento")),
        _document("rg", _("RG ou carteira de identidade nacional")),
        _document("cpf", _("CPF")),
        _document("voter", _("Título de eleitor")),
        _document("ctps", _("Carteira de trabalho")),
        _document("nis", _("NIS (PIS/PASEP)")),
        _document("cns", _("Cartão do SUS")),
        Field("cadunico", _("Está no Cadastro Único"), "choice", _("Para incluir ou atualizar o cadastro, porta dos benefícios."), "cadunico"),
        Field("cadunico_city", _("Cidade do Cadastro Único"), "text", _("Para pedir a transferência do cadastro.")),
        Field("benefits", _("Benefícios que recebe"), "many", _("Para buscar os direitos que ainda faltam."), "benefit"),
    )),
    Group("street", _("A rua"), (
        Field("street_time", _("Há quanto tempo na rua"), "choice", _("Para o Cadastro Único e para entender o caminho da pessoa."), "time"),
        Field("city_time", _("Há quanto tempo nesta cidade"), "choice", _("Para o Cadastro Único (formulário de rua)."), "time"),
        Field("street_reasons", _("O que levou à situação de rua"), "many", _("Para o Cadastro Único e para políticas que previnam."), "street_reason", sensitive=True),
        Field("sleeps_street", _("Noites por semana na rua"), "number", _NIGHTS, most=7),
        Field("sleeps_shelter", _("Noites por semana em albergue"), "number", _NIGHTS, most=7),
        Field("sleeps_home", _("Noites por semana em domicílio"), "number", _NIGHTS, most=7),
        Field("sleeps_other", _("Noites por semana em outro lugar"), "number", _NIGHTS, most=7),
        Field("income", _("Como ganha dinheiro"), "many", _("Para o Cadastro Único e para oferta de trabalho."), "income"),
        Field("formal_job", _("Já teve carteira assinada"), "choice", _("Para o Cadastro Único e direitos da Previdência."), "yes_no_unknown"),
        Field("company", _("Com quem está"), "choice", _("Para achar acolhimento que não separe ninguém."), "company", on_phone=True),
        Field("animals_count", _("Quantos animais"), "number", _("Para achar acolhimento que receba os animais."), on_phone=True, most=50),
        Field("animals", _("Que animais"), "many", _("Para achar acolhimento que receba os animais."), "animal", on_phone=True),
        Field("animals_size", _("Tamanho do maior animal"), "choice", _("Para transporte e acolhimento com o animal."), "animal_size", on_phone=True),
        Field("animals_vaccinated", _("Animais vacinados"), "choice", _("Para vacinar antes do acolhimento."), "yes_no_unknown", on_phone=True),
        Field("belongings", _("Pertences"), "many", _("Para que ninguém recuse acolhimento por não ter onde guardar."), "belonging", on_phone=True),
        Field("wants_storage", _("Quer guardar os pertences"), "yes_no", _("Para oferecer o guarda-volumes."), on_phone=True),
        Field("street_violence", _("Violência sofrida na rua"), "many", _("Só se a pessoa contar: para protegê-la. Criança nunca é perguntada."), "violence", sensitive=True),
    )),
    Group("health", _("Saúde"), (
        Field("complaint", _("Queixa de agora"), "text", _("Para chamar a saúde na hora certa."), sensitive=True),
        Field("called_samu", _("SAMU (192) foi chamado"), "yes_no", _("Para não chamar duas vezes e saber o que houve."), sensitive=True),
        Field("pregnancy", _("Está grávida"), "choice", _("Gestante tem prioridade no acolhimento e no pré-natal."), "pregnancy", sensitive=True),
        Field("pregnancy_weeks", _("Semanas de gravidez, se souber"), "number", _("Para marcar o pré-natal."), sensitive=True, most=45),
        Field("substances", _("Uso de álcool ou outras drogas"), "many", _("Para cuidado e redução de danos; diga se foi contado ou observado."), "substance", sensitive=True),
        Field("conditions", _("Condições de saúde"), "many", _("Para acompanhar com a unidade de saúde."), "condition", sensitive=True),
    )),
    Group("support", _("Família e apoio"), (
        Field("family_in_street", _("Vive com a família na rua"), "yes_no", _("Para atender a família junta (Cadastro Único).")),
        Field("family_contact", _("Contato com parente fora da rua"), "choice", _("Para o Cadastro Único e para saber se há quem apoie."), "contact"),
        Field("wants_family", _("Quer contato com a família"), "yes_no", _("Para ajudar só quando a pessoa quer."), on_phone=True),
        Field("family_call", _("Quem avisar, se a pessoa pedir (nome e telefone)"), "text", _("Para ligar quando a própria pessoa pede."), sensitive=True),
        Field("activity", _("Atividade comunitária nos últimos 6 meses"), "many", _("Para o Cadastro Único (formulário de rua)."), "activity"),
        Field("served_by", _("Onde foi atendida nos últimos 6 meses"), "many", _("Para conversar com quem já conhece a pessoa."), "served_by"),
    )),
)  # fmt: skip

FIELDS: dict[str, Field] = {field.id: field for group in GROUPS for field in group.fields}
