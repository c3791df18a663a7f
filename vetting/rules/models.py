"""Rules: what a board writes, what it has published, and the whole text that each case was received under."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, func, or_, select, true
from sqlalchemy.orm import Mapped

from vetting.grants.models.rounds import id_of_scheme
from vetting.grants.models.schemes import GrantScheme, rulesets_of_schemes
from vetting.kernel.store.base import Base, Plain, Texts, personal_column, public_column
from vetting.kernel.store.read_cache import cached_query, pin_row
from vetting.kernel.text import Words, same_in_both

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from vetting.kernel.store.session import Session


class RuleVersion(Base):
    """One version of a board's rules, resolved and whole; never changed."""

    __tablename__ = "rule_versions"
    __table_args__ = (UniqueConstraint("board_id", "ruleset", "fingerprint"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    ruleset: Mapped[str] = public_column()
    number: Mapped[int] = public_column()
    fingerprint: Mapped[str] = public_column()
    content: Mapped[Plain] = public_column(deferred=True)
    """Read once in each process, when the rules are made ready."""
    taken_up_at: Mapped[datetime] = public_column()


event.listen(RuleVersion, "load", pin_row)


def titles_of_versions(session: Session, board_id: int) -> dict[int, Words]:
    """Version -> its title and number: 'Farsta 2021, 2'; of all that a board has used, without their rules."""
    rows = session.execute(
        select(RuleVersion.id, RuleVersion.content["title"], RuleVersion.number).where(RuleVersion.board_id == board_id)
    )
    return {key: Words(*title) + same_in_both(f", {number}") for key, title, number in rows}


def version_by_fingerprint(session: Session, board_id: int, ruleset: str, fingerprint: str) -> RuleVersion | None:
    """The version with a fingerprint, where the board has used it."""
    return session.scalar(
        select(RuleVersion).where(
            RuleVersion.board_id == board_id, RuleVersion.ruleset == ruleset, RuleVersion.fingerprint == fingerprint
        )
    )


DRAFT, IN_REVIEW, PUBLISHED, DISCARDED = "draft", "in_review", "published", "discarded"
OPEN = frozenset({DRAFT, IN_REVIEW})
"""A draft in these states can be written on, or is handed over."""


class RuleDraft(Base):
    """A rule set that a board is writing. `text` and `cases` are the files, byte for byte.

    `version` counts up with every change: whoever saves says which one was read. `authors` holds the ids
    of everybody who has changed it, as texts: none of them publishes it.
    """

    __tablename__ = "rule_drafts"
    __table_args__ = (Index(None, "board_id", "id"),)

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    ruleset: Mapped[str] = public_column()
    state: Mapped[str] = public_column()
    text: Mapped[str] = public_column()
    cases: Mapped[str] = public_column()
    version: Mapped[int] = public_column(default=1)
    started_from: Mapped[str] = public_column(default="")
    authors: Mapped[Texts] = personal_column()
    changed_at: Mapped[datetime] = public_column()
    changed_by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    changed_by_name: Mapped[str] = personal_column()
    returned_because: Mapped[str] = public_column(default="")


class RulePublication(Base):
    """That a version was published: its files, who wrote and who published it, who adopted it, from when to when.

    Never changed. `kinds` are the kinds of case it is for.
    """

    __tablename__ = "rule_publications"
    __table_args__ = (UniqueConstraint("board_id", "ruleset", "number"), Index(None, "board_id", "ruleset", "id"))

    id: Mapped[int] = public_column(ForeignKey("rule_versions.id"), primary_key=True, autoincrement=False)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    ruleset: Mapped[str] = public_column()
    number: Mapped[int] = public_column()
    kinds: Mapped[Texts] = public_column()
    title: Mapped[str] = public_column()
    text: Mapped[str] = public_column()
    cases: Mapped[str] = public_column()
    authors: Mapped[Texts] = personal_column()
    """Their names."""
    second_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    second_name: Mapped[str] = personal_column()
    adopted_body: Mapped[str] = public_column()
    adopted_on: Mapped[date | None] = public_column()
    adopted_reference: Mapped[str] = public_column()
    valid_from: Mapped[date] = public_column()
    valid_to: Mapped[date | None] = public_column()
    common_id: Mapped[int | None] = public_column(ForeignKey("rule_versions.id"))
    """Of a grant scheme's own rules: the version of the board's common rules that they were put together with."""
    at: Mapped[datetime] = public_column()


@cached_query(RulePublication)
def adoption_of_version(session: Session, version_id: int) -> RulePublication | None:
    """How a version was published, where it was."""
    return session.get(RulePublication, version_id)


class RuleWithdrawal(Base):
    """That a published version is no longer in force for new cases, and why."""

    __tablename__ = "rule_withdrawals"

    id: Mapped[int] = public_column(ForeignKey("rule_publications.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = public_column()
    at: Mapped[datetime] = public_column()
    by_user_id: Mapped[int] = personal_column(ForeignKey("users.id"))
    by_name: Mapped[str] = personal_column()


class WordHit(Base):
    """That an entry of a list was found in a case: counted once for each case. Says nothing of whose case it was."""

    __tablename__ = "word_hits"
    __table_args__ = (UniqueConstraint("case_id", "list", "entry"), Index(None, "board_id", "list", "entry", "id"))

    id: Mapped[int] = public_column(primary_key=True)
    board_id: Mapped[int] = public_column(ForeignKey("boards.id"))
    case_id: Mapped[int] = public_column(ForeignKey("cases.id"))
    list: Mapped[str] = public_column()
    entry: Mapped[str] = public_column()
    on: Mapped[date] = public_column()


class PublicationStanding(NamedTuple):
    """A published version and what ended it, if anything has."""

    publication: RulePublication
    withdrawal: RuleWithdrawal | None


def open_rule_drafts(session: Session, board_id: int) -> Sequence[RuleDraft]:
    """The board's drafts that are neither published nor thrown away, the latest changed first."""
    return session.scalars(
        select(RuleDraft)
        .where(RuleDraft.board_id == board_id, RuleDraft.state.in_(OPEN))
        .order_by(RuleDraft.changed_at.desc(), RuleDraft.id.desc())
    ).all()


class DraftUnderWay(NamedTuple):
    """Where an open draft stands, with how its file begins."""

    id: int
    ruleset: str
    head: str
    state: str
    authors: list[str]
    returned_because: str


def drafts_under_way(session: Session, board_id: int) -> list[DraftUnderWay]:
    """The board's open drafts as they stand, the oldest change first."""
    head = func.substr(RuleDraft.text, 1, 2_000)
    columns = RuleDraft.id, RuleDraft.ruleset, head, RuleDraft.state, RuleDraft.authors, RuleDraft.returned_because
    wanted = select(*columns).where(RuleDraft.board_id == board_id, RuleDraft.state.in_(OPEN))
    return [DraftUnderWay(*row) for row in session.execute(wanted.order_by(RuleDraft.changed_at, RuleDraft.id))]


def open_draft_of(session: Session, board_id: int, ruleset: str) -> RuleDraft | None:
    """The draft that is open of a set: there is never more than one."""
    return next((draft for draft in open_rule_drafts(session, board_id) if draft.ruleset == ruleset), None)


def draft_of(session: Session, board_id: int, key: int) -> RuleDraft | None:
    return session.scalar(select(RuleDraft).where(RuleDraft.board_id == board_id, RuleDraft.id == key))


def publications(session: Session, board_id: int) -> Sequence[PublicationStanding]:
    """All that the board has published, the latest first."""
    rows = session.execute(
        select(RulePublication, RuleWithdrawal)
        .outerjoin(RuleWithdrawal, RuleWithdrawal.id == RulePublication.id)
        .where(RulePublication.board_id == board_id)
        .order_by(RulePublication.id.desc())
    )
    return [PublicationStanding(publication, withdrawal) for publication, withdrawal in rows]


def published_rulesets(session: Session, board_id: int) -> set[str]:
    """The sets that the board has published a version of that is not withdrawn."""
    return {row.ruleset for row, withdrawn in publications(session, board_id) if withdrawn is None}


def replaced_on(rows: Sequence[PublicationStanding]) -> dict[int, date]:
    """Version -> the day from which a later version of the same set holds instead; those without one are left out."""
    found: dict[int, date] = {}
    later: dict[str, date] = {}
    for row, withdrawn in rows:  # the latest first
        if withdrawn is not None:
            continue
        if row.ruleset in later:
            found[row.id] = later[row.ruleset]
        later[row.ruleset] = min(row.valid_from, later.get(row.ruleset, row.valid_from))
    return found


def own_sets(session: Session, board_id: int) -> dict[str, RulePublication]:
    """The latest version of each rule set that the board has published, without those that it has withdrawn."""
    standing = (found.publication for found in publications(session, board_id) if found.withdrawal is None)
    found: dict[str, RulePublication] = {}
    for publication in standing:
        found.setdefault(publication.ruleset, publication)
    return found


def publication_of(session: Session, board_id: int, key: int) -> PublicationStanding | None:
    row = session.execute(
        select(RulePublication, RuleWithdrawal)
        .outerjoin(RuleWithdrawal, RuleWithdrawal.id == RulePublication.id)
        .where(RulePublication.board_id == board_id, RulePublication.id == key)
    ).one_or_none()
    return PublicationStanding(*row) if row else None


def in_force(
    session: Session, board_id: int, kind: str, on: date, *, only: str = "", but: frozenset[str] = frozenset()
) -> RulePublication | None:
    """What the board has published for a kind of case and a day.

    Of the versions of one set the newest that holds that day; of several sets the one that began last. only: the one
    set that is asked for; but: sets that are left out.
    """
    newest = {row.ruleset: row for row in valid_publications(session, board_id, on)}
    wanted = {only} if only else newest.keys() - but
    holding = [row for name, row in newest.items() if name in wanted and kind in row.kinds]
    return max(holding, key=lambda row: (row.valid_from, row.id), default=None)


@cached_query(RulePublication, RuleWithdrawal)
def valid_publications(session: Session, board_id: int, on: date) -> Sequence[RulePublication]:
    """What a board has published for a day and not withdrawn, the oldest first."""
    found = session.scalars(
        select(RulePublication)
        .outerjoin(RuleWithdrawal, RuleWithdrawal.id == RulePublication.id)
        .where(
            RulePublication.board_id == board_id,
            RulePublication.valid_from <= on,
            or_(RulePublication.valid_to.is_(None), RulePublication.valid_to >= on),
            RuleWithdrawal.id.is_(None),
        )
        .order_by(RulePublication.id)
    )
    return found.all()


def hits_of_case(session: Session, case_id: int) -> set[tuple[str, str]]:
    rows = session.execute(select(WordHit.list, WordHit.entry).where(WordHit.case_id == case_id))
    return {(name, entry) for name, entry in rows}


def numbers_of(session: Session, board_id: int, ruleset: str) -> int:
    """The highest number that the board's versions of a set have, published or taken up; 0 when there is none."""
    found = select(func.max(RuleVersion.number)).where(RuleVersion.board_id == board_id, RuleVersion.ruleset == ruleset)
    return int(session.scalar(found) or 0)


def judged_by(
    session: Session,
    scheme_id: InstrumentedAttribute[int | None],
    round_id: InstrumentedAttribute[int | None],
    board_id: int,
    ruleset: str,
) -> ColumnElement[bool]:
    """Of a board's cases those that a rule set is for: of its grant schemes, else all that have no rules of their own.

    scheme_id, round_id: the columns with the grant scheme and the round of a case.
    """
    own = rulesets_of_schemes(session, board_id)
    if not own:
        return true()
    of_case = id_of_scheme(scheme_id, round_id)
    held = published_rulesets(session, board_id)
    named = GrantScheme.ruleset.in_([ruleset] if ruleset in own else sorted(own & held))  # a draft changes nothing
    keys = select(GrantScheme.id).where(GrantScheme.board_id == board_id, named)
    return of_case.in_(keys) if ruleset in own else or_(of_case.is_(None), of_case.not_in(keys))
