"""The catalogue: it follows the code, every sentence has its two translations, and none of them hurts a person."""

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from tests.make.source import ROOT

FOLDER = ROOT / "app" / "translations"
LANGUAGES = ("en", "es")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Words that reduce a person to a state, an age to an offence or care to cleaning. A record is withdrawn, never a person.
FORBIDDEN = {
    "pt": r"morador(?:a|es|as)? de rua|menor(?:es)?\b(?! (?:que|do que|ou igual))|mendig|viciad|prostituição infantil|"
    r"indigente|vagabund|(?<!corrigida ou )retirada(?! d[oa] (?:encontro|visita))|(?:pessoas?|famílias?) retirad|recolhiment(?!o de pertences)",
    "en": r"homeless (?:man|men|woman|people|person)|\bminors?\b|beggar|vagrant|addict|junkie|child prostitut|"
    r"(?:people|person|family) (?:was |were |be )?removed|removal|\bthe homeless\b|illegal",
    "es": r"indigente|mendig|vagabund|sin ?techo|\bmenor(?:es)?\b|adict[oa]|drogadict|prostitución infantil|retirad[oa]|\bilegal",
}


def catalogue(name):
    with (FOLDER / name).open("rb") as file:
        return [message for message in read_po(file) if message.id]


def of(language):
    return catalogue(f"{language}/LC_MESSAGES/messages.po")


def forms(text):
    return list(text) if isinstance(text, (list, tuple)) else [text]


def pairs(language):
    """Each sentence beside its translation, both forms of a plural."""
    for message in of(language):
        yield from zip(forms(message.id), forms(message.string), strict=True)


def wounding(language, text):
    return re.search(FORBIDDEN[language], text, re.IGNORECASE)


def test_the_catalogue_follows_the_code_and_nothing_waits():
    done = subprocess.run([sys.executable, ROOT / "bin" / "catalogue", "--check"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unsaid_sentence_is_noticed(tmp_path):
    """The check above can fail: without a translation, and with a sentence that the code doesn't say."""
    copy = tmp_path / "clone"
    for folder in ("bin", "app", "templates", "static/src"):
        (copy / folder).mkdir(parents=True)
    (copy / "bin" / "catalogue").write_text((ROOT / "bin" / "catalogue").read_text())
    (copy / "app" / "words.py").write_text('from flask_babel import gettext as _\n\nhello = _("Bom dia")\n')
    (copy / "static" / "src" / "x.tsx").write_text(
        "// t('comentário')\nconst a = <p title={t('Olá, {name}', { name })}>{tn(\n '{n} dia', \"{n} dias\", n)}</p>\n"
        "const b = mark('D\\'água') + t(variable) + start('não')\n"
    )
    command = [sys.executable, copy / "bin" / "catalogue"]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 1
    with (copy / "app" / "translations" / "messages.pot").open("rb") as file:
        said = [message.id for message in read_po(file) if message.id]
    assert said == ["Bom dia", "D'água", "Olá, {name}", ("{n} dia", "{n} dias")]
    (copy / "app" / "words.py").write_text("")
    done = subprocess.run([*command, "--check"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "messages.pot: não acompanha o código" in done.stdout
    assert "en/LC_MESSAGES/messages.po: falta traduzir: Olá, {name}" in done.stdout


def test_the_catalogue_holds_what_the_house_says():
    known = {form for message in catalogue("messages.pot") for form in forms(message.id)}
    assert len(known) > 800
    assert {"Em situação de rua", "Novo encontro", "{n} a enviar", "Encaminhamentos", "Sem vaga", "%(num)d pessoas"} <= known


def test_no_path_of_a_machine_and_no_date_lies_in_it():
    for path in FOLDER.rglob("messages.po*"):
        text = path.read_text()
        assert not re.search(r"POT-Creation|PO-Revision|^#: /|^#: .*:\d+", text, re.M), path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_for_certain(language):
    assert [message.id for message in of(language) if not all(forms(message.string)) or message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_stays_the_same(language):
    wrong = [
        (said, told)
        for said, told in pairs(language)
        if sorted(PLACEHOLDER.findall(said)) != sorted(PLACEHOLDER.findall(told))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_ends_as_its_sentence_does(language):
    """A sentence stays a sentence, a label a label, and what is glued to another text keeps its blank."""
    ends = re.compile(r"^\s*|[.:?…!]?\s*$")
    assert [(said, told) for said, told in pairs(language) if ends.findall(said) != ends.findall(told)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_really_another(language):
    same = [said for said, told in pairs(language) if said == told]
    assert len(same) < len(list(pairs(language))) * (0.03 if language == "en" else 0.12), same


@pytest.mark.parametrize(
    "language,text",
    [
        ("pt", "Morador de rua"), ("pt", "O menor aceitou"), ("pt", "Mendigo"), ("pt", "viciados"), ("pt", "Retirada da pessoa"),
        ("en", "Homeless man removed"), ("en", "A minor"), ("en", "Removal of the family"), ("en", "Drug addict"),
        ("es", "Indigente"), ("es", "El menor"), ("es", "Persona retirada"), ("es", "Un adicto"),
    ],
)  # fmt: skip
def test_a_wounding_word_would_be_found(language, text):
    assert wounding(language, text)


def test_no_wounding_word_in_portuguese():
    said = [form for message in catalogue("messages.pot") for form in forms(message.id)]
    said += [path.read_text() for path in sorted((ROOT / "templates").rglob("*.html"))]
    assert [found[0] for text in said if (found := wounding("pt", text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wounding_word_in_a_translation(language):
    assert [(told, found[0]) for _said, told in pairs(language) if (found := wounding(language, told))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_the_network_stay_as_they_are(language):
    names = re.compile(r"\b(?:CRAS|CREAS|Centro POP|CAPS|SAMU|PIM|Conselho Tutelar|Disque 100|UBS|ILPI|Vínculo)\b")
    wrong = [(said, told) for said, told in pairs(language) if set(names.findall(said)) - set(names.findall(told))]
    assert wrong == []
