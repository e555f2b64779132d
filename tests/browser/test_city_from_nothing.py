"""A city opened from nothing, at the desk and without a developer: from the command line to a worker who signs in."""

import itertools
import random
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from app.core.ids import new_id
from tests.make.territory import WEST, area, collection, feature

pytestmark = pytest.mark.browser

# Above those that make_city counts through.
_codes = itertools.count(random.SystemRandom().randrange(9_950_000, 9_999_000))
PASSWORD = "ipe-amarelo-na-serra-7"
NEW = "girassol-na-janela-7"


@pytest.fixture
def desk(new_context, up):
    """A page at the desk; no error and no violation of the policy may have happened on it."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert errors == []


def step(page, key):
    return page.locator(f"#{key}")


def test_a_city_opened_from_nothing(app, desk, new_context, tmp_path):
    run, ibge = app.test_cli_runner(), str(next(_codes))
    tag = new_id().hex[-6:]
    made = run.invoke(
        args=[
            "municipality", "create", ibge, "Serra Nova", "--timezone", "America/Fortaleza", "--uf", "RN",
            "--admin-login", f"marta-{tag}", "--admin-name", "Marta Alves", "--unit", "creas:CREAS Norte",
        ],
        input=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert made.exit_code == 0, made.output

    # The administrator signs in, reads the term before anything else, and is told what is missing.
    desk.goto("/entrar?de=/admin/comecar")
    desk.get_by_label("Nome de acesso").fill(f"marta-{tag}")
    desk.get_by_label("Senha").fill(PASSWORD)
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Li e aceito").click()
    expect(desk.get_by_role("heading", name="Primeiros passos")).to_be_visible()
    for key in ("regions", "teams", "workers", "duty_phones"):
        expect(step(desk, key)).to_have_class(re.compile("missing"))

    # Regions come by the command that the page shows.
    step(desk, "regions").get_by_text("Comando no servidor").click()
    command = step(desk, "regions").locator("code").inner_text()
    file = tmp_path / "regioes.geojson"
    file.write_bytes(collection(feature(area(), "Centro"), feature(area(WEST + 0.01), "Praia")))
    words = command.split("--app wsgi ")[1].replace("REGIOES.geojson", str(file)).split()
    imported = run.invoke(args=words)
    assert imported.exit_code == 0, imported.output

    # A shelter, a telephone on duty, a team with its regions.
    desk.goto("/admin/comecar")
    expect(step(desk, "regions")).to_have_class(re.compile("done"))
    step(desk, "units").get_by_role("link").click()
    desk.get_by_role("link", name="Incluir uma unidade").click()
    desk.get_by_label("Nome", exact=True).fill("Abrigo Esperança")
    desk.get_by_label("Tipo").select_option(label="Abrigo institucional")
    desk.get_by_label("Região").select_option(label="Praia")
    desk.get_by_label("Recebe encaminhamentos das equipes").check()
    desk.get_by_role("button", name="Guardar").click()
    expect(desk.locator("#told")).to_contain_text("Unidade criada.")
    desk.get_by_role("link", name="Plantão").click()
    desk.get_by_label("De quem").fill("Coordenação da noite")
    desk.get_by_label("Telefone", exact=True).fill("(84) 3200-0101")
    desk.get_by_role("region", name="Telefone novo").get_by_role("button", name="Guardar").click()
    desk.get_by_role("link", name="Equipes").click()
    desk.get_by_label("Nome da equipe").fill("Equipe Centro")
    desk.get_by_label("Unidade de referência").select_option(label="CREAS Norte")
    desk.get_by_label("Centro", exact=True).check()
    desk.get_by_role("button", name="Criar a equipe").click()
    expect(desk.locator("#told")).to_contain_text("Equipe criada.")

    # People come from a planilha: one line is wrong, is shown, and holds nobody back.
    rows = f"acesso;nome;perfil;equipe;unidade\nana-{tag};Ana Reis;abordagem social;Equipe Centro;\n"
    rows += f"caio-{tag};Caio Sá;recepção;;Abrigo Esperança\nlia-{tag};Lia Rocha;coordenação;Equipe Centro;\n"
    rows += f"bia-{tag};Bia Luz;abordagem social;Equipe Lua;\n"
    desk.get_by_role("link", name="Pessoas").click()
    desk.get_by_role("link", name="Incluir muitas, de uma planilha").click()
    desk.locator("#file").set_input_files(
        files=[{"name": "pessoas.csv", "mimeType": "text/csv", "buffer": rows.encode("cp1252")}]
    )
    desk.get_by_role("button", name="Conferir antes de incluir").click()
    expect(desk.get_by_text("A equipe “Equipe Lua” não existe ou está fechada.")).to_be_visible()
    desk.get_by_role("button", name="Incluir 3 pessoas").click()
    slips = desk.locator(".slip")
    expect(slips).to_have_count(3)
    code = slips.filter(has_text="Ana Reis").locator(".big-code").inner_text()
    desk.goto("/admin/comecar")
    for key in ("regions", "units", "teams", "workers", "duty_phones", "sealing_key", "recovery_code"):
        expect(step(desk, key)).to_have_class(re.compile("done"))
    expect(step(desk, "mail")).to_contain_text("VINCULO_SMTP_HOST")

    # The worker's first access, on a browser of her own.
    own = new_context().new_page()
    own.goto("/entrar")
    own.get_by_role("link", name="Esqueci a senha ou tenho um código").click()
    own.get_by_label("Nome de acesso").fill(f"ana-{tag}")
    own.get_by_label("Código").fill(code.lower())
    own.get_by_label("Senha nova", exact=True).fill(NEW)
    own.get_by_label("Senha nova, outra vez").fill(NEW)
    own.get_by_role("button", name="Guardar a senha e entrar").click()
    own.get_by_role("button", name="Li e aceito").click()
    expect(own.get_by_text("Marta Alves deu um código de acesso em seu nome")).to_be_visible()

    engine = create_engine(app.config["VINCULO"].sqlalchemy_owner_url)
    with engine.connect() as connection:
        trail = connection.execute(
            text("SELECT action, count(*) AS n FROM audit_lines WHERE municipality_id = :m AND outcome = 'done' GROUP BY 1"),
            {"m": int(ibge)},
        ).all()
    engine.dispose()
    told = {row.action: row.n for row in trail}
    assert told["accounts.create_worker"] == 3 and told["accounts.recover"] == 1 and told["accounts.accept_term"] == 2


def test_a_coordinator_gives_access_back_by_voice_at_night(city, desk, new_context, app):
    """On the coordinator's own phone, in the browser: the desk's pages fit it."""
    hand = new_context(viewport={"width": 360, "height": 740}).new_page()
    hand.goto("/entrar?de=/mesa/equipe")
    hand.get_by_label("Nome de acesso").fill(city.login("coordenacao"))
    hand.get_by_label("Senha").fill("senha-de-teste-1")
    hand.keyboard.press("Enter")
    hand.get_by_role("button", name="Dar código Rua", exact=True).click()
    code = hand.locator(".big-code").inner_text()
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    desk.goto("/entrar/codigo")
    desk.get_by_label("Nome de acesso").fill(city.login("rua"))
    desk.get_by_label("Código").fill("AAAA-AAAA")
    desk.get_by_label("Senha nova", exact=True).fill(NEW)
    desk.get_by_label("Senha nova, outra vez").fill(NEW)
    desk.get_by_role("button", name="Guardar a senha e entrar").click()
    expect(desk.get_by_role("alert")).to_contain_text("código não conferem")
    expect(desk.get_by_label("Nome de acesso")).to_have_value(city.login("rua"))
    desk.get_by_label("Código").fill(code)
    desk.get_by_label("Senha nova", exact=True).fill(NEW)
    desk.get_by_label("Senha nova, outra vez").fill(NEW)
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Coordenacao deu um código de acesso em seu nome")).to_be_visible()
