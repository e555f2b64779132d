from flask_babel import lazy_gettext as _

from app.core.problems import Problem


class UnknownPerson(Problem):
    code = "people.unknown"
    status = 404
    sentence = _("Esta pessoa não está registrada neste município.")


class Restricted(Problem):
    """A direct link to somebody whom the actor may not see: says that much and no more."""

    code = "people.restricted"
    status = 403
    sentence = _("Cadastro sigiloso: só quem acompanha esta pessoa vê o que está registrado.")


class ReasonTooShort(Problem):
    code = "people.reason_too_short"
    status = 422
    sentence = _("Diga o motivo com pelo menos dez letras: outra pessoa vai ler.")


class AlreadyRestricted(Problem):
    code = "people.already_restricted"
    status = 409
    sentence = _("Este cadastro já é sigiloso.")


class NotRestricted(Problem):
    code = "people.not_restricted"
    status = 409
    sentence = _("Este cadastro não está sob sigilo.")


class NothingToOpen(Problem):
    code = "people.nothing_to_open"
    status = 404
    sentence = _("Não há cadastro sigiloso fechado para você nesta página.")


class UnknownReader(Problem):
    code = "people.unknown_reader"
    status = 422
    sentence = _("Escolha alguém que trabalha com pessoas neste município; sempre fica pelo menos uma.")


class AlreadyReader(Problem):
    code = "people.already_reader"
    status = 409
    sentence = _("Esta colega já vê o cadastro.")


class UnknownOpening(Problem):
    code = "people.unknown_opening"
    status = 404
    sentence = _("Esta abertura não está entre as que você confere.")


class AlreadyReviewed(Problem):
    code = "people.already_reviewed"
    status = 409
    sentence = _("Esta abertura já foi conferida.")


class OwnOpening(Problem):
    code = "people.own_opening"
    status = 409
    sentence = _("Quem abriu não confere a própria abertura.")


class PersonEnded(Problem):
    code = "people.ended"
    status = 409
    sentence = _("Este cadastro foi encerrado. Se encontrou a pessoa, registre-a de novo.")


class UnknownRegion(Problem):
    code = "people.unknown_region"
    status = 422
    sentence = _("A região informada não existe mais.")
    constraint = "fk_people_municipality_id_region_id"


class UnknownFamily(Problem):
    code = "people.unknown_family"
    status = 422
    sentence = _("Esta família não está no servidor.")


class NotYourFamily(Problem):
    code = "people.not_your_family"
    status = 403
    sentence = _("Esta família é de outra visitadora ou de outra equipe.")


class FamilyTaken(Problem):
    code = "people.family_taken"
    status = 409
    sentence = _("Esta família já está no servidor com outro conteúdo.")
    constraint = "pk_households"


class FamilyClosed(Problem):
    code = "people.family_closed"
    status = 409
    sentence = _("Uma das famílias já foi encerrada.")


class MemberTaken(Problem):
    code = "people.member_taken"
    status = 409
    sentence = _("Uma das pessoas desta família já está em outra.")
    constraint = "pk_household_members"


class UnknownMember(Problem):
    code = "people.unknown_member"
    status = 422
    sentence = _("A pessoa escolhida não está nesta família. Atualize e tente de novo.")


class UnknownPersonOfFamily(Problem):
    code = "people.unknown_person_of_family"
    status = 422
    sentence = _("A pessoa escolhida não está no servidor. Escolha de novo ou deixe sem ligar.")


class UnlikelyBirth(Problem):
    code = "people.unlikely_birth"
    status = 422
    sentence = _("Há uma data de nascimento que não pode ser. Confira o dia, o mês e o ano.")


class UnlikelyDue(Problem):
    code = "people.unlikely_due"
    status = 422
    sentence = _("A data prevista do parto está longe demais. Confira o dia, o mês e o ano.")


class SeveralResponsible(Problem):
    code = "people.several_responsible"
    status = 422
    sentence = _("Só uma pessoa é a responsável pela família.")


class ChangeIncomplete(Problem):
    code = "people.change_incomplete"
    status = 422
    sentence = _("Falta dizer o que mudou nesta família.")


class UnknownField(Problem):
    code = "people.unknown_field"
    status = 422
    sentence = _("Esta pergunta não faz parte da ficha.")


class BadValue(Problem):
    code = "people.bad_value"
    status = 422
    sentence = _("Há uma resposta que não pode ser guardada assim.")


