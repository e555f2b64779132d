"""Invented people as the street tells them, and the same people told again by somebody else: for bench/likeness.py.

Names follow the long tail that Brazilian names have: a few that half the people carry, many that few do. What is told
of one person twice differs as it does in practice: only a nickname, a first name, a surname left out, another
spelling, a slip of the finger, an age guessed, another region.
"""

import random
import re
from dataclasses import dataclass, field
from typing import Any

_FEMALE = (
    "Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Sandra Camila Amanda Bruna Jéssica"
    " Letícia Júlia Luciana Vanessa Mariana Gabriela Vera Vitória Larissa Cláudia Beatriz Rita Luana Sônia Renata Eliane"
    " Josefa Simone Natália Cristiane Carla Débora Rosângela Jaqueline Rosa Daniela Aparecida Marlene Terezinha Raimunda"
    " Andréia Fabiana Lúcia Raquel Ângela Rafaela Joana Luzia Daiane Elisângela Sabrina Viviane Tatiane Cíntia Ivone"
    " Edilene Gislaine Keila Wanessa Rayane Thaís Kelly Suelen Micaela Jandira Neuza Zuleide Iracema Dalva Odete Noêmia"
    " Quitéria Severina Cleonice Marilene Ednalva Joelma Rosilda Vânia Heloísa Yasmin Tainá Shirley Cheila Hosana"
).split()
_MALE = (
    "José João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Luís Gabriel Rafael Daniel Marcelo Bruno Eduardo"
    " Felipe Raimundo Rodrigo Manoel Mateus André Fernando Fábio Leonardo Gustavo Guilherme Leandro Tiago Anderson"
    " Ricardo Márcio Jorge Sebastião Alexandre Roberto Edson Diego Vitor Sérgio Cláudio Matheus Thiago Geraldo Adriano"
    " Luciano Júlio Renato Alex Vinícius Rogério Samuel Ronaldo Mário Flávio Igor Douglas Davi Jeferson Cícero Severino"
    " Wellington Robson Gilberto Valdir Josué Edivaldo Genivaldo Claudemir Wagner Walter Reginaldo Uanderson Damião"
    " Erivaldo Nivaldo Jailson Adailton Givanildo Ednaldo Josenildo Washington Kleber Uilson Aguinaldo Heráclito Zacarias"
    " Benedito Joaquim Osvaldo Expedito Agenor Hamilton Quirino Eliseu Michael Richard Maicon Jhonatan Cauã Ygor"
).split()
_SURNAMES = (
    "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Alves Nascimento Araújo Ribeiro Almeida Barbosa"
    " Gomes Carvalho Martins Lopes Soares Fernandes Vieira Rocha Dias Barros Melo Freitas Cardoso Nunes Moreira Batista"
    " Campos Mendes Teixeira Moura Cavalcante Monteiro Medeiros Bezerra Dantas Correia Azevedo Cunha Ramos Moraes"
    " Pinheiro Guimarães Farias Nogueira Brito Xavier Andrade Marques Machado Bastos Queiroz Assunção Sales Galvão"
    " Câmara Fagundes Varela Lacerda Peixoto Siqueira Macedo Chaves Paiva Holanda Maciel Torres Viana Brandão Coutinho"
    " Leite Tavares Alencar Bandeira Amorim Pessoa Saldanha Figueiredo Gurgel Rebouças Caminha Trigueiro Ximenes Veras"
    " Furtado Cordeiro Feitosa Marinho Jacinto Evangelista Damasceno Quirino Zacarias Wanderley Gusmão Bulhões Ulisses"
).split()
_NICKNAMES = (
    "Galego|Neguinho|Baiano|Alemão|Careca|Zé|Baixinho|Gordo|Magrão|Paraíba|Ceará|Tio|Bigode|Mineiro|Gaúcho|Cabeça|Pelé"
    "|Ratinho|Pezão|Índio|Cigano|Capoeira|Boca|Bala|Cabelo|Coruja|Pingo|Tico|Chocolate|Biu|Tonho|Tião|Nem|Japa|Bahia"
    "|Ferrugem|Mancha|Perninha|Gringo|Professor|Pastor|Capitão|Passarinho|Formiga|Caveira|Jacaré|Fumaça|Pipoca|Lampião"
    "|Quarentinha|Xerife|Mudinho|Ceguinho|Tamanduá|Beija-flor|Siri|Carranca|Rapadura|Tapioca|Graveto|Sete Dedos|Piaba"
    "|Pé de Vento|Zoião|Cachoeira|Kiko|Xuxa|Lora|Preta|Morena|Nega|Baixinha|Ruiva|Nena|Lia|Bia|Nalva|Neném|Fia|Zefa"
).split("|")
# How one name is spelt by two people: (pattern, replacement), each a habit of Brazilian registries and ears.
_SPELLINGS = [
    (re.compile(pattern), to)
    for pattern, to in (
        ("z(?=[aeiou])", "s"), ("(?<=[aeiou])s(?=[aeiou])", "z"), ("z$", "s"), ("s$", "z"), ("th", "t"), ("^t(?=[aei])", "th"),
        ("^w", "v"), ("^v(?=[ai])", "w"), ("^w", "u"), ("y", "i"), ("i(?=[aeo])", "y"), ("ph", "f"), ("^f(?=el|il)", "ph"),
        ("ll", "l"), ("(?<=[aei])l(?=[aeiou])", "ll"), ("nn", "n"), ("ss", "ç"), ("ç", "ss"), ("^ch", "x"), ("^x", "ch"),
        ("^k", "c"), ("^c(?=[aol])", "k"), ("ck", "c"), ("^h", ""), ("ou", "o"), ("ei", "e"), ("m(?=[^aeioupb]|$)", "n"),
        ("l(?=[^aeioul])", "u"), ("e$", "i"), ("o$", "u"), ("ngt", "t"), ("r$", ""),
    )
]
_LETTERS = "abcdefghijlmnoprstuvxz"
_REGIONS = ("norte", "sul", "leste", "oeste")


