"""Is this the same association? Names ranked by how alike they are, with what agrees and what differs.

An index of three-letter pieces, weighted by how telling each is (idf squared), finds candidates; the best hundred are
compared word by word and as a whole. Nothing is linked here: a number or a person does that.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from math import log, sqrt
from operator import mul
from typing import TYPE_CHECKING, Final

from vetting.associations.domain.name_words import GENERIC, SMALL, abbreviate_words, name_words, plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOOKED_AT: Final = 100
"""Candidates that are compared word by word."""
OF_ASKED, OF_NAME, OF_WHOLE = 0.5, 0.25, 0.25
"""What counts: how much of what is asked for is there, how much of the name is asked for, how alike the wholes are."""
FIRST_LOOK: Final = 400
"""Candidates whose every piece is counted."""
LONGEST: Final = 120
"""Letters of a name that count."""
_PIECE: Final = 3
_ALIKE: Final = 0.6
"""Words less alike than this are different words."""
_TOGETHER: Final = 0.72
"""Two words that the other writes together are this much alike, or it is chance."""
_BEGINNING: Final = 0.7
"""A word that begins like another, and is this much shorter, is an abbreviation, or not typed to its end."""
_BEGUN, _PART = 0.7, 0.5


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name that may be the one meant; score from 0 to 1."""

    key: int
    score: float


def pieces_of_words(words: Sequence[str]) -> set[str]:
    """Pieces of three letters across the words, and the beginning of each word."""
    joined = "".join(words)
    found = {joined[at : at + _PIECE] for at in range(max(len(joined) - _PIECE + 1, 1))}
    found.update([" " + word[:_PIECE] for word in words])
    return found


def pairs_of_words(words: Sequence[str]) -> list[str]:
    """Each word with the next: what one writes apart another writes together."""
    return [first + second for first, second in pairwise(words)]


def initials_of_name(words: Sequence[str]) -> set[str]:
    """'bris' and 'brs' of 'barnens rätt i samhället'; nothing of two words."""
    whole = "".join([word[0] for word in words])
    telling = "".join([word[0] for word in words if word not in SMALL])
    return {found for found in (whole, telling) if len(found) >= _PIECE}


class NameCollection:
    """Names to search in; more can be added at any time.

    Memory: about 0.6 KB a name.
    """

    def __init__(self) -> None:
        self.keys = array("q")
        self.names: list[str] = []
        """The words of each, as they are compared."""
        self.places: list[str] = []
        self.short: dict[int, str] = {}
        """The same with usual abbreviations, where it differs."""
        self.by_piece: dict[str, array[int]] = {}
        self.word_counts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, key: int, name: str, place: str = "") -> None:
        """One name with the key it is told by, and where it is."""
        words = name_words(name[:LONGEST])
        if not words:
            return
        at = len(self.keys)
        self.keys.append(key)
        self.names.append(" ".join(words))
        self.places.append(plain_name(place))
        found = pieces_of_words(words)
        short = abbreviate_words(words)
        if short != words:
            self.short[at] = " ".join(short)
            found |= pieces_of_words(short)
        found.update("@" + letters for letters in initials_of_name(words))
        for piece in found:
            postings = self.by_piece.get(piece)
            if postings is None:
                postings = self.by_piece[piece] = array("I")
            postings.append(at)
        for word in {*words, *short}:
            self.word_counts[word] = self.word_counts.get(word, 0) + 1

    def search(self, wanted: str, *, place: str = "", most: int = 20) -> list[NameMatch]:
        """The names most like the one wanted, the likeliest first; equal ones in the order they were added."""
        words = name_words(wanted[:LONGEST])
        if not words or not self.keys:
            return []
        best: dict[int, float] = {}
        short = abbreviate_words(words)
        near = plain_name(place)
        for way in (words,) if short == words else (words, short):
            asked = NameQuery(way, [self._weight(word) for word in way], near)
            for at in self._candidates(way):
                best[at] = max(best.get(at, 0.0), self._likeness(asked, at))
        ranked = nlargest(most, ((score, -at) for at, score in best.items() if score > 0))
        return [NameMatch(self.keys[-at], score) for score, at in ranked]

    def _weight(self, word: str) -> float:
        """How telling a word is: what few names hold tells most."""
        weight = log((len(self.keys) + 1) / (self.word_counts.get(word, 0) + 0.5))
        return max(weight, 0.1) * _telling(word)

    def _candidates(self, words: tuple[str, ...]) -> list[int]:
        total = len(self.keys)
        wanted = pieces_of_words(words) | {"@" + word for word in words if len(word) >= _PIECE}
        wanted |= {" " + letters for letters in initials_of_name(words)}
        known = sorted(((self.by_piece[piece], piece) for piece in wanted if piece in self.by_piece), key=_length)
        worth = {piece: log((total + 1) / len(found)) ** 2 + 0.01 for found, piece in known}
        left = 100 * sqrt(total) + 2_000
        scores: dict[int, float] = {}
        get = scores.get
        for found, piece in known:
            left -= len(found)
            if left < 0 and scores:
                break
            weight = worth[piece]
            for at in found:
                scores[at] = get(at, 0.0) + weight
        first = nlargest(FIRST_LOOK, scores, key=scores.__getitem__)
        whole = {at: self._shared(at, worth) for at in first}
        return nlargest(LOOKED_AT, first, key=whole.__getitem__)

    def _shared(self, at: int, worth: Mapping[str, float]) -> float:
        """The worth of all pieces shared, a long name's a little less."""
        found = pieces_of_words(self.names[at].split())
        if at in self.short:
            found |= pieces_of_words(self.short[at].split())
        return sum([weight for piece, weight in worth.items() if piece in found or piece[0] == "@"]) / (20 + len(found))

    def _likeness(self, asked: NameQuery, at: int) -> float:
        words = self.names[at].split()
        near = 0.04 if asked.place and (asked.place in self.places[at] or asked.place in words) else 0.0
        found = self._compared(asked, words)
        if at in self.short:
            found = max(found, self._compared(asked, self.short[at].split()))
        return found + near

    def _compared(self, asked: NameQuery, words: Sequence[str]) -> float:
        return asked.likeness(words, [self._weight(word) for word in words])


