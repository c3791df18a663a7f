"""Lists into the board: handed in, looked at, mapped where nobody knows the columns, confirmed, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select

from vetting.bookings.domain.weeks import monday_before, week_of
from vetting.casework.models.cases import called_off, first_time_of, numbers_seen
from vetting.formats import limits
from vetting.formats.document_types import XLSX
from vetting.formats.refusals import is_of_letters
from vetting.grants import round_options
from vetting.grants.models.rounds import round_of, rounds, schemes_of_rounds
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.dates import day_here
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Action
from vetting.kernel.store.import_batches import ImportBatch, import_batches, same_file
from vetting.kernel.store.jobs import Job
from vetting.kernel.text import NO_WORDS, Words, _, same_in_both
from vetting.lists.domain.column_suggestions import UnknownList, column_choices, grouped_choices, suggest_reading
from vetting.lists.domain.downloaded_lists import in_words
from vetting.lists.forms import (
    COLUMN,
    ROW,
    CalledOffForm,
    ColumnsForm,
    ConfirmImportForm,
    EncodingForm,
    ListForm,
    columns_form,
    row_subjects_form,
)
from vetting.lists.models import association_matches
from vetting.lists.models.staged_files import (
    CONFIRMED,
    DISCARDED,
    FAILED,
    READY,
    REFUSED,
    UNKNOWN,
    StagedContent,
    StagedFile,
    StagedRow,
    distinct_problems,
)
from vetting.lists.services import (
    corrected_lists,
    correction_files,
    earlier_lists,
    list_reading,
    name_conflicts,
    staged_files,
    undo_obstacles,
    weekly_lists,
)
from vetting.lists.services import import_batches as imports
from vetting.people.models.people import names_of
from vetting.rules import rules_in_use
from vetting.rules.domain.layouts import FOREIGN, KIND_WORDS, ListKind
from vetting.web import preferences, visitor
from vetting.web.forms import FormsOfPage, PostedForm
from vetting.web.list_places import trial_place
from vetting.web.view_helpers import (
    KEY,
    act_by_form,
    act_in_steps,
    attachment_response,
    in_transaction,
    posted_form,
    posted_names,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vetting.engine.facts import Catalogue
    from vetting.kernel.store.session import Session

blueprint = Blueprint("imports", __name__)
AT_ONCE: Final = limits.MEGABYTE
"""A file so small is read while the visitor waits: half a second is shorter than a page that says reload."""
MOST_BATCHES: Final = 50
SHOWN_PROBLEMS: Final = 100
SHOWN_ROWS: Final = 10
SHOWN_CONFLICTS: Final = 50


@blueprint.get("/import")
def index() -> str:
    """What lies ready, what has come in, and the way to hand in a list."""
    return _index()


def _index(refused: PostedForm | None = None) -> str:
    person = visitor.signed_in_person()
    with reading_session() as session:
        listed = [
            batch
            for batch in import_batches(session, person.board_id, most=MOST_BATCHES)
            if staged_files.may_take_in_list(person, ListKind(batch.kind or ListKind.GRANT))
        ]
        waiting = staged_files.waiting_files(session, most=MOST_BATCHES)
        broken_off = {file.id for file in waiting if staged_files.is_broken_off(session, file)}
        people = names_of(session, {batch.by_user_id for batch in listed if batch.by_user_id})
        open_rounds = [item for item in rounds(session) if item.closed_at is None]
        schemes = schemes_of_rounds(session, person.board_id)
    if person.kinds(Action.RECEIVE) == (CaseKind.BOOKING,):
        open_rounds = []
    form = FormsOfPage(refused).form(ListForm)
    form.round_id.options = round_options(open_rounds, schemes)
    return render_template(
        "lists/imports/index.html",
        batches=listed,
        waiting=waiting,
        broken_off=broken_off,
        names=people,
        refused=refused,
        form=form,
        list_kinds=KIND_WORDS,
        receives=person.may(Action.RECEIVE),
    )


@blueprint.post("/import")
def hand_in() -> Response:
    """Takes a file to look at. Nothing counts yet."""
    form, person = posted_form(ListForm), visitor.signed_in_person()

    def take() -> int:
        content = form.file.content
        key = staged_files.hand_in(
            visitor.database(),
            content,
            form.file.name_of_file or "?",
            round_id=form.round_id.data,
            scheme_id=form.round_id.scheme_id,
            by=person,
            at=visitor.now(),
            wait=len(content) > AT_ONCE,
        )
        _read_at_once(key, len(content))
        return key

    return act_in_steps(form, take, onto=lambda key: url_for("imports.show", staged_id=key), again=_index)


def _read_at_once(key: int, size: int) -> None:
    if size <= AT_ONCE:
        with trial_place():
            list_reading.read_staged_file(visitor.database(), key, rules_in_use(), at=visitor.now())


@blueprint.get("/import/<int:staged_id>")
def show(staged_id: int) -> str:
    """How far a file has come, and what would come in."""
    return _render_import(staged_id)


def _render_import(staged_id: int, refused: PostedForm | None = None) -> str:
    with reading_session() as session:
        staged = staged_files.of_person(session, staged_id)
        given: dict[str, Any] = {"staged": staged, "refused": refused, "list_kinds": KIND_WORDS}
        if staged.round_id is not None:
            given["round"] = round_of(session, staged.round_id)
        if staged.job_id is not None:
            given["job"] = session.get(Job, staged.job_id)
        given["broken_off"] = staged_files.is_broken_off(session, staged)
        given["kept_until"] = staged.at + staged_files.HALF_READ_KEPT
        if staged.state == FAILED and is_of_letters(staged.problem["what"]):
            given["encoding_form"] = FormsOfPage(refused).form(EncodingForm)
            given["encoding_form"].encoding.show_words(session.get_one(StagedContent, staged.id).content)
        if staged.state == UNKNOWN:
            given |= _to_map(staged, refused)
        if staged.state in {READY, CONFIRMED}:
            given |= _to_look_at(session, staged)
        return render_template("lists/imports/show.html", **given)


def _to_look_at(session: Session, staged: StagedFile) -> dict[str, Any]:
    batch = session.get(ImportBatch, staged.batch_id) if staged.batch_id is not None else None
    catalogue = corrected_lists.told_facts(rules_in_use())
    labels = column_choices(ListKind(staged.kind), catalogue)
    first = session.scalars(
        select(StagedRow)
        .where(StagedRow.staged_id == staged.id, StagedRow.state != REFUSED)
        .order_by(StagedRow.id)
        .limit(SHOWN_ROWS)
    ).all()
    conflicts = name_conflicts.row_conflicts(session, staged.id) if staged.state == READY else []
    after = whole_number_in_address("efter") or 0
    shown = [one for one in conflicts if one.key > after][:SHOWN_CONFLICTS]
    changed, gone = staged.found.get("changed", ()), staged.found.get("gone", ())
    seen = numbers_seen(session, [*(one[0] for one in changed), *gone])
    changed, gone = [one for one in changed if one[0] in seen], [number for number in gone if number in seen]
    begins = first_time_of(session, batch.id) if batch is not None and staged.kind == ListKind.BOOKING else None
    return {
        "can_undo": batch is not None and not undo_obstacles.obstacles_to_undoing(session, batch),
        "first_week": week_of(monday_before(day_here(begins))) if begins is not None else "",
        "conflicts": conflicts,
        "shown_conflicts": shown,
        "more_conflicts": shown[-1].key if shown and shown[-1].key != conflicts[-1].key else 0,
        "told": distinct_problems(session, staged.id, SHOWN_PROBLEMS),
        "first": first,
        "new": association_matches.new_among(session, staged.id, [row.id for row in first]),
        "before": same_file(session, staged.board_id, staged.sha256, staged.round_id),
        "batch": batch,
        "unscreened": imports.count_unscreened(session, batch) if batch is not None else 0,
        "called_off": called_off(session, gone),
        "changed": [_changed_row(one, catalogue) for one in changed],
        "gone": gone,
        "labels": {**{name: item.label for name, item in catalogue.items()}, **labels},
    }


BOOKING_PARTS: Final = {
    weekly_lists.TIME: _("tid"),
    weekly_lists.ROOM: _("lokal"),
    weekly_lists.TITLE: _("rubrik"),
    weekly_lists.FACTS: _("uppgifter"),
}


def _changed_row(
    kept: list[Any], catalogue: Catalogue
) -> tuple[str, str, str, list[tuple[Words, Words, Words, Words]]]:
    """Case, name, booking number, and what is said otherwise: of what, before, now, and why it is not taken in.

    kept: as the comparison keeps it; an older file has fewer parts.
    """
    older: list[Any] = ["", "", {}, {}, {}]
    number, facts, name, reference, was, now, left = kept + older[len(kept) - 2 :]
    cells = []
    for fact in [*facts, *left]:
        why_not = corrected_lists.WHY_NOT_WORDS[left[fact]] if fact in left else NO_WORDS
        if fact in BOOKING_PARTS:
            shown = [same_in_both(side.get(fact) or "–") if fact in side else NO_WORDS for side in (was, now)]
            cells.append((BOOKING_PARTS[fact], shown[0], shown[1], why_not))
        elif fact in catalogue:
            known = catalogue[fact]
            cells.append((known.label, in_words(known, was[fact]), in_words(known, now[fact]), why_not))
    return number, name, reference, cells


def _to_map(staged: StagedFile, refused: PostedForm | None) -> dict[str, Any]:
    """The rows to choose headings among, and what the columns may be; the address says what was chosen so far."""
    sheets = {sheet["name"]: sheet["rows"] for sheet in staged.found["sheets"]}
    name = request.values.get("sheet", "")
    sheet = name if name in sheets else next(iter(sheets))
    rows = [(row, {int(column): said for column, said in cells.items()}) for row, cells in sheets[sheet]]
    row = request.values.get("row", "")
    kind = request.values.get("kind", "")
    found = suggest_reading(
        rows,
        rules_in_use().layouts,
        row=int(row) if KEY.fullmatch(row) and int(row) in dict(rows) else None,
        kinds=[ListKind.GRANT] if staged.round_id is not None else [ListKind(kind)] if kind in FOREIGN else FOREIGN,
    )
    form = FormsOfPage(refused).form(ColumnsForm, known={"kind": found.kind, "sheet": sheet, "row": found.row})
    picked = {int(column): fact for column, fact in form.chosen.items()} if form is refused else found.facts
    return {
        "sheets": list(sheets),
        "picked": picked,
        "form": form,
        "unknown": UnknownList(sheet=sheet, rows=rows, suggestion=found),
        "choices": grouped_choices(found.kind, rules_in_use().folder.book.catalogue),
        "kinds": [ListKind.GRANT] if staged.round_id is not None else list(FOREIGN),
    }


@blueprint.post("/import/<int:staged_id>/kolumner")
def choose_columns(staged_id: int) -> Response:
    form = posted_form(columns_form(posted_names(COLUMN)))

    def choose() -> None:
        size = staged_files.choose_columns(
            visitor.database(),
            staged_id,
            form.command(),
            name=form.name.data,
            rules=rules_in_use(),
            by=visitor.signed_in_person(),
            at=visitor.now(),
            wait_above=AT_ONCE,
        )
        _read_at_once(staged_id, size)

    return _act_on_import(staged_id, form, choose)


def _act_on_import(staged_id: int, form: PostedForm, work: Callable[[], object], onto: str = "") -> Response:
    return act_in_steps(
        form,
        work,
        onto=onto or url_for("imports.show", staged_id=staged_id),
        again=lambda refused: _render_import(staged_id, refused),
    )


@blueprint.post("/import/<int:staged_id>/bekrafta")
def confirm(staged_id: int) -> Response:
    """What lies ready goes in; what has changed since it was shown is compared anew."""
    form = posted_form(ConfirmImportForm)

    def put_in() -> None:
        try:
            in_transaction(
                lambda session: imports.confirm_import(session, staged_id, good_only=form.good_only.data == "1")
            )
        except Refused as refused:
            if refused.obstacle is Obstacle.STALE:
                _compare_anew(staged_id)
            raise

    return _act_on_import(staged_id, form, put_in)


@blueprint.post("/import/<int:staged_id>/namn")
def settle_names(staged_id: int) -> Response:
    """Settles whose rows are those with a name that does not go with the number, and compares the list anew."""
    form = posted_form(row_subjects_form(posted_names(ROW)))

    def settle() -> None:
        person = visitor.signed_in_person()
        name_conflicts.settle_rows(visitor.database(), staged_id, form.command(), by=person)
        _compare_anew(staged_id)

    return _act_on_import(staged_id, form, settle)


def _compare_anew(staged_id: int) -> None:
    earlier_lists.renew_comparison(visitor.database(), staged_id, by=visitor.signed_in_person(), on=visitor.today())


@blueprint.post("/import/<int:staged_id>/las-igen")
def read_again(staged_id: int) -> Response:
    """A reading that was broken off is taken up again."""
    return _act_on_import(
        staged_id,
        posted_form(PostedForm),
        lambda: staged_files.read_again(visitor.database(), staged_id, by=visitor.signed_in_person(), at=visitor.now()),
    )


@blueprint.post("/import/<int:staged_id>/teckenkodning")
def say_encoding(staged_id: int) -> Response:
    """How a file is encoded whose letters are not believed; it is read again."""
    form = posted_form(EncodingForm)

    def read() -> None:
        size = staged_files.read_in_encoding(
            visitor.database(),
            staged_id,
            form.encoding.data,
            by=visitor.signed_in_person(),
            at=visitor.now(),
            wait_above=AT_ONCE,
        )
        _read_at_once(staged_id, size)

    return _act_on_import(staged_id, form, read)


@blueprint.post("/import/<int:staged_id>/kasta")
def discard(staged_id: int) -> Response:
    """Throws it away, as if it had not been handed in."""
    return _act_on_import(
        staged_id,
        posted_form(PostedForm),
        lambda: staged_files.discard_file(visitor.database(), staged_id, by=visitor.signed_in_person()),
        url_for("imports.index"),
    )


@blueprint.post("/import/<int:staged_id>/avbokade")
def call_off(staged_id: int) -> Response:
    """The booker has called off what is no longer in the list."""
    form = posted_form(CalledOffForm, key="gone")
    return _act_on_import(
        staged_id, form, lambda: in_transaction(lambda s: weekly_lists.call_off(s, staged_id, form.number.data))
    )


@blueprint.get("/import/<int:staged_id>/markerad")
def marked_copy(staged_id: int) -> Response:
    """The visitor's own file with what is to be corrected marked in it."""
    with reading_session() as session:
        staged = staged_files.of_person(session, staged_id)
        if staged.state in {FAILED, DISCARDED, UNKNOWN}:
            raise Refused(Obstacle.MISSING)
        with trial_place():
            book = correction_files.marked_copy(session, staged, preferences.visitor_language())
    stem = staged.file.rsplit(".", 1)[0]
    return attachment_response(
        book, XLSX, f"{stem} {correction_files.MARKED_SUFFIX.to(preferences.visitor_language())}.xlsx"
    )


@blueprint.post("/import/inlasning/<int:batch_id>/angra")
def undo(batch_id: int) -> Response:
    """Takes an import back while nothing was built on it."""
    return act_by_form(
        posted_form(PostedForm),
        lambda session: imports.undo_import(session, batch_id),
        onto=url_for("imports.index"),
        again=_index,
    )
