"""What the shell, the worker and the desk's pages load."""

from app.core.assets import Assets
from tests.make.source import ROOT


def built() -> Assets:
    assets = Assets(ROOT / "static" / "dist")
    assert assets.manifest, "build the front end first: npm run build in static/"
    return assets


def test_the_desk_shares_no_file_with_the_field_app():
    """A shared chunk would start the field app, its database and its theme, on a desk's page."""
    desk, field = set(built().everything("src/desk.ts")), set(built().everything("src/field.tsx"))
    assert desk and field
    assert desk & field == set()


def test_the_app_starts_with_sixty_kilobytes_of_script():
    """As the server sends it, packed: a new screen is a chunk of its own."""
    first = [ROOT / "static" / "dist" / name.removeprefix("/static/") for name in built().core("src/field.tsx") if name.endswith(".js")]
    assert first
    assert sum(path.with_name(f"{path.name}.gz").stat().st_size for path in first) <= 60 * 1024


def test_the_shell_says_nothing_of_anybody(city):
    stranger, worker = city.app.test_client(), city.client("rua")
    assert stranger.get("/app/").data == worker.get("/app/").data
    assert stranger.get("/app/sw.js").data == worker.get("/app/sw.js").data


def test_the_worker_knows_every_file_of_the_app(app):
    script = app.test_client().get("/app/sw.js").get_data(as_text=True)
    assert all(name in script for name in built().everything("src/field.tsx"))
    assert script.startswith("self.__BUILD=")
