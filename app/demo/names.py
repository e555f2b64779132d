"""Names for a city that doesn't exist. First names and trades of everyday Portuguese, put together by chance."""

from app.demo.dice import Dice

FIRST = {
    "female": (
        "Adriana Aparecida Beatriz Benedita Camila Célia Cícera Cleide Conceição Cristina Dalva Daniela Denise Edna "
        "Elisa Eunice Fátima Francisca Geralda Graça Helena Iara Inês Isabel Ivone Jandira Joana Josefa Juliana Jussara "
        "Lídia Luzia Mara Marlene Marta Neide Noêmia Odete Patrícia Raimunda Rita Rosa Rute Salete Sebastiana Sílvia "
        "Sônia Tereza Vânia Vera"
    ).split(),
    "male": (
        "Adilson Aílton Antônio Armando Benedito Caio Carlos Cícero Cláudio Damião Davi Edson Elias Erivan Evandro "
        "Fábio Francisco Geraldo Gilson Heitor Ivan Jair João Joaquim Jonas José Josué Juvenal Lauro Lúcio Manoel "
        "Marcos Mauro Miguel Nilson Osmar Otávio Paulo Pedro Raimundo Renato Roberto Rui Samuel Sandro Severino "
        "Tadeu Valdir Vicente Zeca"
    ).split(),
}
SURNAMES = (
    "Alencar Almeida Amorim Araújo Azevedo Bandeira Barros Bezerra Borges Brandão Brito Caldas Campelo Cardoso "
    "Carneiro Coelho Cordeiro Correia Dantas Dias Farias Feitosa Freire Galvão Gouveia Lacerda Leal Lemos Lira Macedo "
    "Maia Marinho Medeiros Mendes Moura Nóbrega Nogueira Pacheco Peixoto Pinheiro Queiroz Ramalho Rangel Sales "
    "Sampaio Siqueira Tavares Teles Torres Varela"
).split()
_MARKS = (
    "da bicicleta|da carroça|da esquina|da feira|da flauta|da mala|da praça|da rede|da sanfona|das latinhas|"
    "das plantas|do banco|do boné|do café|do carrinho|do casaco|do chapéu|do gato|do jornal|do mercado|do milho|"
    "do papelão|do peixe|do pão|do pente|do rádio|do samba|do semáforo|do terminal|do tambor|do violão|dos balões|"
    "dos livros|dos óculos"
).split("|")
_NICKNAMES = (
    "Alegria Bala Beija-flor Bigode Boné Caboclo Cajá Capitão Careca Cigano Corda Faísca Farol Formiga Gaúcho Goiano "
    "Graúna Jangada Japa Juazeiro Lua Maré Mineiro Pé-de-vento Paulista Pescador Piaba Pipoca Poeta Professor Relâmpago "
    "Sanfona Sertanejo Tapioca Tico Trovão Umbu Veleiro Violeiro Xexéu"
).split()


def worker_name(dice: Dice) -> str:
    first = dice.choice(FIRST[dice.choice(("female", "male"))])
    return f"{first} {dice.choice(SURNAMES)} {dice.choice(SURNAMES)}"


def person_called(dice: Dice, sex: str, age_band: str) -> tuple[str, str]:
    """What someone met in the street is called, and what kind of name that is."""
    first = dice.choice(FIRST[sex])
    if age_band == "age_60_plus" and dice.random() < 0.5:
        return f"{'Dona' if sex == 'female' else 'Seu'} {first}", "alias"
    kind = dice.one_of({"mark": 5, "nickname": 2, "first": 2, "social": 0.15})
    if kind == "mark":
        return f"{first} {dice.choice(_MARKS)}", "alias"
    if kind == "nickname":
        return f"{dice.choice(_NICKNAMES)} {dice.choice(('', '', 'Velho', 'Novo', 'da Ponte', 'do Cais'))}".strip(), "nickname"
    return first, "social" if kind == "social" else "alias"


def civil_name(dice: Dice, sex: str) -> str:
    return f"{dice.choice(FIRST[sex])} {dice.choice(SURNAMES)} {dice.choice(SURNAMES)}"


def nickname(dice: Dice) -> str:
    return dice.choice(_NICKNAMES)


def family_called(dice: Dice) -> str:
    """A family by a name of the team's choice."""
    return f"Família de {dice.choice(FIRST['female'])} {dice.choice(('', '', *_MARKS))}".strip()
