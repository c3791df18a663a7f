"""Rules published with four eyes, and withdrawn: a version that nobody changes afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from vetting.boards.models.people import Board, User
from vetting.boards.services import ways_of_working
from vetting.boards.services.sign_in import require_permission
from vetting.engine.frozen_rules import freeze_rules
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, SeparationOfDuties
from vetting.kernel.store.jobs import DONE, jobs_about
from vetting.kernel.store.trail import TrailNote
from vetting.kernel.text import _, join_words
from vetting.rules import models as store
from vetting.rules.models import RuleDraft, RulePublication, RuleVersion, RuleWithdrawal
from vetting.rules.services import drafts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from vetting.engine.ruleset import RuleSet
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import WritingSession
    from vetting.rules.services.rulebook import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationApproval:
    """A second person's yes: to this version of the draft, with what it warns of read."""

    key: int
    version: int
    warnings_read: bool
    taken_away_read: bool = False
    """Whether what the version takes away was read: a yes of its own."""


def publish_rules(
    session: WritingSession, given: PublicationApproval, *, rules: Rules, by: Person, at: datetime
) -> RulePublication:
    """The draft becomes a version that nobody can change, in force from its first day.

    Raises:
        Refused: the person wrote in it; it is not handed over, not right, not tried, or has changed.
    """
    require_permission(by, Action.PUBLISH_RULES)
    draft = drafts.open_draft(session, given.key, by, given.version)
    if draft.state != store.IN_REVIEW:
        raise drafts.obstacle_error(
            draft.ruleset,
            _("Utkastet är inte lämnat för publicering."),
            _("Den som skriver utkastet lämnar det för publicering först."),
            Obstacle.CLOSED,
        )
    found = drafts.report_on_draft(session, draft, rules=rules, on=at.date())
    obstacles = obstacles_to_publishing(session, found, by=by, on=at.date(), given=given)
    if found.ruleset is None or obstacles:
        raise Refused(Obstacle.CLOSED, *obstacles)
    publication = _keep_publication(session, found.ruleset, draft, by=by, at=at)
    ways_of_working.notice_group(session, draft.board_id, rules, on=publication.valid_from)
    draft.state = store.PUBLISHED
    draft.version += 1
    session.note(
        TrailNote(
            action="rules_published",
            by=by,
            at=at,
            subject=publication,
            detail={"ruleset": draft.ruleset, "number": publication.number},
        )
    )
    return publication


def obstacles_to_publishing(
    session: Session, found: drafts.RuleDraftReport, *, by: Person, on: date, given: PublicationApproval | None = None
) -> list[Problem]:
    """Everything that must happen before this person can publish. given: what was ticked; None before it is asked."""
    draft = found.draft
    obstacles = list(found.problems)
    if str(by.id) in draft.authors:
        obstacles.append(
            Problem(
                draft.ruleset,
                SEPARATION_WORDS[SeparationOfDuties.PUBLISH_OWN_RULES],
                _("Be en annan regelansvarig eller chefen."),
            )
        )
    if found.ruleset is None:
        return obstacles
    if drafts.is_for_schemes(session, draft) and found.ruleset.kinds != {CaseKind.GRANT}:
        obstacles.append(
            Problem(
                draft.ruleset,
                _("Reglerna är en bidragsforms egna, men gäller inte bara bidrag."),
                _("Skriv att de gäller bidrag, eller låt bidragsformen följa de gemensamma reglerna."),
            )
        )
    borrowed = _anothers(found, session)
    if borrowed and not found.ruleset.adopted.whole:
        obstacles.append(
            Problem(
                draft.ruleset,
                _("Reglerna bygger på {borrowed}, som en annan nämnd har antagit.", borrowed=borrowed),
                _("Skriv vilket organ som antagit dem hos er, vilken dag och med vilket diarienummer."),
            )
        )
    if not found.read.cases:
        obstacles.append(Problem(draft.ruleset, _("Det finns inga typfall."), _("Lämna tillbaka utkastet.")))
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
    if found.taken_away and given is not None and not given.taken_away_read:
        obstacles.append(
            Problem(
                "taken_away_read",
                _("Versionen tar bort sådant som skyddar: {what}.", what=join_words(found.taken_away, ", ")),
                _("Läs vad som tas bort och kryssa i rutan, eller lämna tillbaka utkastet."),
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


def tried_as(session: Session, draft: RuleDraft, ruleset: RuleSet) -> int | None:
    """The finished what-if of exactly these rules on all cases, or None."""
    for job in jobs_about(session, draft.board_id, drafts.WHAT_IF, str(draft.id)):
        whole = job.arguments.get("round_id") is None and job.arguments.get("year") is None
        meant = job.arguments.get("for_schemes", False) == drafts.is_for_schemes(session, draft)
        if whole and meant and job.state == DONE and job.told.get("fingerprint") == ruleset.fingerprint:
            return job.id
    return None


def _keep_publication(
    session: WritingSession, ruleset: RuleSet, draft: RuleDraft, *, by: Person, at: datetime
) -> RulePublication:
    number = store.numbers_of(session, draft.board_id, draft.ruleset) + 1
    first = max(ruleset.valid.first or at.date(), at.date())
    whole = replace(ruleset, version=number)
    version = RuleVersion(
        board_id=draft.board_id,
        ruleset=ruleset.id,
        number=number,
        fingerprint=ruleset.fingerprint,
        content=freeze_rules(whole),
        taken_up_at=at,
    )
    session.add(version)
    session.flush()
    publication = RulePublication(
        id=version.id,
        board_id=draft.board_id,
        ruleset=ruleset.id,
        number=version.number,
        kinds=sorted(ruleset.kinds),
        title=ruleset.title.sv,
        text=draft.text,
        cases=draft.cases,
        authors=_names(session, draft.authors),
        second_user_id=by.id,
        second_name=by.name,
        adopted_body=ruleset.adopted.body,
        adopted_on=_adopted_on(ruleset),
        adopted_reference=ruleset.adopted.reference,
        valid_from=first,
        valid_to=ruleset.valid.last,
        at=at,
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


def withdraw_rules(session: WritingSession, key: int, because: str, *, by: Person, at: datetime) -> RuleWithdrawal:
    """A published version is no longer for new cases; those that came under it keep it.

    Raises:
        Refused: there is no such version, it is withdrawn already, or no reason is given.
    """
    require_permission(by, Action.PUBLISH_RULES)
    found = store.publication_of(session, by.board_id, key)
    if found is None:
        raise Refused(Obstacle.MISSING)
    if found.withdrawal is not None:
        raise drafts.obstacle_error(
            found.publication.ruleset, _("Versionen är redan återkallad."), _("Ladda om sidan."), Obstacle.STALE
        )
    if not because.strip():
        raise drafts.obstacle_error("because", _("Skälet saknas."), _("Skriv varför versionen inte ska gälla."))
    row = RuleWithdrawal(id=key, reason=because.strip()[:2000], at=at, by_user_id=by.id, by_name=by.name)
    session.add(row)
    session.flush()
    session.note(
        TrailNote(action="rules_withdrawn", by=by, at=at, subject=row, board_id=by.board_id, reason=row.reason[:200])
    )
    return row


def published_texts(publication: RulePublication) -> Mapping[str, bytes]:
    """The files of a version, byte for byte."""
    return {
        f"{publication.ruleset}.yaml": publication.text.encode(),
        f"{publication.ruleset}.cases.yaml": publication.cases.encode(),
    }