class UnknownTold(Problem):
    code = "people.unknown_told"
    status = 404
    sentence = _("Esta informação não está no cadastro da pessoa.")


class ToldTaken(Problem):
    """The same id of something told came before with other content."""

    code = "people.told_taken"
    status = 409
    sentence = _("Esta informação já tinha chegado com outro conteúdo.")


class NotYoursToTakeBack(Problem):
    code = "people.not_yours"
    status = 403
    sentence = _("Isto foi escrito por outra equipe. Peça a quem é técnico de referência para retirar.")


class UnknownList(Problem):
    code = "people.unknown_list"
    status = 422
    sentence = _("Esta lista não faz parte da ficha.")


class OptionExists(Problem):
    code = "people.option_exists"
    status = 409
    sentence = _("Já existe uma opção com este código nesta lista.")
    constraint = "uq_municipal_options_municipality_id_list_code"


class UnknownOption(Problem):
    code = "people.unknown_option"
    status = 404
    sentence = _("Esta opção não existe.")


class AlreadyFollowed(Problem):
    code = "people.already_followed"
    status = 409
    sentence = _("Você já acompanha esta pessoa.")


class TooFewLetters(Problem):
    code = "people.too_few_letters"
    status = 422
    sentence = _("Escreva pelo menos três letras do nome.")


class MergedIntoItself(Problem):
    code = "people.merged_into_itself"
    status = 422
    sentence = _("Uma pessoa não pode ser unida a ela mesma.")


class AlreadyMerged(Problem):
    code = "people.already_merged"
    status = 409
    sentence = _("Estes cadastros já foram unidos, ou um deles acaba de ser unido a outro. Abra de novo e confira.")
    constraint = "uq_person_merges_absorbed"


class UnknownChoice(Problem):
    """What was chosen was taken back meanwhile, or is of another field or person."""

    code = "people.unknown_choice"
    status = 422
    sentence = _("Uma das informações escolhidas não vale mais. Abra de novo e confira.")


class UnknownMerge(Problem):
    code = "people.unknown_merge"
    status = 404
    sentence = _("Esta união não existe.")


class AlreadyUndone(Problem):
    code = "people.already_undone"
    status = 409
    sentence = _("Esta união já foi desfeita.")


class UnknownPair(Problem):
    """Decided meanwhile, or somebody in it may not be seen."""

    code = "people.unknown_pair"
    status = 404
    sentence = _("Este par não está mais na lista.")


class UnknownNote(Problem):
    """Also of a note that exists and is another's: whose notes there are is nobody else's business."""

    code = "people.unknown_note"
    status = 404
    sentence = _("Não há registro sigiloso seu nesta página.")


class NoProfession(Problem):
    code = "people.no_profession"
    status = 409
    sentence = _("Para escrever registro sigiloso, a administração precisa dizer qual é a sua profissão.")


class EmptyNote(Problem):
    code = "people.empty_note"
    status = 422
    sentence = _("Escreva o registro antes de guardar.")


class NoSealKey(Problem):
    code = "people.no_seal_key"
    status = 503
    sentence = _("Este município ainda não tem chave de lacre. Avise quem cuida da instalação.")


class NoteClosed(Problem):
    code = "people.note_closed"
    status = 409
    sentence = _("Este registro foi lacrado: não passa a mais ninguém.")


class NotAPeer(Problem):
    code = "people.not_a_peer"
    status = 422
    sentence = _("Escolha uma colega da mesma profissão que trabalhe aqui.")


class AlreadyPeer(Problem):
    code = "people.already_peer"
    status = 409
    sentence = _("Esta colega já pode abrir o registro.")


class BadPeopleFile(Problem):
    code = "people.bad_file"
    status = 422
    sentence = _("O arquivo não pôde ser lido. Salve a planilha como Excel (.xlsx) ou CSV, com uma linha de cabeçalho e ao menos uma pessoa.")


class UnknownColumn(Problem):
    code = "people.unknown_column"
    status = 422
    sentence = _("Nenhuma coluna de nome foi reconhecida, ou o mapeamento fala de coluna ou campo que não existe.")


class AlreadyImported(Problem):
    code = "people.already_imported"
    status = 409
    sentence = _("Este mesmo arquivo já foi recebido. Para recebê-lo de novo, use --again.")


class UnknownImport(Problem):
    code = "people.unknown_import"
    status = 404
    sentence = _("Esta importação não existe.")


class ImportUndone(Problem):
    code = "people.import_undone"
    status = 409
    sentence = _("Esta importação já foi desfeita.")