def _long_tail(dice: random.Random, words: list[str], steepness: float) -> str:
    """One of `words`, the first by far the most frequent."""
    weights = [1 / (rank + 2) ** steepness for rank in range(len(words))]
    return dice.choices(words, weights)[0]


@dataclass
class Invented:
    """One person as she is; `told` is what a worker writes down of her one day."""

    key: int
    sex: str
    first: list[str]
    surnames: list[str]
    nickname: str | None
    age: int
    region: str
    cpf: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)


def person(dice: random.Random, key: int) -> Invented:
    """In the street five of six are men (domain 9.1)."""
    sex = "male" if dice.random() < 0.83 else "female"
    names = _MALE if sex == "male" else _FEMALE
    first = [_long_tail(dice, names, 0.75)]
    if dice.random() < 0.35:
        first.append(_long_tail(dice, names, 0.75))
    surnames = [_long_tail(dice, _SURNAMES, 0.8) for _n in range(dice.choice((1, 2, 2, 3)))]
    nickname = _long_tail(dice, _NICKNAMES, 0.6) if dice.random() < 0.55 else None
    age = max(1, min(88, round(dice.gauss(41, 13))))
    cpf = "".join(dice.choice("0123456789") for _n in range(11))
    return Invented(key, sex, first, surnames, nickname, age, dice.choice(_REGIONS), cpf)


def told(dice: random.Random, who: Invented) -> dict[str, Any]:
    """The person as likeness takes her, as one worker on one day would write her down."""
    names: list[str] = []
    how = dice.choices(("nickname", "first", "both", "short", "full"), (20, 20, 12, 26, 22))[0]
    if how in ("nickname", "both") and who.nickname:
        names.append(who.nickname)
    if how in ("first", "both") or (how == "nickname" and not names):
        names.append(" ".join(who.first if dice.random() < 0.5 else who.first[:1]))
    if how == "short":
        names.append(f"{who.first[0]} {dice.choice(who.surnames)}")
    if how == "full":
        names.append(" ".join([*who.first, *who.surnames]))
        if who.nickname and dice.random() < 0.4:
            names.append(who.nickname)
    age, band = None, _band(who.age)
    seen = dice.random()
    if seen < 0.35:
        age = max(1, round(dice.gauss(who.age, 5)))
        band = _band(age)
    elif seen > 0.75:
        band = None
    sex = who.sex if dice.random() < 0.88 else None
    if sex and dice.random() < 0.01:
        sex = "female" if sex == "male" else "male"
    return {
        "names": [_written(dice, name) for name in names],
        "age": age,
        "age_band": band,
        "sex": sex,
        "region_id": who.region if dice.random() < 0.75 else dice.choice(_REGIONS),
        "documents": {"cpf": who.cpf} if dice.random() < 0.12 else {},
    }


def _band(age: int) -> str:
    return "age_0_12" if age < 13 else "age_13_17" if age < 18 else "age_18_59" if age < 60 else "age_60_plus"


def _written(dice: random.Random, name: str) -> str:
    words = []
    for word in name.split():
        kept = word.lower()
        if dice.random() < 0.14:
            known = [(old, new) for old, new in _SPELLINGS if old.search(kept)]
            if known:
                old, new = dice.choice(known)
                kept = old.sub(new, kept, count=1)
        if dice.random() < 0.04 and len(kept) > 3:
            kept = _slip(dice, kept)
        words.append(kept.capitalize() if dice.random() < 0.9 else kept)
    written = " ".join(words)
    if dice.random() < 0.4:
        written = written.translate(str.maketrans("áàâãéêíóôõúüçÁÂÉÍÓÚ", "aaaaeeiooouucAAEIOU"))
    return written


def _slip(dice: random.Random, word: str) -> str:
    at = dice.randrange(1, len(word))
    kind = dice.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + dice.choice(_LETTERS) + word[at:]
    if kind == 2 and at < len(word) - 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + dice.choice(_LETTERS) + word[at + 1 :]
