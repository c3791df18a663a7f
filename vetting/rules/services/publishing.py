"""Rules published with four eyes, and withdrawn: a version that nobody changes afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from vetting.engine.criteria import CriterionOrigin
from vetting.engine.frozen_rules import freeze_rules
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.store.jobs import DONE, jobs_about
from vetting.kernel.text import _, join_words
from vetting.people import require_permission
from vetting.people.models.people import Board, User
from vetting.rules import models as store
from vetting.rules.models import RuleDraft, RulePublication, RuleVersion, RuleWithdrawal
from vetting.rules.services import common_rules, drafts, filled_cases, versions, ways_of_working
from vetting.rules.services.own_rules import kind_of_own
from vetting.rules.services.rulebook import rulebook_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.kernel.text import Words
    from vetting.rules.services.rulebook import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationApproval:
    """A second person's yes: to this version of the draft, with what it warns of read."""

    key: int
    version: int
    warnings_read: bool
    taken_away_read: bool = False
    """Whether what the version takes away was read: a yes of its own."""


NOT_ONLY: Final[Mapping[CaseKind, tuple[Words, Words]]] = {
    CaseKind.GRANT: (
        _("Reglerna är en bidragsforms egna, men gäller inte bara bidrag."),
        _("Ange att de bara gäller bidrag, eller låt bidragsformen följa de gemensamma reglerna."),
    ),
    CaseKind.BOOKING: (
        _("Reglerna är en uthyrningsforms egna, men gäller inte bara lokaler."),
        _("Ange att de bara gäller lokaler, eller låt uthyrningsformen följa de gemensamma reglerna."),
    ),
}
"""What is said of rules for one thing that would judge other kinds of case too."""


def publish_rules(session: WritingSession, given: PublicationApproval) -> RulePublication:
    """The draft becomes a version that nobody can change, in force from its first day.

    Raises:
        Refused: the person wrote in it; it is not handed over, not right, not tried, or has changed.
    """
    require_permission(session.person, Action.PUBLISH_RULES)
    draft = drafts.open_draft(session, given.key, given.version)
    if draft.state != store.IN_REVIEW:
        raise drafts.obstacle_error(
            draft.ruleset,
            _("Utkastet är inte lämnat för publicering."),
            _("Den som skriver utkastet lämnar det för publicering först."),
            Obstacle.CLOSED,
        )
    found = drafts.report_on_draft(session, draft, on=session.today)
    whole = common_rules.publication_in_all(session, found, on=session.today)
    obstacles = obstacles_to_publishing(session, whole, on=session.today, given=given)
    if found.ruleset is None or obstacles:
        raise Refused(Obstacle.CLOSED, *obstacles)
    first = max(found.ruleset.valid.first or session.today, session.today)
    made = _FilesOfVersion(draft.text, draft.cases, tuple(_names(session, draft.authors)), first)
    kind = kind_of_own(session, draft.board_id, draft.ruleset)
    if kind is not None:
        publication = _publish_own(session, found.ruleset, kind, made)
    else:
        publication = _keep_publication(session, found.ruleset, made, None)
        _publish_with_common(session, publication, whole.own)
    ways_of_working.notice_group(session, draft.board_id, on=publication.valid_from)
    _close_draft(session, draft, publication)
    return publication


def _close_draft(session: WritingSession, draft: RuleDraft, publication: RulePublication) -> None:
    draft.state = store.PUBLISHED
    draft.version += 1
    _note_published(session, publication)


def _note_published(session: WritingSession, publication: RulePublication) -> None:
    session.note("rules_published", publication, detail={"ruleset": publication.ruleset, "number": publication.number})


def _publish_own(session: WritingSession, ruleset: RuleSet, kind: CaseKind, made: _FilesOfVersion) -> RulePublication:
    """Rules for one thing with the common ones of their first day, and with each that is to come."""
    board_id = session.person.board_id
    common = versions.fix_version(session, board_id, kind, on=made.first)
    publication = _keep_publication(session, ruleset, made, common)
    for later in versions.common_to_come(session, board_id, kind, made.first):
        whole = versions.read_version(session, later.id)
        found = (
            common_rules.own_rules_with(session, board_id, whole, first=later.valid_from, with_drafts=False)
            if whole is not None
            else []
        )
        for own in found:
            if own.before.ruleset == ruleset.id and own.ruleset is not None and own.text == made.text:
                again = replace(made, first=own.first)
                row = _keep_publication(session, own.ruleset, again, session.get_one(RuleVersion, later.id))
                _note_published(session, row)
    return publication


