"""A draft tried on the board's cases, and published by a second person who has seen what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, render_template, request, url_for

from vetting.engine.what_if import ChangeMeaning
from vetting.formats.document_types import XLSX
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.store.jobs import ENDED_STATES, Job, job_of, jobs_about
from vetting.kernel.text import _
from vetting.rules.domain.worked_case_words import cases_in_words
from vetting.rules.forms import FormsOfDraft, PublishForm, TryDraftForm
from vetting.rules.pages.drafts import draft_report, render_draft
from vetting.rules.services import common_rules, drafts, publishing, versions
from vetting.rules.services import rule_trial_workbooks as what_if_workbooks
from vetting.rules.services.cases_under_rules import CASES
from vetting.rules.services.own_rules import kind_of_own, reach_words
from vetting.rules.services.rule_trials import ask_for
from vetting.web import preferences, visitor
from vetting.web.forms import FormsOfPage
from vetting.web.view_helpers import (
    act_by_form,
    attachment_response,
    posted_form,
    redirect_after_post,
    stop_job,
    whole_number_in_address,
)
from vetting.web.visitor import reading_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from vetting.kernel.store.session import ReadingSession
    from vetting.kernel.text import Words
    from vetting.rules.domain.worked_case_words import CaseToRead
    from vetting.rules.services.drafts import RuleDraftReport

blueprint = Blueprint("draft_trials", __name__)


@blueprint.post("/regler/utkast/<int:draft_id>/prova")
def begin(draft_id: int) -> Response:
    """Begins a job that tries the draft on a round, a year, or all."""
    form = posted_form(TryDraftForm, key="try")
    return act_by_form(
        form,
        lambda session: ask_for(session, draft_id, form.command()),
        onto=lambda job: url_for("draft_trials.show", job_id=job.id),
        again=lambda refused: render_draft(draft_id, refused),
    )


def _job(session: ReadingSession, job_id: int) -> Job:
    found = job_of(session, visitor.signed_in_person().board_id, job_id)
    if found is None or found.kind != drafts.WHAT_IF:
        raise Refused(Obstacle.MISSING)
    return found


@blueprint.get("/regler/prov/<int:job_id>")
def show(job_id: int) -> str:
    """How far it has come; then who would get another result or proposal, and why."""
    with reading_session() as session:
        job = _job(session, job_id)
        result = CASES.function.trial_result(session, job)
        session.expunge_all()
    try:
        fingerprint = ruleset.fingerprint if (ruleset := draft_report(int(job.about)).ruleset) else ""
    except Refused:
        fingerprint = ""
    return render_template(
        "rules/draft_trials/show.html",
        job=job,
        ended=job.state in ENDED_STATES,
        result=result,
        turned=_by_meaning(result),
        most=MOST_SHOWN,
        same=fingerprint == job.told.get("fingerprint"),
    )


MEANING_WORDS: Final[Mapping[ChangeMeaning, Words]] = {
    ChangeMeaning.PROPOSAL: _("Annat förslag, på grund av en uppgift eller ett svar"),
    ChangeMeaning.NEVER_ASKED: _(
        "Annat förslag, bara därför att de nya reglerna ställer en fråga som inte har ställts förut"
    ),
    ChangeMeaning.WORDS: _("Samma förslag, men ett krav får ett annat resultat"),
}
MOST_SHOWN: Final = 50
"""Cases on a page, of one meaning."""


def _by_meaning(result: Mapping[str, Any]) -> list[tuple[ChangeMeaning, Words, int, list[Mapping[str, Any]], int]]:
    """Meaning, its words, how many cases, those that are shown, and from which; the first with any is open."""
    asked, begins = request.args.get("visa", ""), whole_number_in_address("fran") or 0
    found = []
    for meaning in ChangeMeaning:
        told = [item for item in result.get("told", ()) if item.get("meaning", ChangeMeaning.PROPOSAL) == meaning]
        first = begins if meaning.value == asked else 0
        many = result.get("meanings", {}).get(meaning.value, len(told))
        if many:
            found.append((meaning, MEANING_WORDS[meaning], many, told[first : first + MOST_SHOWN], first))
    return found


@blueprint.post("/regler/prov/<int:job_id>/stoppa")
def stop(job_id: int) -> Response:
    with reading_session() as session:
        _job(session, job_id)
    stop_job(job_id)
    return redirect_after_post(url_for("draft_trials.show", job_id=job_id))


@blueprint.get("/regler/prov/<int:job_id>/excel")
def excel(job_id: int) -> Response:
    with reading_session() as session:
        job = _job(session, job_id)
        result = CASES.function.trial_result(session, job)
        book = what_if_workbooks.workbook_of(
            result,
            job.arguments["ruleset"],
            job.told.get("fingerprint", ""),
            by=visitor.signed_in_person(),
            at=visitor.now(),
            language=preferences.visitor_language(),
        )
    return attachment_response(book, XLSX, f"{job.arguments['ruleset']} {visitor.today().isoformat()}.xlsx")


@blueprint.get("/regler/utkast/<int:draft_id>/granska")
def review(draft_id: int) -> str:
    """What a second person looks at before publishing: differences, worked cases, what-if, warnings."""
    return _review(draft_id)


def _review(draft_id: int, refused: PublishForm | None = None) -> str:
    look = draft_report(draft_id)
    with reading_session() as session:
        whole = common_rules.publication_in_all(session, look, on=visitor.today())
        obstacles = publishing.obstacles_to_publishing(session, whole, on=visitor.today())
        first = max((look.ruleset.valid.first if look.ruleset else None) or visitor.today(), visitor.today())
        kind = kind_of_own(session, look.draft.board_id, look.draft.ruleset)
        tried: Any = publishing.tried_as(session, look.draft, look.ruleset) if look.ruleset else None
        job = _job(session, tried) if tried is not None else None
        jobs = jobs_about(session, look.draft.board_id, drafts.WHAT_IF, str(draft_id))
        return render_template(
            "rules/draft_trials/review.html",
            at_work=next((item for item in jobs if item.state not in ENDED_STATES), None),
            look=look,
            draft=look.draft,
            obstacles=obstacles,
            own=whole.own,
            taken_out=publishing.cases_taken_out(session, look),
            removed_safeguards=whole.removed_safeguards,
            reach=reach_words(
                session, look.draft.board_id, look.draft.ruleset, look.ruleset.kinds if look.ruleset else ()
            ),
            later=versions.common_to_come(session, look.draft.board_id, kind, first) if kind is not None else (),
            back=FormsOfDraft(refused, look.draft.version).give_back(),
            job=job,
            ran=look.ran,
            told={item.case.place: item for item in _in_words(look)},
            refused=refused,
            form=FormsOfPage(refused).form(PublishForm, known={"version": look.draft.version}),
        )


def _in_words(look: RuleDraftReport) -> list[CaseToRead]:
    return cases_in_words(look.read.cases, look.ruleset) if look.ruleset is not None else []


@blueprint.post("/regler/utkast/<int:draft_id>/publicera")
def publish(draft_id: int) -> Response:
    """The draft becomes a version that nobody can change."""
    form = posted_form(PublishForm)
    return act_by_form(
        form,
        lambda session: publishing.publish_rules(session, form.command(draft_id)),
        onto=lambda found: url_for("versions.show", version_id=found.id),
        again=lambda refused: _review(draft_id, refused),
    )
