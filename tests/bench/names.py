"""Name search beside SQLite's trigram index and rapidfuzz WRatio over all names, on the same questions."""

from __future__ import annotations

import csv
import random
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from vetting.associations.domain.name_matching import NameCollection
from vetting.associations.domain.name_words import plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAMPLE: Final = Path(__file__).resolve().parents[3] / "shared" / "data" / "associations_sample.csv"
SIZES: Final = (40_000, 400_000)
OF_EACH: Final = 125
AMONG: Final = 5
SHORTENED: Final = {
    "idrottsförening": "IF",
    "idrottsklubb": "IK",
    "sportklubb": "SK",
    "förening": "för.",
    "föreningen": "fören.",
    "klubb": "kl.",
    "och": "o",
    "if": "Idrottsförening",
    "ik": "Idrottsklubb",
    "sk": "Sportklubb",
    "bk": "Bollklubb",
    "ungdom": "ungd.",
    "hembygdsförening": "hembygdsför.",
}
ADDED: Final = ("Föreningen", "Ideell förening", "i Sverige", "IF", "sektion ungdom", "1987", "c/o kansliet")


@dataclass(frozen=True)
class Question:
    """What a clerk writes, and the place in the list of the name that is meant."""

    kind: str
    written: str
    meant: int


def typo(name: str, chance: random.Random) -> str | None:
    letters = [at for at, c in enumerate(name) if c.isalpha()]
    at = chance.choice(letters)
    wrong = chance.choice("abcdefghijklmnoprstuvyåäö")
    return chance.choice(
        (name[:at] + name[at + 1 :], name[:at] + wrong + name[at:], name[:at] + wrong + name[at + 1 :])
    )


def swapped(name: str, chance: random.Random) -> str | None:
    places = [at for at in range(1, len(name) - 1) if name[at : at + 2].isalpha() and name[at] != name[at + 1]]
    if not places:
        return None
    at = chance.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def unaccented(name: str, _: random.Random) -> str | None:
    found = name.translate(str.maketrans("åäöÅÄÖéüÉÜ", "aaoAAOeuEU"))
    return found if found != name else None


def shortened(name: str, _: random.Random) -> str | None:
    for word in name.split():
        for long, short in SHORTENED.items():
            if word.casefold() == long:
                return name.replace(word, short)
            if len(long) > 4 and word.casefold().endswith(long) and len(word) > len(long) + 2:
                return name.replace(word, word[: -len(long)] + short)
    return None


def dropped(name: str, chance: random.Random) -> str | None:
    words = name.split()
    if len(words) < 3:
        return None
    words.pop(chance.randrange(len(words)))
    return " ".join(words)


def added(name: str, chance: random.Random) -> str | None:
    word = chance.choice(ADDED)
    return f"{word} {name}" if word in ADDED[:2] else f"{name} {word}"


def genitive(name: str, chance: random.Random) -> str | None:
    words = name.split()
    places = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not places:
        return None
    at = chance.choice(places)
    words[at] = words[at][:-1] if words[at].endswith("s") else words[at] + "s"
    return " ".join(words)


def turned(name: str, chance: random.Random) -> str | None:
    words = name.split()
    if len(words) < 2:
        return None
    at = chance.randrange(1, len(words))
    return " ".join(words[at:] + words[:at])


MISTAKES: Final[dict[str, Callable[[str, random.Random], str | None]]] = {
    "typo": typo,
    "swapped letters": swapped,
    "missing accents": unaccented,
    "abbreviation": shortened,
    "dropped word": dropped,
    "added word": added,
    "genitive": genitive,
    "other order": turned,
}


def sample() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def crowd(rows: Sequence[dict[str, str]], size: int, chance: random.Random) -> list[str]:
    """The sample's names, and the same with other places of the sample in the place of theirs, until there are enough."""
    names = list(dict.fromkeys(tidy(row["name"]) for row in rows if len(tidy(row["name"])) > 3))
    known = {tidy(place).title() for row in rows for place in (row["municipality"], row["city"])}
    places = sorted(place for place in known if len(place) > 3 and place.replace(" ", "").isalpha())
    seen = set(names)
    while len(names) < size:
        row, place = chance.choice(rows), chance.choice(places)
        name, old = tidy(row["name"]), tidy(row["municipality"])
        made = name.replace(old, place) if old in name else f"{name} {place}"
        if made not in seen and len(name) > 3:
            seen.add(made)
            names.append(made)
    return names


def tidy(text: str) -> str:
    return " ".join(text.split())