def _publish_with_common(
    session: WritingSession, common: RulePublication, found: Sequence[common_rules.ScopedRules]
) -> None:
    """All rules for one thing are put together with the common ones from the day that these hold."""
    version = session.get_one(RuleVersion, common.id)
    for own in found:
        if own.ruleset is None:  # told before; nothing is published past it
            raise Refused(Obstacle.CLOSED, *own.problems)
        authors = tuple(_names(session, own.draft.authors)) if own.draft is not None else tuple(own.before.authors)
        made = _FilesOfVersion(own.text, own.cases, authors, own.first, common.valid_to)
        row = _keep_publication(session, own.ruleset, made, version)
        if own.draft is not None and own.draft.state == store.IN_REVIEW:
            _close_draft(session, own.draft, row)
        else:
            _note_published(session, row)


def obstacles_to_publishing(
    session: Session, whole: common_rules.PublicationInAll, *, on: date, given: PublicationApproval | None = None
) -> list[Problem]:
    """Everything that must happen before this person can publish. given: what was ticked; None before it is asked."""
    found, draft = whole.found, whole.found.draft
    obstacles = list(found.problems)
    if str(session.person.id) in draft.authors:
        obstacles.append(
            Problem(
                draft.ruleset,
                SEPARATION_WORDS[SeparationOfDuties.PUBLISH_OWN_RULES],
                _("Be en annan regelansvarig eller chefen."),
            )
        )
    if found.ruleset is None:
        return obstacles
    kind = kind_of_own(session, draft.board_id, draft.ruleset)
    if kind is not None and found.ruleset.kinds != {kind}:
        obstacles.append(Problem(draft.ruleset, *NOT_ONLY[kind]))
    obstacles += common_rules.in_the_way(whole.own)
    obstacles += _written_by_same(whole.own, session.person)
    borrowed = _anothers(found, session)
    if borrowed and not found.ruleset.adopted.whole:
        obstacles.append(
            Problem(
                draft.ruleset,
                _("Reglerna bygger på {borrowed}, som en annan nämnd har antagit.", borrowed=borrowed),
                _("Skriv vilket organ som antagit dem hos er, vilken dag och med vilket diarienummer."),
            )
        )
    obstacles += _sources_of_others(found, rulebook_of(session))
    if not found.read.cases:
        obstacles.append(Problem(draft.ruleset, _("Det finns inga typfall."), _("Lämna tillbaka utkastet.")))
    obstacles += filled_cases.lacking_cases(found)
    if tried_as(session, draft, found.ruleset) is None:
        obstacles.append(
            Problem(
                draft.ruleset,
                _("Utkastet är i sin nuvarande form inte prövat på nämndens ärenden."),
                _("Kör ”Vad skulle ändras?” först."),
            )
        )
    if found.warned and given is not None and not given.warnings_read:
        obstacles.append(Problem("warnings_read", _("Varningarna är inte lästa."), _("Läs dem och kryssa i rutan.")))
    if whole.removed_safeguards and given is not None and not given.taken_away_read:
        obstacles.append(
            Problem(
                "taken_away_read",
                _("Versionen tar bort skydd: {what}.", what=join_words(whole.removed_safeguards, ", ")),
                _("Läs vilka skydd som tas bort och kryssa i rutan, eller lämna tillbaka utkastet."),
            )
        )
    same = _same_before(session, draft, found.ruleset)
    if same is not None:
        obstacles.append(
            Problem(
                draft.ruleset,
                _("Reglerna är desamma som i version {same}.", same=same),
                _("Ta bort utkastet, eller ändra till exempel från vilken dag reglerna gäller."),
            )
        )
    last = found.ruleset.valid.last
    if last is not None and last < on:
        obstacles.append(
            Problem(
                draft.ruleset,
                _("Reglerna skulle ha slutat gälla {last}.", last=last),
                _("Ändra dagen, eller ta bort den."),
            )
        )
    return obstacles


