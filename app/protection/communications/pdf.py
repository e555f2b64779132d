"""The PDF of a communication: tagged (PDF/UA-1), drawn on this machine from words alone. It never fetches anything."""

import importlib
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _

from app.core.problems import Problem

# The same paper as static/assets/letter.css, in points: one A4 page. Names of fonts that Debian has; any other will do.
STYLE = """
@page { size: A4; margin: 12mm 16mm 10mm }
html { font: 9.6pt/1.25 "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #000 }
body, p, h1, h2 { margin: 0 }
.letter-head { border-bottom: 1.2pt solid #000; padding-bottom: 2mm }
.letter-head::after { content: ""; display: block; clear: both }
.letter-secret { float: right; padding: .6mm 2.5mm; border: 1.2pt solid #000; font-weight: bold; letter-spacing: .12em }
.letter-from { float: left; max-width: 130mm }
h1 { margin-top: 3mm; font-size: 13pt }
.letter-to, .letter-corrects { margin-top: 2mm }
.letter-corrects { padding: 1mm 2mm; border: 1.2pt solid #000; font-weight: bold }
.letter-part { margin-top: 2mm }
h2 { margin-bottom: .6mm; font-size: 10.5pt; border-bottom: .6pt solid #777 }
.letter-words { white-space: pre-line; overflow-wrap: anywhere }
.letter-note { margin-top: 2mm; font-size: 8.2pt }
.letter-end { break-inside: avoid }
.letter-sign { float: left; width: 82mm; margin-top: 12mm }
.letter-line { width: 70mm; height: 0; border-bottom: .6pt solid #000; margin-bottom: 1mm }
.letter-foot { margin-left: 88mm; padding-top: 2mm; font-size: 8.2pt }
.letter-qr { float: left; width: 25mm; height: 25mm; margin-right: 2mm }
.letter-address { overflow-wrap: anywhere }
.letter-foot div p { margin-top: 1.5mm }
.letter-digest { font-family: "Liberation Mono", "DejaVu Sans Mono", monospace; letter-spacing: .06em }
"""


class PdfUnavailable(Problem):
    code = "protection.no_pdf"
    status = 503
    sentence = _("Este servidor não tem as bibliotecas que fazem o PDF (pango). Imprima a folha; avise quem cuida da instalação.")


class AsksOutside(Problem):
    code = "protection.paper_asks_outside"
    status = 500
    sentence = _("O PDF pediu algo de fora e não foi feito. Imprima a folha e avise quem cuida da instalação.")


@lru_cache(maxsize=1)
def _engine() -> Any:
    """weasyprint, loaded when first asked: it takes a second, and a machine without pango can't load it at all."""
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError):
        return None


def is_available() -> bool:
    return _engine() is not None


def made(html: str) -> bytes:
    """A paper's HTML as PDF/UA-1. Raises PdfUnavailable."""
    paper = drawn(html)
    try:
        return paper.write_pdf(pdf_variant="pdf/ua-1")
    except _nothing()[1] as error:  # what is attached is asked for only now
        raise AsksOutside() from error


def drawn(html: str) -> Any:
    """The paper laid out: a Document of weasyprint with its pages. Raises PdfUnavailable, AsksOutside."""
    engine = _engine()
    if engine is None:
        raise PdfUnavailable()
    fetcher, fatal = _nothing()
    style = engine.CSS(string=STYLE, url_fetcher=fetcher)
    page = engine.HTML(string=html, base_url=None, url_fetcher=fetcher)
    try:
        return page.render(stylesheets=[style], pdf_variant="pdf/ua-1")
    except fatal as error:  # no Exception of Python's: it would pass by every handler
        raise AsksOutside() from error


@lru_cache(maxsize=1)
def _nothing() -> tuple[Any, type[BaseException]]:
    """(what refuses every address, files of this machine too; what it raises): a word of a case makes the server ask nobody."""
    urls = importlib.import_module("weasyprint.urls")

    class Refused(urls.FatalURLFetchingError):
        """Ends the drawing: a paper that wants something from outside is not ours."""

    class Nothing(urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise Refused("a communication fetches nothing")

    return Nothing(), Refused
