"""The factory. A leaf: it registers every domain from one list, and nobody imports its contents."""

from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, get_locale
from flask_migrate import Migrate
from flask_smorest import Api
from werkzeug.exceptions import HTTPException
from whitenoise import WhiteNoise

from app import cli
from app.accounts import cli as accounts_cli
from app.accounts import jobs as accounts_jobs
from app.accounts import pages as accounts_pages
from app.accounts import routes as accounts_routes
from app.accounts.passkeys import pages as passkeys_pages
from app.accounts.passkeys import routes as passkeys_routes
from app.accounts.signin import login_manager
from app.accounts.totp import pages as totp_pages
from app.alerts import jobs as alerts_jobs
from app.alerts import pages as alerts_pages
from app.audit import cli as audit_cli
from app.audit import jobs as audit_jobs
from app.backup import cli as backup_cli
from app.config import Config
from app.core import http, logs, seal
from app.core.assets import Assets
from app.core.db import db, engine_options, standby_binds
from app.core.demonstration import holds_demonstration
from app.core.watch.facts import passes_over_policies
from app.coverage import pages as coverage_pages
from app.coverage import routes as coverage_routes
from app.demo import cli as demo_cli
from app.desk import cli as desk_cli
from app.desk import jobs as desk_jobs
from app.desk import pages as desk_pages
from app.desk import routes as desk_routes
from app.desk.cli import opening as opening_cli
from app.desk.pages import agreed as agreed_pages
from app.desk.pages import arrivals as arrivals_pages
from app.desk.pages import families as families_pages
from app.desk.pages import house as house_pages
from app.desk.pages import imports as imports_pages
from app.desk.pages import nights as nights_pages
from app.desk.pages import options as options_pages
from app.desk.pages import person as person_pages
from app.desk.pages import points as points_pages
from app.desk.pages import roster as roster_pages
from app.desk.pages import roster_means as roster_means_pages
from app.desk.pages import roster_plan as roster_plan_pages
from app.desk.pages import roster_shift as roster_shift_pages
from app.desk.pages import route_plans as route_plans_pages
from app.desk.pages import settings as settings_pages
from app.desk.pages import sheet as sheet_pages
from app.desk.pages import spent as spent_pages
from app.desk.pages import start as start_pages
from app.desk.pages import suspensions as suspensions_pages
from app.desk.pages import teams as teams_pages
from app.desk.pages import today as today_pages
from app.desk.pages import vehicles as vehicles_pages
from app.desk.pages import walk_in as walk_in_pages
from app.desk.pages import workers as workers_pages
from app.desk.routes import people as people_cards
from app.encounters import jobs as encounters_jobs
from app.encounters import pages as encounters_pages
from app.home_visits import jobs as visits_jobs
from app.notices import delivery
from app.notices import jobs as notices_jobs
from app.notices import pages as notices_pages
from app.notices import routes as notices_routes
from app.operations import jobs as operations_jobs
from app.operations.pages import bulletin as operation_bulletin_pages
from app.operations.pages import operating as operations_pages
from app.outreach_requests import jobs as requests_jobs
from app.outreach_requests.pages import acts as request_acts_pages
from app.outreach_requests.pages import drawing as request_drawing_pages
from app.outreach_requests.pages import inbox as requests_pages
from app.outreach_requests.pages import intake as request_intake_pages
from app.outreach_requests.pages import public as request_public_pages
from app.outreach_requests.pages import spreadsheet as request_spreadsheet_pages
from app.people import cli as people_cli
from app.people import jobs as people_jobs
from app.people.pages import merging as people_merging_pages
from app.people.pages import searching as people_searching_pages
from app.people.routes import searching as people_searching_routes
from app.privacy import jobs as privacy_jobs
from app.privacy.pages import notes as notes_pages
from app.privacy.pages import officer as officer_pages
from app.privacy.pages import restriction as restriction_pages
from app.privacy.pages import rights as rights_pages
from app.protection import jobs as protection_jobs
from app.protection import routes as protection_routes
from app.protection.communications.pages import paper as communication_paper_pages
from app.protection.communications.pages import writing as communication_pages
from app.protection.pages import setting as protection_setting_pages
from app.protection.pages import acts as case_acts_pages
from app.protection.pages import cases as cases_pages
from app.protection.pages import hiding as hiding_pages
from app.protection.pages import overseeing as overseeing_pages
from app.pwa import pages as pwa_pages
from app.pwa import routes as pwa_routes
from app.referrals import jobs as referrals_jobs
from app.referrals import pages as referrals_pages
from app.referrals import routes as referrals_routes
from app.referrals.slips import pages as slips_pages
from app.referrals.slips import routes as slips_routes
from app.sync import cli as sync_cli
from app.sync import jobs as sync_jobs
from app.sync import pages as sync_pages
from app.sync import routes as sync_routes
from app.territory import cli as territory_cli
from app.territory import jobs as territory_jobs
from app.territory import pages as territory_pages
from app.territory import routes as territory_routes
from app.units import cli as units_cli
from app.units import pages as units_pages
from app.units import routes as units_routes
from app.units.pages import places as places_pages
from app.units.pages import working as unit_working_pages

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("pt_BR", "en", "es")

