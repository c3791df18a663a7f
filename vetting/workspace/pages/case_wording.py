"""What a case's page says in words: its control points in groups, its events, what speaks against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from werkzeug.datastructures import MultiDict

from vetting.casework import is_initial_review_question, is_left, looked_at_in_words
from vetting.casework.domain import trail_events
from vetting.engine import reasons
from vetting.engine.criteria import CriterionKind
from vetting.engine.facts import FactType
from vetting.engine.results import CriterionResult, ResultAuthor
from vetting.engine.screening import BookingPart, part_of
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.text import (
    NO_WORDS,
    Words,
    _,
    count_in_words,
    join_words,
    lower_first,
    same_in_both,
)
from vetting.rules import rules_in_use
from vetting.web import visitor
from vetting.web.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.casework.domain.completions import Gap
    from vetting.casework.models.assessments import AssessmentDraft
    from vetting.engine.facts import Catalogue
    from vetting.engine.results import Finding
    from vetting.workspace.services.case_files import CaseFile


MOST_NAMES: Final = 4


class PointGroup(NamedTuple):
    """Points of a case on one line: one point, or several that say the same of the same kind of thing."""

    findings: Sequence[Finding]
    label: Words
    """What several are called; of one it is its own."""
    examples: Words
    is_open: bool
    """Something is left to do about it."""

    @property
    def single(self) -> Finding | None:
        """The only point of the group."""
        return self.findings[0] if len(self.findings) == 1 and not self.label.sv else None


def point_parts(file: CaseFile) -> list[tuple[str, list[PointGroup]]]:
    """The points a line each, what is left to do first; a booking's two parts stand apart under their headings."""
    if file.screening is None:
        return []
    findings = file.screening.findings
    if file.kind is not CaseKind.BOOKING:
        return [("", _groups(findings, file))]
    about = {part: [f for f in findings if part_of(f, file.kind) is part] for part in BookingPart}
    return [
        (gettext("1. Föreningens verksamhet"), _groups(about[BookingPart.ASSOCIATION], file)),
        (gettext("2. Arrangemanget"), _groups(about[BookingPart.EVENT], file)),
    ]


def _groups(findings: Sequence[Finding], file: CaseFile) -> list[PointGroup]:
    """What is left first, each by itself; then value criteria that were answered alike, papers, facts, and the rest."""
    left = [item for item in findings if is_left(item)]
    rest = [item for item in findings if not is_left(item) and not reasons.fold_of(item)]
    found = [PointGroup((item,), NO_WORDS, NO_WORDS, is_open=True) for item in left]
    value = [item for item in rest if item.criterion.value_criterion]
    found += [_of_value(items) for items in _alike(value, file)]
    computed = [item for item in rest if item.author is ResultAuthor.COMPUTED and not item.criterion.value_criterion]
    papers = [item for item in computed if item.criterion.kind is CriterionKind.DOCUMENT]
    facts = [item for item in computed if item.criterion.kind is not CriterionKind.DOCUMENT]
    person = [item for item in rest if item not in value and item not in computed]
    found += [PointGroup((item,), NO_WORDS, NO_WORDS, is_open=False) for item in person]
    for items, one, many in (
        (papers, _("handling enligt reglerna"), _("handlingar enligt reglerna")),
        (facts, _("krav enligt uppgifterna"), _("krav enligt uppgifterna")),
    ):
        for alike in _alike(items, file):
            found.append(_several(alike, one, many))
    for label, items in reasons.folded_findings(findings):
        found.append(PointGroup(items, label, _names_of(items), is_open=False))
    return found


def _alike(findings: Sequence[Finding], file: CaseFile) -> list[list[Finding]]:
    """Points in groups that have one result in one word, by one author on one day."""
    by_answer: dict[object, list[Finding]] = {}
    for item in findings:
        answer = item.answer
        said = reasons.result_in_words(item, file.paper_standings.of_types)
        key = (item.result, said.sv, item.author, (answer.by, answer.on, answer.earlier) if answer else None)
        by_answer.setdefault(key, []).append(item)
    return list(by_answer.values())


def _of_value(items: Sequence[Finding]) -> PointGroup:
    return _several(items, _("värdekriterium"), _("värdekriterier"))


def _several(items: Sequence[Finding], one: Words, many: Words) -> PointGroup:
    if len(items) == 1:
        return PointGroup(items, NO_WORDS, NO_WORDS, is_open=False)
    return PointGroup(items, count_in_words(len(items), one, many), _names_of(items), is_open=False)


