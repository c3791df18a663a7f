"""Puts the web application together from an explicit configuration."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from werkzeug.middleware.proxy_fix import ProxyFix

from vetting.api.pages import api, systems
from vetting.app import health, reading_log, start_pages, template_filters
from vetting.app.hooks import fill_hooks
from vetting.bookings.forms import AcceptanceForm, LeaveOutForm
from vetting.bookings.pages import bookers, letting, letting_kinds, quick_checks, rooms, weeks
from vetting.casework.pages import delegation, documents, explanations, grant_changes, letters, paper_forms, tips
from vetting.formats import limits
from vetting.kernel.store.storage_errors import place_of
from vetting.lists.pages import imports, outside_decisions, trial
from vetting.money.forms.payments import NewAccountForm
from vetting.money.pages import (
    activities,
    followed_associations,
    grant_routines,
    payment_bases,
    payments,
    reports,
    samples,
    support,
)
from vetting.people.pages import (
    directory,
    identity_provider,
    own_templates,
    people,
    personal_data,
    second_factor,
    sign_in,
)
from vetting.people.services import sign_in as sign_ins
from vetting.people.services.directory import read_group_roles
from vetting.records.pages import records, registry, trail
from vetting.registers import pages as registers
from vetting.reporting.pages import overviews, period_reports
from vetting.rounds.pages import allocations, board_decisions, board_items, budget_lines, item_appeals, schemes
from vetting.rules.pages import draft_cases, draft_forms, draft_parts, draft_trials, drafts, library_search, versions
from vetting.rules.services.rulebook import IN_USE, Rules, load_rules, use_rules
from vetting.shipped import shipped_folder
from vetting.texts import FOLDER
from vetting.web import acting, csrf, errors, log, preferences, response_delivery, security, translation, visitor
from vetting.web.sub_path import serve_below
from vetting.workspace.pages import (
    assessments,
    associations,
    bookings,
    case_acts,
    case_forms,
    cases,
    communications,
    completions,
    deciding,
    deviations,
    due_items,
    endings,
    help_pages,
    incoming,
    intake,
    meetings,
    officer_reports,
    rescissions,
    rounds,
    setup,
    special_reviews,
    today,
    watches,
    ways_of_working,
)

if TYPE_CHECKING:
    from flask import Response

    from vetting.config import Config
    from vetting.kernel.store.engine import Database

SESSION_COOKIE = "vetting"
STATIC = "web/static"
LARGEST_REQUEST = 16 * limits.MEGABYTE
LONGEST_FIELDS = 2_500_000
"""Two rule files of the largest size that is read."""


class _Pages(Flask):
    """Flask, but for its log: what a mistake says may hold what somebody typed."""

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401 - Flask's own
        """Only what went wrong, and where."""
        self.logger.error("%s", place_of(exc_info[1]))

    def handle_exception(self, e: Exception) -> Response:
        """What fails within the page that tells of a failure ends here: the server's own log would have its words."""
        try:
            return super().handle_exception(e)
        except Exception as within:  # noqa: BLE001 - nothing may go further
            self.logger.error("within the error page: %s", place_of(within))  # noqa: TRY400 - no words of a case
            return self.response_class("500", HTTPStatus.INTERNAL_SERVER_ERROR, mimetype="text/plain")


def _rules_of_application() -> Rules:
    found = current_app.extensions["vetting_rules"]
    if not isinstance(found, Rules):
        raise TypeError(found)
    return found


def create_app(config: Config, database: Database) -> Flask:
    """The pages as one Flask application; nothing is read from the environment here."""
    app = _Pages(
        "vetting",
        root_path=str(FOLDER.parent),
        template_folder=str(shipped_folder("templates")),
        static_folder=STATIC,
        static_url_path=response_delivery.static_address(FOLDER.parent / STATIC),
    )
    app.config.update(
        SECRET_KEY=config.secret_key,
        TRUSTED_HOSTS=list(config.trusted_hosts),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LONGEST_FIELDS,
        MAX_FORM_PARTS=400,
        SESSION_COOKIE_NAME=f"__Host-{SESSION_COOKIE}" if config.https else SESSION_COOKIE,
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="sv",
        BABEL_DEFAULT_TIMEZONE="Europe/Stockholm",
        BABEL_TRANSLATION_DIRECTORIES=str(FOLDER),
    )
    app.request_class = security.InMemoryRequest
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "extensions": [response_delivery.ShortBlanks]}
    app.extensions["vetting_config"] = config
    app.extensions["vetting_rules"] = load_rules(config.rules, config.imports)
    app.extensions["vetting_database"] = database
    use_rules(database, lambda: load_rules(config.rules, config.imports))
    security.guard_requests(app, provider=config.oidc_issuer)
    identity_provider.use_identity_provider(
        app, config, read_group_roles(config.oidc_roles) if config.oidc_roles else ()
    )
    serve_below(app, config.sub_path)
    if config.proxies:  # the address that the last of our own proxies was asked from, never one that a visitor writes
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign] # as Flask's documents do it
    response_delivery.compress_answers(app)
    csrf.protect_forms(app, without_cookies=api.blueprint)
    translation.install_translations(app, preferences.visitor_language)
    app.teardown_appcontext(visitor.look_again)
    app.teardown_appcontext(preferences.forget_language)
    template_filters.register_template_names(app)
    errors.register_error_pages(app)
    log.register_log_lines(app)
    reading_log.note_readings(app)
    fill_hooks()
    case_forms.ACCOUNT_FORM.fill(NewAccountForm)
    case_forms.ACCEPTANCE_FORM.fill(AcceptanceForm)
    case_forms.LEAVE_OUT_FORM.fill(LeaveOutForm)
    acting.CASE_PAGE.fill(cases.case_page)
    visitor.SIGN_INS.fill(sign_ins)
    IN_USE.fill(_rules_of_application)
    for module in (
        associations,
        ways_of_working,
        own_templates,
        bookings,
        due_items,
        letters,
        cases,
        support,
        quick_checks,
        help_pages,
        today,
        records,
        registry,
        watches,
        outside_decisions,
        trail,
        completions,
        deciding,
        delegation,
        endings,
        deviations,
        documents,
        explanations,
        case_acts,
        assessments,
        communications,
        imports,
        incoming,
        intake,
        letting,
        letting_kinds,
        sign_in,
        directory,
        second_factor,
        meetings,
        officer_reports,
        start_pages,
        health,
        paper_forms,
        grant_changes,
        payment_bases,
        payments,
        reports,
        people,
        personal_data,
        preferences,
        registers,
        rescissions,
        rooms,
        rounds,
        allocations,
        board_items,
        board_decisions,
        item_appeals,
        budget_lines,
        schemes,
        drafts,
        draft_cases,
        draft_forms,
        draft_parts,
        draft_trials,
        library_search,
        versions,
        setup,
        special_reviews,
        tips,
        activities,
        followed_associations,
        samples,
        api,
        systems,
        grant_routines,
        overviews,
        period_reports,
        trial,
        weeks,
        bookers,
    ):
        app.register_blueprint(module.blueprint)
    app.wsgi_app = security.carry_headers(app.wsgi_app, https=config.https)  # type: ignore[assignment, method-assign] # as above
    return app
