"""/prova: choose rules, hand in a list, see what they say about every row. Nothing is stored."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from werkzeug.exceptions import TooManyRequests

from vetting import clock
from vetting.config import Config
from vetting.formats import limits
from vetting.formats.csv_reading import in_utf_8
from vetting.formats.document_types import XLSX
from vetting.formats.refusals import FileReadingError, file_problem, is_of_letters
from vetting.kernel import text
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.text import same_in_both
from vetting.lists.forms import COLUMN, DETECT, TrialForm, trial_form
from vetting.lists.services.screened_lists import UnknownListError, annotated_copy, screen_list
from vetting.rules import Rules, ruleset_named
from vetting.web import preferences, visitor
from vetting.web.forms import NO_FILE
from vetting.web.list_places import trial_place
from vetting.web.rate_limits import RateLimit
from vetting.web.translation import gettext as _
from vetting.web.view_helpers import act_in_steps, attachment_response, posted_form, posted_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vetting.lists.domain.screened_lists import ScreenedList

LARGEST_UPLOAD: Final = 5 * limits.MEGABYTE
# Those that need most of a person come first; the workbook holds all rows.
MOST_ROWS_SHOWN: Final = 250
MOST_IN_A_MINUTE: Final = 30
"""Lists from one address, or of one person."""
SAMPLES: Final = ("ansokningar.xlsx", "bokningar.xlsx")
SAY_COLUMNS: Final = text._("Välj nedan vad minst två kolumner betyder, en av dem namn eller organisationsnummer.")
blueprint = Blueprint("trial", __name__)


@blueprint.get("/prova")
def ask() -> str:
    """The form."""
    form = TrialForm(known={"kind": DETECT})
    form.offer(_rules().folder.sets)
    return _ask(form)


def _ask(form: TrialForm) -> str:
    return render_template("lists/trial/ask.html", form=form)


@blueprint.post("/prova")
def answer() -> Response:
    """The list's rows with what the rules say; a refused form keeps what was chosen.

    The list comes as an upload, or from a result page that carries it: then only language or colours change.
    """
    preferences.remember_preferences()
    form = _form()

    def judge() -> Response:
        given = _list_of(form)
        with trial_place(), _told_at_file(form, *given):
            _not_too_often()
            return make_response(_render_answer(form, *given))

    return act_in_steps(form, judge, onto=lambda page: page, again=_ask)


def _render_answer(form: TrialForm, data: bytes, file: str) -> str:
    if len(data) > LARGEST_UPLOAD:
        raise UnreadableError(file_problem("too_large", file))
    now = clock.now()
    screened = _screen_list(form, data, file, now)
    of_list = {
        "rules": screened.ruleset.id,
        "kind": form.kind.data,
        "name": file,
        "content": base64.b64encode(data).decode(),
    }
    read = screened.columns.facts
    chosen = {int(column): fact for column, fact in form.chosen.items() if read.get(int(column)) == fact}
    return render_template(
        "lists/trial/answer.html",
        screened=screened,
        shown=screened.by_work[:MOST_ROWS_SHOWN],
        chosen=chosen,
        notes=screened.notes(now.date()),
        file=file,
        of_list=of_list,
        keep=of_list | {f"{COLUMN}{column}": fact for column, fact in chosen.items()},
    )


@blueprint.post("/prova/arbetsbok")
def workbook() -> Response:
    """The same list, sent back by the result page, as the annotated workbook."""
    form = _form()
    if not form.validate():
        abort(400)
    now = clock.now()

    def mark() -> Response:
        data, file = _list_of(form)
        with trial_place(), _told_at_file(form, data, file):
            _not_too_often()
            # Screened anew from the same bytes: nothing is stored between the page and the workbook.
            screened = _screen_list(form, data, file, now)
            book = annotated_copy(data, file, screened, preferences.visitor_language(), at=now)
        return attachment_response(book, XLSX, _answer_name(file))

    return act_in_steps(form, mark, onto=lambda page: page, again=_ask)


@blueprint.get("/prova/exempel/<name>")
def sample(name: str) -> Response:
    """An invented list to try with."""
    if name not in SAMPLES:
        abort(404)
    return attachment_response((_config().imports / "samples" / name).read_bytes(), XLSX, name)


def _form() -> TrialForm:
    form = posted_form(trial_form(posted_names(COLUMN)))
    form.offer(_rules().folder.sets)
    return form


@contextmanager
def _told_at_file(form: TrialForm, data: bytes, file: str) -> Iterator[None]:
    """Tells at the file what cannot be read in it. A file whose letters or columns are asked about is kept at hand."""
    try:
        yield
    except UnknownListError as error:
        form.ask_columns(data, file, error.found, error.catalogue)
        raise Refused(Obstacle.INVALID, Problem("file", error.problem.what, SAY_COLUMNS)) from error
    except UnreadableError as error:
        found = error.problem
        if is_of_letters([found.what.sv, found.what.en]):
            form.ask_encoding(data, file)
        place = same_in_both(f"{found.where}: ")
        raise Refused(Obstacle.INVALID, Problem("file", place + found.what, found.remedy)) from error


def _list_of(form: TrialForm) -> tuple[bytes, str]:
    data, name = form.list_file()
    if not data:
        raise Refused(Obstacle.INVALID, Problem("file", *NO_FILE))
    if form.encoding.data and form.file.data is None:  # a list that was chosen anew is another
        try:
            data = in_utf_8(data, form.encoding.data)
        except FileReadingError as error:
            form.ask_encoding(data, name)
            raise Refused(Obstacle.INVALID, file_problem(error.code, "encoding")) from None
    return data, name or _("lista")


def _rules() -> Rules:
    rules = current_app.extensions["vetting_rules"]
    if not isinstance(rules, Rules):
        raise TypeError(rules)
    return rules


def _config() -> Config:
    config = current_app.extensions["vetting_config"]
    if not isinstance(config, Config):
        raise TypeError(config)
    return config


def _not_too_often() -> None:
    """Counts a list that has a place: who found none is not made to wait longer for it."""
    person = visitor.visitor()
    brake = current_app.extensions.setdefault("vetting_trial_brake", RateLimit(most=MOST_IN_A_MINUTE, seconds=60))
    left = brake.left(f"person {person.id}" if person else f"address {request.remote_addr}", visitor.now())
    if left:
        raise TooManyRequests(retry_after=left)


def _screen_list(form: TrialForm, data: bytes, file: str, now: datetime) -> ScreenedList:
    rules = _rules()
    kind = form.kind.data
    return screen_list(
        data,
        file,
        ruleset=ruleset_named(rules, form.rules.data),
        layouts=rules.layouts,
        kind=None if kind == DETECT else CaseKind(kind),
        on=now.date(),
        chosen={int(column): fact for column, fact in form.chosen.items()},
    )


def _answer_name(file: str) -> str:
    stem = file.rsplit(".", 1)[0] if "." in file else file
    return f"{stem} {_('granskad')}.xlsx"