def _written_by_same(together: Sequence[common_rules.ScopedRules], by: Person) -> list[Problem]:
    """Changes that would be published in the same act, that this person has written in."""
    return [
        Problem(
            own.before.ruleset,
            SEPARATION_WORDS[SeparationOfDuties.PUBLISH_OWN_RULES],
            _("Be en annan regelansvarig eller chefen."),
        )
        for own in together
        if own.draft is not None and str(by.id) in own.draft.authors
    ]


EXAMPLE: Final = "Exempelgräns"
"""How the source of a value begins that is only an example: the board says its own."""


def _sources_of_others(found: drafts.RuleDraftReport, rules: Rules) -> list[Problem]:
    """Criteria that the board says itself, with the source that another municipality has, or an example's limit."""
    own = {criterion.id for criterion in filled_cases.own_criteria(found)}
    municipal = {
        source.document
        for criterion in rules.folder.book.library.values()
        if criterion.status is CriterionOrigin.GUIDELINE
        for source in criterion.sources
    }
    told = []
    common = found.common.criteria if found.common is not None else ()
    for criterion in found.ruleset.criteria if found.ruleset is not None else ():
        if criterion in common:  # in force already, and told where the common rules are published
            continue
        for source in criterion.sources:
            borrowed = criterion.id in own and source.document in municipal
            if borrowed or source.document.startswith(EXAMPLE):
                told.append(
                    Problem(
                        criterion.id,
                        _(
                            "”{label}” har en källa som inte är er: {document}.",
                            label=criterion.label,
                            document=source.document,
                        ),
                        _("Öppna kriteriet, välj Ändra och skriv i vilket av era dokument kravet står."),
                    )
                )
    return told


def _same_before(session: Session, draft: RuleDraft, ruleset: RuleSet) -> int | None:
    """The number of a version with the very same rules, withdrawn or not."""
    found = store.version_by_fingerprint(session, draft.board_id, ruleset.id, ruleset.fingerprint)
    return found.number if found is not None else None


def _anothers(found: drafts.RuleDraftReport, session: Session) -> str:
    """The set of another board that a draft rests on, however far down; empty when there is none."""
    board = session.get_one(Board, found.draft.board_id)
    waiting = list(found.ruleset.builds_on) if found.ruleset else []
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        base = found.bases.get(name)
        if base is None or name in seen:
            continue
        seen.add(name)
        if base.adopted.body and base.board != board.code:
            return base.title.sv
        waiting.extend(base.builds_on)
    return ""


def cases_taken_out(session: Session, found: drafts.RuleDraftReport) -> list[Words]:
    """Worked cases that the last version has and the draft has not, by name: the second person is told."""
    for publication, _unused in store.publications(session, found.draft.board_id):
        if publication.ruleset == found.draft.ruleset:
            return filled_cases.cases_taken_out(found, publication.cases)
    return []


def tried_as(session: Session, draft: RuleDraft, ruleset: RuleSet) -> int | None:
    """The finished what-if of exactly these rules on all cases, or None."""
    for job in jobs_about(session, draft.board_id, drafts.WHAT_IF, str(draft.id)):
        whole = job.arguments.get("round_id") is None and job.arguments.get("year") is None
        meant = job.arguments.get("for_schemes", False) == drafts.is_own(session, draft)
        if whole and meant and job.state == DONE and job.told.get("fingerprint") == ruleset.fingerprint:
            return job.id
    return None


@dataclass(frozen=True, slots=True)
class _FilesOfVersion:
    """What a version is made from: its files, who wrote them, from which day and at most to which it holds."""

    text: str
    cases: str
    authors: tuple[str, ...]
    first: date
    last: date | None = None


def _keep_publication(
    session: WritingSession, ruleset: RuleSet, made: _FilesOfVersion, common: RuleVersion | None
) -> RulePublication:
    number = store.numbers_of(session, session.person.board_id, ruleset.id) + 1
    last = min((day for day in (ruleset.valid.last, made.last) if day is not None), default=None)
    whole = replace(ruleset, version=number)
    version = RuleVersion(
        board_id=session.person.board_id,
        ruleset=ruleset.id,
        number=number,
        fingerprint=ruleset.fingerprint,
        content=freeze_rules(whole),
        taken_up_at=session.now,
    )
    session.add(version)
    session.flush()
    publication = RulePublication(
        id=version.id,
        board_id=session.person.board_id,
        ruleset=ruleset.id,
        number=version.number,
        kinds=sorted(ruleset.kinds),
        title=ruleset.title.sv,
        text=made.text,
        cases=made.cases,
        authors=list(made.authors),
        second_user_id=session.person.id,
        second_name=session.person.name,
        adopted_body=ruleset.adopted.body,
        adopted_on=_adopted_on(ruleset),
        adopted_reference=ruleset.adopted.reference,
        valid_from=made.first,
        valid_to=last,
        common_id=common.id if common is not None else None,
        at=session.now,
    )
    session.add(publication)
    session.flush()
    return publication


