"""A rules folder as a rulebook: facts, library, gates, sets and their worked cases, with problems by file and line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from vetting.engine.criteria import Criterion, parse_criterion
from vetting.engine.fact_catalogue import parse_catalogue
from vetting.engine.gate_definitions import parse_gates
from vetting.engine.library_matching import NO_OTHER_WORDS, CriterionSynonyms, LibraryIndex, parse_other_words
from vetting.engine.rule_file_fields import list_at
from vetting.engine.ruleset import RuleSet, overlapping_sets, parse_ruleset
from vetting.engine.ruleset_resolution import Rulebook, resolve_rule_set
from vetting.engine.word_lists import WordList, parse_lists
from vetting.engine.worked_cases import WorkedCase, parse_worked_cases
from vetting.formats.yaml_reading import LARGEST_BYTES, YamlDocument, read_file, read_text, too_large
from vetting.kernel.problem import Faults, Problem, UnreadableError
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from vetting.engine.facts import Catalogue
    from vetting.engine.ruleset import RuleSetDraft

CASES = ".cases.yaml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RulesFolder:
    """What a folder holds, as far as it could be read, and everything that is wrong with it."""

    book: Rulebook
    sets: dict[str, RuleSet]
    cases: dict[str, tuple[WorkedCase, ...]]
    problems: tuple[Problem, ...]
    texts_of_cases: dict[str, str] = field(default_factory=dict)
    """The files of worked cases as they are written, by set."""
    index: LibraryIndex = field(default_factory=lambda: LibraryIndex({}, {}))
    """The library, to be asked which of its criteria a typed condition is nearest."""


def read_rules(folder: Path) -> RulesFolder:
    """Reads and checks a whole rules folder; nothing is raised, every mistake is a problem."""
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.documents: dict[str, YamlDocument] = {}

    def read(self) -> RulesFolder:
        catalogue = self._checked(self._document(self.folder / "facts.yaml"), parse_catalogue) or {}
        gates = self._checked(self._document(self.folder / "gates.yaml"), parse_gates) or {}
        lists = self._lists()
        book = Rulebook(catalogue, {}, gates, {}, lists)
        book = Rulebook(catalogue, self._library(book), gates, {}, lists)
        book = Rulebook(catalogue, book.library, gates, self._drafts(book), lists)
        sets = self._resolved(book)
        self._check_overlaps(book)
        cases = self._cases(sets)
        texts = {name: (self.folder / "sets" / f"{name}{CASES}").read_text(encoding="utf-8-sig") for name in cases}
        index = LibraryIndex(book.library, catalogue, self._other_words(book))
        return RulesFolder(book, sets, cases, tuple(self.problems), texts, index)

    def _lists(self) -> dict[str, WordList]:
        path = self.folder / "lists.yaml"
        if not path.is_file():
            return {}
        return self._checked(self._document(path), lambda data, faults: parse_lists(data, (), faults)) or {}

    def _other_words(self, book: Rulebook) -> CriterionSynonyms:
        path = self.folder / "known_as.yaml"
        if not path.is_file():
            return NO_OTHER_WORDS
        document = self._document(path)
        return (
            self._checked(document, lambda data, faults: parse_other_words(data, faults, book.library))
            or NO_OTHER_WORDS
        )

    def _document(self, path: Path) -> YamlDocument | None:
        name = str(path.relative_to(self.folder))
        try:
            return read_file(path, name)
        except UnreadableError as error:
            self.problems.append(error.problem)
            return None

    def _checked(self, document: YamlDocument | None, parse: Callable[[object, Faults], T]) -> T | None:
        if document is None:
            return None
        faults = Faults()
        parsed = parse(document.data, faults)
        self._note(document, faults)
        return parsed

    def _note(self, document: YamlDocument, faults: Faults) -> None:
        self.problems.extend(document.problem(fault) for fault in faults.found)

    def _library(self, book: Rulebook) -> dict[str, Criterion]:
        library: dict[str, Criterion] = {}
        for path in sorted((self.folder / "criteria").glob("*.yaml")):
            document = self._document(path)
            if document is None:
                continue
            faults = Faults()
            for place, entry in enumerate(list_at(document.data, (), faults)):
                criterion = parse_criterion(entry, (place,), faults, book.catalogue)
                if criterion is None:
                    continue
                if criterion.id in library:
                    faults.add((place,), *_twice(criterion.id))
                library[criterion.id] = criterion
            self._note(document, faults)
        return library

    def _drafts(self, book: Rulebook) -> dict[str, RuleSetDraft]:
        drafts: dict[str, RuleSetDraft] = {}
        documents: dict[str, tuple[Path, YamlDocument]] = {}
        for path in sorted((self.folder / "sets").glob("*.yaml")):
            if path.name.endswith(CASES):
                continue
            document = self._document(path)
            if document is not None:
                documents[path.stem] = (path, document)
        for path, document in _bases_first(documents):
            draft = self._checked(document, lambda data, faults: parse_set(data, faults, book, drafts))
            if draft is None:
                continue
            if draft.id in drafts:
                self._tell(document, ("id",), *_twice(draft.id))
            elif path.stem != draft.id:
                self._tell(
                    document,
                    ("id",),
                    _("Filen heter {name} men regeluppsättningen '{id}'.", name=path.name, id=draft.id),
                    _("Ge dem samma namn."),
                )
            else:
                drafts[draft.id] = draft
                self.documents[draft.id] = document
        return drafts

    def _resolved(self, book: Rulebook) -> dict[str, RuleSet]:
        sets = {}
        for draft in book.drafts.values():
            faults = Faults()
            ruleset = resolve_rule_set(draft, book, faults)
            self._note(self.documents[draft.id], faults)
            if ruleset is not None:
                sets[draft.id] = ruleset
        return sets

    def _check_overlaps(self, book: Rulebook) -> None:
        for one, other in overlapping_sets(book.drafts):
            self._tell(
                self.documents[other],
                ("valid",),
                _("Gäller samtidigt som '{one}' för samma nämnd.", one=one),
                _("Rätta 'valid' i en av dem."),
            )

    def _cases(self, sets: dict[str, RuleSet]) -> dict[str, tuple[WorkedCase, ...]]:
        cases = {}
        for ruleset in sets.values():
            path = self.folder / "sets" / f"{ruleset.id}{CASES}"
            if not path.is_file():
                self._tell(
                    self.documents[ruleset.id],
                    (),
                    _("Regeluppsättningen har inga typfall."),
                    _("Skriv filen {id}{CASES}.", id=ruleset.id, CASES=CASES),
                )
                continue
            document = self._document(path)
            if document is None:
                continue
            faults = Faults()
            found = parse_worked_cases(document.data, faults, ruleset)
            self._note(document, faults)
            cases[ruleset.id] = tuple(case.at_line(document.name, document.line((i,))) for i, case in enumerate(found))
        return cases

    def _tell(self, document: YamlDocument, path: tuple[str | int, ...], what: Words, remedy: Words) -> None:
        faults = Faults()
        faults.add(path, what, remedy)
        self._note(document, faults)


@dataclass(frozen=True, slots=True)
class RuleSetReading:
    """One rule set and its worked cases, read from two texts, as far as they could be."""

    document: YamlDocument | None
    draft: RuleSetDraft | None
    ruleset: RuleSet | None
    cases: tuple[WorkedCase, ...]
    problems: tuple[Problem, ...]


def read_set(text: bytes, cases: bytes, name: str, book: Rulebook) -> RuleSetReading:
    """Reads a set that stands beside a folder; nothing is raised, every mistake is a problem with its line."""
    problems: list[Problem] = []
    document = _read_or_tell(text, f"{name}.yaml", problems)
    draft = ruleset = None
    if document is not None:
        faults = Faults()
        draft = parse_set(document.data, faults, book, book.drafts)
        if draft is not None:
            others = {key: value for key, value in book.drafts.items() if key != draft.id}
            ruleset = resolve_rule_set(draft, replace(book, drafts={**others, draft.id: draft}, resolved={}), faults)
        problems += [document.problem(fault) for fault in faults.found]
    found: tuple[WorkedCase, ...] = ()
    if ruleset is not None and cases.strip():
        written = _read_or_tell(cases, f"{name}{CASES}", problems)
        if written is not None:
            faults = Faults()
            parsed = parse_worked_cases(written.data, faults, ruleset)
            problems += [written.problem(fault) for fault in faults.found]
            found = tuple(case.at_line(written.name, written.line((i,))) for i, case in enumerate(parsed))
    return RuleSetReading(document, draft, ruleset, found, tuple(problems))


def _read_or_tell(raw: bytes, name: str, problems: list[Problem]) -> YamlDocument | None:
    try:
        if len(raw) > LARGEST_BYTES:
            raise too_large(name, len(raw))
        return read_text(raw, name)
    except UnreadableError as error:
        problems.append(error.problem)
        return None


def _bases_first(documents: dict[str, tuple[Path, YamlDocument]]) -> list[tuple[Path, YamlDocument]]:
    """A set after those it builds on, whose own facts it may read; otherwise by name."""
    ordered: dict[str, tuple[Path, YamlDocument]] = {}
    waiting = [(name, False) for name in sorted(documents, reverse=True)]
    begun: set[str] = set()
    while waiting:
        name, ready = waiting.pop()
        if ready:
            ordered.setdefault(name, documents[name])
        elif name in documents and name not in begun:
            begun.add(name)
            data = documents[name][1].data
            bases = data.get("builds_on") if isinstance(data, dict) else None
            waiting.append((name, True))
            waiting.extend((base, False) for base in bases or () if isinstance(base, str))
    return list(ordered.values())


def parse_set(data: object, faults: Faults, book: Rulebook, drafts: Mapping[str, RuleSetDraft]) -> RuleSetDraft | None:
    """A set from data, with the own facts of the sets it builds on at hand."""
    bases = data.get("builds_on") if isinstance(data, dict) else None
    inherited: Catalogue = {}
    waiting = [base for base in bases or () if isinstance(base, str)] if isinstance(bases, list) else []
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in drafts and name not in reached:
            reached.add(name)
            inherited |= drafts[name].facts
            waiting.extend(drafts[name].builds_on)
    if book.common is not None:
        inherited |= book.common.own_facts
    return parse_ruleset(data, faults, {**book.catalogue, **inherited})


def _twice(name: str) -> tuple[Words, Words]:
    return (_("'{name}' finns redan.", name=name), _("Ge den ett annat id."))
