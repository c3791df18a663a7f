"""Which criteria of the library a typed condition is nearest.

By words and parts of words, weighed by rarity, and by how often published conditions ask for each: of two that are as
near, the common one is the likelier.

No outside service: the library's own labels, questions and facts are all that is compared with.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.conditions.parsing import suggest_names
from vetting.engine.rule_file_fields import FieldReader, list_at, mapping_at
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.engine.criteria import Criterion
    from vetting.engine.facts import Catalogue
    from vetting.kernel.problem import Faults, Path

_WORD: Final = re.compile(r"[a-zåäö0-9%]+")
_EMPTY_WORDS: Final = """
att och i på av för som den det en ett de är ska skall kan till med från vid om inte eller har vara samt dess man där
när ha få får inom under även endast alla varje minst högst år året föreningen föreningens förening föreningar bidrag
bidraget bidragets kommun kommunen kommunens sin sina
"""
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())
"""Words that say nothing of what is asked."""
_ENDINGS: Final = (
    "ernas",
    "arnas",
    "ornas",
    "erna",
    "arna",
    "orna",
    "ande",
    "ende",
    "ens",
    "ets",
    "en",
    "et",
    "er",
    "ar",
    "or",
    "as",
    "s",
    "a",
    "e",
)
SHORTEST_STEM: Final = 4
PART: Final = 5
"""Letters of a part of a word: Swedish writes words together."""
WHOLE_WORD, PART_OF_WORD = 1.0, 0.35
NEAREST_TEXT = 0.5
"""What the one text of a criterion that a condition is nearest counts beside all its texts together."""
OFTEN = 0.3
"""What a criterion gains by being common, for each natural logarithm of the times it was met and one."""


class LibraryMatch(NamedTuple):
    """A criterion and how near it is, from 0 to 1."""

    criterion: Criterion
    nearness: float


class KnownAs(NamedTuple):
    """How often a criterion stands among published conditions that were read, and other words for it."""

    often: int
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionSynonyms:
    """What the criteria of the library are known as (rules/known_as.yaml). of: published conditions that were read."""

    of: int
    criteria: Mapping[str, KnownAs]


NO_OTHER_WORDS: Final = CriterionSynonyms(0, {})


def parse_other_words(data: object, faults: Faults, library: Mapping[str, Criterion]) -> CriterionSynonyms:
    """The file as data; a criterion that the library has not is a mistake."""
    found = mapping_at(data, (), faults)
    if found is None:
        return NO_OTHER_WORDS
    fields = FieldReader(found, (), faults)
    fields.refuse_unknown(("of", "criteria"))
    of = _whole_number(fields, "of")
    known = {}
    for name, entry in (mapping_at(found.get("criteria", {}), ("criteria",), faults) or {}).items():
        path = ("criteria", name)
        if name not in library:
            faults.add(
                path, _("Biblioteket har inget kriterium '{name}'.", name=name), suggest_names(name, tuple(library))
            )
        known[name] = _known_as(entry, path, faults)
    return CriterionSynonyms(of, known)


def _known_as(entry: object, path: Path, faults: Faults) -> KnownAs:
    data = mapping_at(entry, path, faults)
    if data is None:
        return KnownAs(0, ())
    fields = FieldReader(data, path, faults)
    fields.refuse_unknown(("often", "says"))
    says = list_at(data.get("says", []), fields.at("says"), faults)
    return KnownAs(_whole_number(fields, "often"), tuple(str(item) for item in says))


def _whole_number(fields: FieldReader, key: str) -> int:
    value = fields.data.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    fields.faults.add(fields.at(key), _("'{key}' ska vara ett heltal.", key=key), _("Skriv ett heltal, 0 eller mer."))
    return 0


def stems_of(text: str) -> list[str]:
    """The words of a text without what they end with: 'medlemmarna' and 'medlem' alike."""
    folded = unicodedata.normalize("NFC", text.casefold())
    return [_stem(word) for word in _WORD.findall(folded) if word not in _EMPTY and len(word) > 1]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > SHORTEST_STEM and word[-1] == word[-2:-1] else word


def features_of(text: str, weight: float = 1.0) -> Counter[str]:
    """The stems of a text and the parts of them, each with its weight."""
    found: Counter[str] = Counter()
    for stem in stems_of(text):
        found[stem] += WHOLE_WORD * weight  # type: ignore[assignment] # weights are no whole numbers
        if len(stem) > PART:
            for start in range(len(stem) - PART + 1):
                found[f"~{stem[start : start + PART]}"] += PART_OF_WORD * weight  # type: ignore[assignment] # as above
    return found


@dataclass(frozen=True)
class LibraryIndex:
    """The library made ready to be asked."""

    library: Mapping[str, Criterion]
    catalogue: Catalogue
    other_words: CriterionSynonyms = NO_OTHER_WORDS

    @cached_property
    def _documents(self) -> dict[str, Counter[str]]:
        return {name: self._document(criterion) for name, criterion in self.library.items()}

    def _document(self, criterion: Criterion) -> Counter[str]:
        found: Counter[str] = Counter()
        for text, weight in self._texts(criterion):
            found += features_of(text, weight)
        for fact in (*criterion.facts_and_shown, *criterion.evidence):
            if fact in self.catalogue:
                found += features_of(self.catalogue[fact].label.sv)
        return found

    def _texts(self, criterion: Criterion) -> list[tuple[str, float]]:
        """What is said of it, each with what its words weigh."""
        return [
            (criterion.label.sv, 3),
            *((text, 2) for text in self.often(criterion).says),
            (criterion.question.sv, 1),
            *((source.quote, 1) for source in criterion.sources),
        ]

    def often(self, criterion: Criterion) -> KnownAs:
        """How often it was met, and its other words."""
        return self.other_words.criteria.get(criterion.id, KnownAs(0, ()))

    @cached_property
    def _rarity(self) -> dict[str, float]:
        seen: Counter[str] = Counter()
        for document in self._documents.values():
            seen.update(document.keys())
        many = len(self._documents)
        return {feature: math.log(1 + many / count) for feature, count in seen.items()}

    @cached_property
    def _vectors(self) -> dict[str, dict[str, float]]:
        return {name: self._weighed(document) for name, document in self._documents.items()}

    @cached_property
    def _single_texts(self) -> dict[str, list[dict[str, float]]]:
        return {
            name: [self._weighed(features_of(text)) for text, _weight in self._texts(criterion)]
            for name, criterion in self.library.items()
        }

    def _weighed(self, counts: Mapping[str, float]) -> dict[str, float]:
        """The features by rarity, of length one."""
        rarity = self._rarity
        found = {name: math.sqrt(count) * rarity[name] for name, count in counts.items() if name in rarity}
        length = math.sqrt(sum(value * value for value in found.values()))
        return {name: value / length for name, value in found.items()} if length else {}

    def nearest(self, text: str, most: int = 5) -> list[LibraryMatch]:
        """The criteria that a condition is nearest, the nearest first; none where it shares no word with any."""
        asked = self._weighed(features_of(text))
        found = [LibraryMatch(criterion, self._nearness(asked, criterion)) for criterion in self.library.values()]
        near = [match for match in found if match.nearness > 0]
        return sorted(near, key=lambda match: (-match.nearness, match.criterion.id))[:most]

    def _nearness(self, asked: Mapping[str, float], criterion: Criterion) -> float:
        together = _likeness(asked, self._vectors[criterion.id])
        if not together:
            return 0.0
        one = max(_likeness(asked, text) for text in self._single_texts[criterion.id])
        return (together + NEAREST_TEXT * one) / (1 + NEAREST_TEXT) * self._common(self.often(criterion).often)

    def _common(self, often: int) -> float:
        """What being met so often counts, 1 of a criterion that every condition asked for."""
        return (1 + OFTEN * math.log1p(often)) / (1 + OFTEN * math.log1p(self.other_words.of))


def _likeness(asked: Mapping[str, float], vector: Mapping[str, float]) -> float:
    """The cosine of two vectors of length one."""
    return sum(weight * vector.get(feature, 0.0) for feature, weight in asked.items())


def recall(index: LibraryIndex, labelled: Iterable[tuple[str, frozenset[str]]], first: int = 3) -> tuple[int, int]:
    """Of lines that have a criterion: those whose right one is among the first few, and how many there are."""
    right = every = 0
    for line, names in labelled:
        every += 1
        right += bool(names & {match.criterion.id for match in index.nearest(line, first)})
    return right, every