def questions(names: Sequence[str], chance: random.Random) -> list[Question]:
    """What is meant can be told from what is written: no more than three names hold all its words."""
    holding: dict[str, set[int]] = {}
    for at, name in enumerate(names):
        for word in plain_name(name).split():
            holding.setdefault(word, set()).add(at)
    found = []
    for kind, make in MISTAKES.items():
        number = 0
        while number < OF_EACH:
            meant = chance.randrange(len(names))
            written = make(names[meant], chance)
            if not written or written == names[meant] or len(plain_name(names[meant])) <= 4:
                continue
            known = [holding[word] for word in plain_name(written).split() if word in holding]
            if kind != "dropped word" or len(set.intersection(*known)) <= 3:
                found.append(Question(kind, written, meant))
                number += 1
    return found


def variants(rows: Sequence[dict[str, str]]) -> list[tuple[str, str]]:
    """Names that one number has: what is asked, what is to be found."""
    by_number: dict[str, list[str]] = {}
    for row in rows:
        if len(row["org_number"]) > 9:
            known = by_number.setdefault(row["org_number"], [])
            if plain_name(row["name"]) not in map(plain_name, known):
                known.append(tidy(row["name"]))
    return [(name, known[0]) for known in by_number.values() if 1 < len(known) < 10 for name in known[1:]]


class Trigrams:
    """SQLite's own trigram index, the best by its rank."""

    def __init__(self, names: Sequence[str]) -> None:
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE VIRTUAL TABLE n USING fts5(name, tokenize='trigram')")
        self.base.executemany("INSERT INTO n(rowid, name) VALUES (?, ?)", enumerate(names))

    def __call__(self, wanted: str) -> list[int]:
        pieces = {wanted[at : at + 3].replace('"', '""') for at in range(max(len(wanted) - 2, 0))}
        question = " OR ".join(f'"{piece}"' for piece in pieces)
        rows = self.base.execute("SELECT rowid FROM n WHERE n MATCH ? ORDER BY rank LIMIT ?", (question, AMONG))
        return [row[0] for row in rows]


def by_wratio(names: Sequence[str]) -> Callable[[str], list[int]]:
    folded = [plain_name(name) for name in names]
    return lambda wanted: [
        at for _, _, at in process.extract(plain_name(wanted), folded, scorer=fuzz.WRatio, limit=AMONG)
    ]


def ours(names: Sequence[str]) -> Callable[[str], list[int]]:
    index = NameCollection()
    for at, name in enumerate(names):
        index.add(at, name)
    return lambda wanted: [match.key for match in index.search(wanted, most=AMONG)]


def asked(way: Callable[[str], list[int]], about: Sequence[Question]) -> tuple[dict[str, int], float]:
    """How many of each kind are among the first five, and the median time in seconds."""
    hits = dict.fromkeys(MISTAKES, 0)
    times = []
    for question in about:
        began = time.perf_counter()
        found = way(question.written)
        times.append(time.perf_counter() - began)
        hits[question.kind] += question.meant in found
    return hits, median(times)


def main() -> None:
    if not SAMPLE.exists():
        print("name search: no sample of registers here, left out")
        return
    rows = sample()
    took = {size: mistakes(rows, size, beside=size == SIZES[0]) for size in SIZES}
    print(f"  {took[SIZES[1]] / took[SIZES[0]]:.1f}x slower at {SIZES[1]:,} than at {SIZES[0]:,}")
    real(rows)


def mistakes(rows: Sequence[dict[str, str]], size: int, *, beside: bool) -> float:
    """Prints what is found of each kind of mistake; gives the median time in seconds."""
    chance = random.Random(size)
    names = crowd(rows, size, chance)
    about = questions(names, chance)
    began = time.perf_counter()
    way = ours(names)
    print(
        f"name search among {size:,} (index built in {time.perf_counter() - began:.1f} s), found among the first five:"
    )
    ways: dict[str, Callable[[str], list[int]]] = {"ours": way} | (
        {"trigram index": Trigrams(names), "WRatio": by_wratio(names)} if beside else {}
    )
    found = {name: asked(one, about) for name, one in ways.items()}
    for kind in MISTAKES:
        print(f"  {kind:16} " + ", ".join(f"{name} {hits[kind] / OF_EACH:.1%}" for name, (hits, _) in found.items()))
    print("  median           " + ", ".join(f"{name} {took * 1000:.1f} ms" for name, (_, took) in found.items()))
    return found["ours"][1]


def real(rows: Sequence[dict[str, str]]) -> None:
    """Other names that a register has of the same number; they themselves are not among the names searched."""
    pairs = variants(rows)
    others = {plain_name(name) for name, _ in pairs}
    kept = [row for row in rows if plain_name(row["name"]) not in others]
    names = crowd(kept, SIZES[0], random.Random(1))
    ways: dict[str, Callable[[str], list[int]]] = {
        "ours": ours(names),
        "trigram index": Trigrams(names),
        "WRatio": by_wratio(names),
    }
    hits = {
        name: sum(names.index(meant) in way(asks) for asks, meant in pairs if meant in names)
        for name, way in ways.items()
    }
    print(f"  real variants of {len(pairs)}: " + ", ".join(f"{name} {number}" for name, number in hits.items()))


if __name__ == "__main__":
    main()