APIS = (
    accounts_routes, passkeys_routes, sync_routes, units_routes, referrals_routes, coverage_routes, pwa_routes, people_cards,
    people_searching_routes, slips_routes, notices_routes, protection_routes, territory_routes,
)  # fmt: skip
PAGES = (
    pwa_pages, accounts_pages, passkeys_pages, totp_pages, referrals_pages, units_pages, unit_working_pages, places_pages,
    suspensions_pages, vehicles_pages, today_pages, spent_pages, coverage_pages, territory_pages,
    sync_pages, desk_pages, desk_routes, start_pages, workers_pages, teams_pages, imports_pages,
    restriction_pages, notes_pages, rights_pages, officer_pages, person_pages, options_pages,
    people_searching_pages, people_merging_pages, agreed_pages, families_pages, encounters_pages, slips_pages,
    house_pages, points_pages, route_plans_pages, walk_in_pages, nights_pages, sheet_pages, arrivals_pages, notices_pages, protection_setting_pages,
    communication_pages, communication_paper_pages,
    requests_pages, request_acts_pages, request_drawing_pages, request_intake_pages, request_public_pages,
    request_spreadsheet_pages,
    operations_pages, operation_bulletin_pages,
    cases_pages, case_acts_pages, overseeing_pages, hiding_pages,
    roster_pages, roster_shift_pages, roster_plan_pages, roster_means_pages, settings_pages, alerts_pages,
)  # fmt: skip
COMMANDS = (cli, opening_cli, accounts_cli, audit_cli, territory_cli, demo_cli, sync_cli, desk_cli, backup_cli, people_cli, units_cli)
JOBS = (accounts_jobs, alerts_jobs, audit_jobs, desk_jobs, encounters_jobs, notices_jobs, operations_jobs, requests_jobs, people_jobs, privacy_jobs, protection_jobs, referrals_jobs, sync_jobs, territory_jobs, visits_jobs)  # imported for the tasks they register


class UnsafeDatabaseRole(Exception):
    """The web process must not be able to step around row level security."""


def create_app(config: Config) -> Flask:
    """The application for one configuration. Raises UnsafeDatabaseRole (unless only commands run as owner)."""
    logs.configure(config.log_level)
    app = Flask(
        "vinculo",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static" / "dist"),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.pooler),
        SQLALCHEMY_BINDS=standby_binds(config.sqlalchemy_reading_url),
        SESSION_COOKIE_SECURE=config.https,
        BABEL_DEFAULT_LOCALE="pt_BR",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app" / "translations"),
        API_TITLE="Vínculo",
        API_VERSION=config.version or "0",
        OPENAPI_VERSION="3.1.0",
        VINCULO=config,
        TESTING=config.testing,
    )
    seal.configure(config.keys_dir, config.secret_key)
    delivery.configure(config.keys_dir, config.mail, config.origin)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    login_manager.init_app(app)
    Babel(app, locale_selector=_locale)
    assets = Assets(ROOT / "static" / "dist")
    app.extensions["assets"] = assets
    app.jinja_env.globals.update(assets=assets, get_locale=get_locale, holds_demonstration=holds_demonstration)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    api = Api(app)
    api.spec.components.response(
        "Problem", {"description": "RFC 9457", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    )
    app.extensions["api_spec"] = api.spec
    for module in APIS:
        api.register_blueprint(module.blueprint)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    for module in COMMANDS:
        for group in module.commands:
            app.cli.add_command(group)
    # flask-smorest brings an answer of its own for HTTP errors; ours replaces it.
    app.error_handler_spec[None].pop(HTTPException, None)
    for handlers in app.error_handler_spec[None].values():
        handlers.pop(HTTPException, None)
    http.register(app, config.proxies, config.https)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static" / "dist"),
        prefix="static/",
        max_age=60,
        allow_all_origins=False,
        add_headers_function=http.dress,
        immutable_file_test=lambda _path, url: "/assets/" in url,
    )
    return app


def refuse_unsafe_role(app: Flask) -> None:
    """Stop unless the database role is bound by row level security: no superuser, no BYPASSRLS, owns nothing,
    and can't become a role that is one of these (a member of the owner passes over the policies as the owner does).
    """
    with app.app_context(), db.engine.connect() as connection:
        unsafe = passes_over_policies(connection)
    if unsafe:
        raise UnsafeDatabaseRole(
            "DATABASE_URL usa um papel que passa por cima da segurança por linha (superusuário, BYPASSRLS ou dono de"
            " tabelas): dê ao servidor um papel próprio, membro de vinculo_app"
        )


def _locale() -> str | None:
    """The worker's language when signed in, else the browser's, else Portuguese."""
    if not request:
        return "pt_BR"
    # Only who is known already: asking here would ask a database that may be why an error is being told.
    chosen: Any = getattr(g.get("_login_user"), "locale", None)
    return chosen or request.accept_languages.best_match([x.replace("_", "-") for x in LOCALES], "pt-BR").replace("-", "_")
