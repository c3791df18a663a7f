"""Whether a proposed decision still rests on what its case says, and what has changed since it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from vetting.casework.domain.cases import CaseState
from vetting.casework.models.cases import Case
from vetting.casework.models.decisions import DecisionDraft
from vetting.casework.models.rescreening import may_differ, not_rescreened
from vetting.casework.models.screenings import StoredScreening
from vetting.casework.services.screenings import of_case_in_list, what_was_read
from vetting.engine.reasons import RESULT_WORDS
from vetting.engine.results import CriterionResult
from vetting.engine.stored_values import from_plain
from vetting.kernel.text import Words, _, same_in_both
from vetting.rules import read_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Select

    from vetting.casework.services.screenings import CaseScreening
    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.store.session import Session

OTHER_RULES = _("Ärendet prövas mot en annan version av reglerna.")
AGAINST_OR_OPEN: Final = {CriterionResult.NOT_MET, CriterionResult.NEEDS_ASSESSMENT}
NEW_ANSWER, NO_ANSWER = _("nytt svar"), _("svaret finns inte längre")


def changed_since(
    session: Session, case: Case, draft: DecisionDraft | None, screened: CaseScreening | None
) -> tuple[Words, ...]:
    """What the proposal read that is otherwise now; nothing where it can be decided on, or none is written."""
    if draft is None or screened is None or draft.screening_id is None:
        return ()
    then = session.get(StoredScreening, draft.screening_id)
    if then is None:
        return ()
    answers, read = what_was_read(screened)
    results = {finding.criterion.id: finding.result.value for finding in screened.screening.findings}
    return _differences(then, case.rule_version_id, answers, read, results, screened.screening.ruleset)


def stale_among(session: Session, cases: Sequence[Case], *, on: date) -> dict[int, tuple[Words, ...]]:
    """Of some cases those that are ready with a proposal that has grown stale -> what changed."""
    ready = {case.id: case for case in cases if case.state == CaseState.READY}
    drafts = session.scalars(select(DecisionDraft).where(DecisionDraft.case_id.in_(ready))).all() if ready else ()
    if not drafts:
        return {}
    keys = {draft.screening_id for draft in drafts} | {ready[draft.case_id].screening_id for draft in drafts}
    wanted = [key for key in keys if key is not None]
    rows = {row.id: row for row in session.scalars(select(StoredScreening).where(StoredScreening.id.in_(wanted)))}
    waits = not_rescreened(session, [ready[draft.case_id] for draft in drafts], on)
    found: dict[int, tuple[Words, ...]] = {}
    for draft in drafts:
        if draft.case_id in waits:
            case = ready[draft.case_id]
            changed = changed_since(session, case, draft, of_case_in_list(session, case, on=on))
            found |= {case.id: changed} if changed else {}
            continue
        then, now = rows.get(draft.screening_id or 0), rows.get(ready[draft.case_id].screening_id or 0)
        ruleset = read_version(session, now.rule_version_id) if now is not None else None
        if then is None or now is None or then.id == now.id or ruleset is None:
            continue
        results = {name: kept["result"] for name, kept in now.results.items()}
        changed = _differences(then, now.rule_version_id, now.answers, now.read, results, ruleset)
        if changed:
            found[draft.case_id] = changed
    return found


def stale_of(session: Session, cases: Select[Case], *, on: date) -> dict[int, tuple[Words, ...]]:
    """Of the cases that a statement finds, those that are ready with a proposal that has grown stale -> what changed.

    What rests on the case's own last screening has not, as long as that one is today's: it is not read.
    """
    other = DecisionDraft.screening_id.is_distinct_from(Case.screening_id)
    found = cases.join(DecisionDraft, DecisionDraft.case_id == Case.id).where(
        Case.state == CaseState.READY, or_(other, may_differ(session, on))
    )
    return stale_among(session, session.scalars(found).all(), on=on)


def _differences(
    then: StoredScreening,
    rule_version_id: int | None,
    answers: Mapping[str, int],
    read: Mapping[str, Any],
    results: Mapping[str, str],
    ruleset: RuleSet,
) -> tuple[Words, ...]:
    found = [OTHER_RULES] if then.rule_version_id != rule_version_id else []
    before, after = then.read["values"], read["values"]
    catalogue = ruleset.catalogue
    for fact in sorted({*before, *after}):
        if before.get(fact) == after.get(fact) or fact not in catalogue:
            continue
        definition = catalogue[fact]
        was, now = (from_plain(definition, side[fact]) if fact in side else None for side in (before, after))
        found.append(definition.change_in_words(was, now))
    labels = {criterion.id: criterion.label for criterion in ruleset.criteria}
    asked = set(then.results) & labels.keys()
    found += [
        labels[name] + same_in_both(": ") + (NEW_ANSWER if name in answers else NO_ANSWER)
        for name in sorted(asked & {*then.answers, *answers})
        if then.answers.get(name) != answers.get(name)
    ]
    found += [
        labels[name] + same_in_both(": ") + RESULT_WORDS[result]
        for name in sorted(results.keys() & labels.keys())
        if (result := CriterionResult(results[name])) in AGAINST_OR_OPEN
        and then.results.get(name, {}).get("result") != result.value
    ]
    return tuple(found)