def _telling(word: str) -> float:
    return 0.3 if word in SMALL else 0.5 if word in GENERIC else 1.0


def _length(item: tuple[array[int], str]) -> int:
    return len(item[0])


class NameQuery:
    """A name that is asked for, ready to be compared with many."""

    def __init__(self, words: Sequence[str], weights: Sequence[float], place: str) -> None:
        self.words, self.weights, self.place = words, weights, place
        self.total = sum(weights)
        self.units = [*words, *pairs_of_words(words)]
        """The words, then each with the next."""
        self.masks = [masks_of(unit) for unit in self.units]
        self.whole = "".join(words)
        self.whole_masks = masks_of(self.whole)
        self.known: dict[str, list[float]] = {}

    def likeness(self, words: Sequence[str], weights: Sequence[float]) -> float:
        """How alike a name is, given the weights of its words."""
        cover, back = self.cover(words, weights)
        return OF_ASKED * cover + OF_NAME * back + OF_WHOLE * self.ratio(words)

    def alike(self, word: str) -> list[float]:
        """How alike each unit that is asked for is to a word: 0 where they are different words."""
        found = self.known.get(word)
        if found is None:
            found = self.known[word] = [
                likeness_of_words(unit, mask, word) for unit, mask in zip(self.units, self.masks, strict=True)
            ]
        return found

    def cover(self, words: Sequence[str], weights: Sequence[float]) -> tuple[float, float]:
        """How much of what is asked for stands in a name, and how much of the name was asked for.

        Telling words count for more. weights: of the name's words.
        """
        number = len(self.words)
        mine = [0.0] * number
        theirs = [0.0] * len(words)
        for place, word in enumerate((*words, *pairs_of_words(words))):
            single = place < len(words)
            for unit, ratio in enumerate(self.alike(word)):
                if not ratio or (not (single and unit < number) and not self._together(unit, word, ratio)):
                    continue
                for at in (place,) if single else (place - len(words), place - len(words) + 1):
                    theirs[at] = max(theirs[at], ratio)
                for at in (unit,) if unit < number else (unit - number, unit - number + 1):
                    mine[at] = max(mine[at], ratio)
        asked = sum(map(mul, mine, self.weights)) / self.total
        return asked, sum(map(mul, theirs, weights)) / sum(weights)

    def _together(self, unit: int, word: str, ratio: float) -> bool:
        """Whether what is two words in the one is one word, or the same two, in the other."""
        return ratio >= _TOGETHER and abs(len(self.units[unit]) - len(word)) <= 1

    def ratio(self, words: Sequence[str]) -> float:
        """How alike the whole names are without spaces."""
        return _ratio(self.whole_masks, len(self.whole), "".join(words))


def likeness_of_words(mine: str, masks: Mapping[str, int], word: str) -> float:
    """How alike two words are, from 0 to 1; 0 where they are different words."""
    if mine == word:
        return 1.0
    fewer, more = sorted((len(mine), len(word)))
    if fewer >= _PIECE and 2 * fewer / (fewer + more) < _BEGINNING:
        if word.startswith(mine):
            return _BEGUN
        if mine.startswith(word) or (fewer > _PIECE and mine in word):
            return _PART
    if 2 * fewer / (fewer + more) < _ALIKE:
        return 0.0
    ratio = _ratio(masks, len(mine), word)
    return ratio * ratio if ratio >= _ALIKE else 0.0


def masks_of(word: str) -> dict[str, int]:
    """Letter -> a bit for each place where it stands."""
    found: dict[str, int] = {}
    for at, letter in enumerate(word):
        found[letter] = found.get(letter, 0) | 1 << at
    return found


def _ratio(masks: Mapping[str, int], length: int, other: str) -> float:
    """Twice the longest common subsequence by the letters of both (Hyyrö's bit-parallel way)."""
    every = (1 << length) - 1
    row = every
    get = masks.get
    for letter in other:
        mask = get(letter, 0)
        both = row & mask
        row = (row + both) | (row - both)
    return 2 * (length - (row & every).bit_count()) / (length + len(other))