def _names_of(items: Sequence[Finding]) -> Words:
    """The first names of a group, for whoever looks for one; cut by the page."""
    return join_words([lower_first(item.criterion.label) for item in items[:MOST_NAMES]], ", ")


def first_to_see(file: CaseFile) -> list[str]:
    """Ids of the points that a person has to see, the first first."""
    findings = file.screening.findings if file.screening else ()
    return [
        item.criterion.id
        for item in findings
        if item.result is CriterionResult.NEEDS_ASSESSMENT and not is_initial_review_question(item)
    ]


def point_counts(file: CaseFile) -> Words:
    """How many points are to see, how many facts are missing, how many points have no question."""
    findings = file.screening.findings if file.screening else ()
    seen, missing = file.standing.points_to_see, len(file.situation.gaps)
    quiet = sum(not is_left(item) and not is_initial_review_question(item) for item in findings)
    told = []
    if seen:
        told.append(count_in_words(seen, _("att se över"), _("att se över")))
    if file.standing.looks:
        told.append(
            count_in_words(file.standing.looks, _("värdekriterium att svara på"), _("värdekriterier att svara på"))
        )
    if missing:
        told.append(count_in_words(missing, _("uppgift att komplettera"), _("uppgifter att komplettera")))
    told.append(count_in_words(quiet, _("utan fråga"), _("utan fråga")))
    return join_words(told, " · ")


def gap_of(gaps: Sequence[Gap], fact: str) -> Gap | None:
    """What is known of something missing; None of what the association is not asked for."""
    return next((gap for gap in gaps if gap.fact == fact), None)


def paper_types(file: CaseFile) -> list[str]:
    """The papers that the case's rules ask for, then the other papers there are."""
    catalogue = catalogue_of(file)
    asked = [fact for finding in file.screening.findings for fact in finding.criterion.facts] if file.screening else []
    return [name for name in dict.fromkeys([*asked, *catalogue]) if catalogue[name].type is FactType.DOCUMENT]


def catalogue_of(file: CaseFile) -> Catalogue:
    """The facts there are in the case: the installation's, and those that the board added."""
    return file.screening.ruleset.catalogue if file.screening else rules_in_use().folder.book.catalogue


def own_draft(file: CaseFile, criterion: str) -> MultiDict[str, str]:
    """What this person was writing about a criterion, as the fields of its form."""
    mine = visitor.signed_in_person().id
    for draft in file.drafts:
        if draft.criterion == criterion and draft.user_id == mine:
            return MultiDict([(name, value) for name, values in draft.fields.items() for value in values])
    return MultiDict()


def others_drafts(file: CaseFile, criterion: str) -> list[AssessmentDraft]:
    mine = visitor.signed_in_person().id
    return [draft for draft in file.drafts if draft.criterion == criterion and draft.user_id != mine]


def point_label(file: CaseFile, criterion: str) -> Words:
    """What a criterion is called, also one that is asked no more."""
    found = (
        [item.criterion.label for item in file.screening.findings if item.criterion.id == criterion]
        if file.screening
        else []
    )
    return found[0] if found else same_in_both(criterion)


def looks_in_words(name: str, file: CaseFile | None) -> Words:
    return looked_at_in_words(name, catalogue_of(file) if file is not None else rules_in_use().folder.book.catalogue)


def event_words(action: str, detail: Mapping[str, Any], file: CaseFile) -> Words:
    ruleset = file.screening.ruleset if file.screening else None
    return trail_events.in_words(action, detail, ruleset, catalogue_of(file), file.kind)


def adverse_points(file: CaseFile) -> Words:
    """What the association is shown before anything adverse: each point that is not met, with what it rests on."""
    if file.screening is None:
        return same_in_both("")
    told = []
    for finding in file.screening.findings:
        if finding.criterion.id not in file.situation.not_met:
            continue
        why = (
            reasons.reason_for_finding(finding, file.screening)
            if finding.answer is None
            else same_in_both(_rests_on(file, finding))
        )
        told.append(finding.criterion.label + same_in_both(": ") + why)
    return join_words(told, "\n")


def _rests_on(file: CaseFile, finding: Finding) -> str:
    name = finding.criterion.id
    acts = [
        f"{row.act} ({row.role}, {row.happened}, {row.source})"
        for row in file.evidence.get(name, [])
        if row.may_be_shown
    ]
    return " ".join([file.reasons.get(name, ""), *acts]).strip()