def _adopted_on(ruleset: RuleSet) -> date | None:
    text = ruleset.adopted.on
    if not text:
        return None
    return date.fromisoformat(text) if "-" in text else date(int(text), 12, 31)


def _names(session: Session, ids: list[str]) -> list[str]:
    return [session.get_one(User, int(key)).name for key in ids]


def withdraw_rules(session: WritingSession, key: int, because: str) -> RuleWithdrawal:
    """A published version is no longer for new cases; those that came under it keep it.

    Raises:
        Refused: there is no such version, it is withdrawn already, or no reason is given.
    """
    require_permission(session.person, Action.PUBLISH_RULES)
    found = store.publication_of(session, session.person.board_id, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    if found.withdrawal is not None:
        raise drafts.obstacle_error(
            found.publication.ruleset, _("Versionen är redan återkallad."), _("Ladda om sidan."), Obstacle.STALE
        )
    if not because.strip():
        raise drafts.obstacle_error("because", _("Skälet saknas."), _("Skriv varför versionen inte ska gälla."))
    row = RuleWithdrawal(
        id=key, reason=because.strip()[:2000], at=session.now, by_user_id=session.person.id, by_name=session.person.name
    )
    _keep_withdrawal(session, row)
    if kind_of_own(session, session.person.board_id, found.publication.ruleset) is None:
        _withdraw_with_common(session, found.publication, row.reason)
    return row


def _keep_withdrawal(session: WritingSession, row: RuleWithdrawal) -> None:
    session.add(row)
    session.flush()
    session.note("rules_withdrawn", row, board_id=session.person.board_id, reason=row.reason[:200])


def _withdraw_with_common(session: WritingSession, common: RulePublication, because: str) -> None:
    """What was put together with common rules falls with them; rules for one thing go on with those that hold then."""
    gone = [
        row
        for row, ended in store.publications(session, session.person.board_id)
        if ended is None and row.common_id == common.id
    ]
    for row in gone:
        ended = RuleWithdrawal(
            id=row.id, reason=because, at=session.now, by_user_id=session.person.id, by_name=session.person.name
        )
        _keep_withdrawal(session, ended)
    session.flush()
    for row in reversed(gone):
        kind = kind_of_own(session, session.person.board_id, row.ruleset)
        if kind is None:
            continue
        holds = versions.publication_in_force(session, session.person.board_id, kind, on=session.today, own=row.ruleset)
        if (holds is not None and holds.text == row.text) or row.valid_from > session.today:
            continue
        version = versions.fix_version(session, session.person.board_id, kind, on=session.today)
        now = versions.read_version(session, version.id) if version is not None else None
        ruleset = common_rules.read_with_common(session, row, now, on=session.today)
        if ruleset is None or store.version_by_fingerprint(
            session, session.person.board_id, row.ruleset, ruleset.fingerprint
        ):
            raise drafts.obstacle_error(
                row.ruleset,
                _(
                    "{title} kan inte sättas samman med de gemensamma regler som skulle gälla i stället.",
                    title=row.title,
                ),
                _("Publicera nya gemensamma regler i stället för att återkalla dessa."),
                Obstacle.CLOSED,
            )
        made = _FilesOfVersion(row.text, row.cases, tuple(row.authors), row.valid_from)
        again = _keep_publication(session, ruleset, made, version)
        _note_published(session, again)


def published_texts(publication: RulePublication) -> Mapping[str, bytes]:
    """The files of a version, byte for byte."""
    return {
        f"{publication.ruleset}.yaml": publication.text.encode(),
        f"{publication.ruleset}.cases.yaml": publication.cases.encode(),
    }
