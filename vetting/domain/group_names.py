"""Names of religions, peoples, languages and parties: alone they say nothing about acts, and are no list entry."""

from __future__ import annotations

from typing import Final

from vetting.domain.conditions.folding import words_of
from vetting.domain.words import Words

RELIGION: Final = Words("en religion eller dess utövare", "a religion or those who practise it")
PEOPLE: Final = Words("ett folk, en nationalitet eller ett språk", "a people, a nationality or a language")
PARTY: Final = Words("ett politiskt parti", "a political party")
_STEMS: Final = {
    RELIGION: (
        "islam", "muslim", "kristen", "kristn", "kristendom", "katolik", "katolsk", "katolicism", "ortodox",
        "protestant", "judendom", "judisk", "jud", "judinn", "hindu", "hinduism", "buddist", "buddhist", "buddism",
        "buddhism", "sikh", "sikhism", "ateist", "ateism", "mormon", "baptist", "pingstvän", "pingstkyrka", "shia",
        "shiit", "sunni", "sunnit", "ahmadiyya", "alevit", "bahai", "moské", "synagog", "koran", "bibel", "bibeln",
        "frikyrk", "luthersk", "luteran", "evangelisk", "yazid", "jezid", "mandé", "religion", "religiös", "imam",
        "präst", "rabbin", "kyrka", "kyrko", "kyrkan", "troende",
    ),
    PEOPLE: (
        "svensk", "somali", "somalisk", "somalier", "arab", "arabisk", "kurd", "kurdisk", "turk", "turkisk", "iran",
        "iransk", "iranier", "irak", "irakisk", "irakier", "syrier", "syrisk", "syrian", "assyrier", "assyrisk",
        "afgan", "afghan", "afghansk", "eritrean", "eritreansk", "etiopier", "etiopisk", "palestinier", "palestinsk",
        "israel", "israelisk", "libanes", "libanesisk", "bosnier", "bosnisk", "serb", "serbisk", "kroat", "kroatisk",
        "alban", "albansk", "rysk", "ryss", "ukrainsk", "ukrainar", "polsk", "polack", "finsk", "finländsk",
        "finländar", "finn", "dansk", "norsk", "norrmän", "tysk", "kines", "kinesisk", "vietnames", "vietnamesisk",
        "thailändsk", "thailändar", "indisk", "indier", "pakistanier", "pakistansk", "bangladeshier", "chilen",
        "chilensk", "latinamerikan", "afrikan", "afrikansk", "romer", "romsk", "romani", "samer", "sam", "samisk",
        "tornedaling", "persisk", "pashto", "dari", "tigrinja", "nigerian", "nigeriansk", "gambier", "gambisk",
        "ghanan", "ghanansk", "marockan", "marockansk", "tunisier", "tunisisk", "algerier", "algerisk", "egyptier",
        "egyptisk", "jemenit", "jemenitisk", "saudier", "saudisk", "amerikan", "amerikansk", "brittisk", "britt",
        "engelsk", "engelsmän", "fransk", "fransmän", "spansk", "spanjor", "italiensk", "italienar", "grek",
        "grekisk", "ungersk", "ungrar", "rumän", "rumänsk", "bulgar", "bulgarisk", "tjeck", "tjeckisk", "portugis",
        "portugisisk", "georgisk", "georgier", "armenier", "armenisk", "uigur", "uigurisk", "tjetjen", "tjetjensk",
        "utländsk", "utlänning", "invandrar", "nysvensk", "asiat",
        "asiatisk", "japan", "japansk", "thai", "schweizisk", "schweizar", "roma", "resande", "zigenar",
        "sapmi", "kurmanji", "sorani", "folkslag", "nationalitet",
    ),
    PARTY: (
        "socialdemokrat", "socialdemokratisk", "moderat", "sverigedemokrat", "centerparti", "centerpartist",
        "vänsterparti", "vänsterpartist", "kristdemokrat", "kristdemokratisk", "miljöparti", "miljöpartist",
        "folkparti", "folkpartist", "piratparti", "parti", "liberal",
    ),
}  # fmt: skip
_ENDINGS: Final = frozenset({
    "", "a", "an", "ar", "arna", "arnas", "ars", "are", "arens", "aren", "e", "en", "ens", "er", "ern", "erna", "ernas",
    "ers", "et", "ets", "n", "na", "nas", "ns", "or", "orna", "ornas", "ors", "s", "ska", "skan", "skor", "t", "iska",
    "iskt", "isk", "as", "es", "erne", "ne", "iet", "iets",
})  # fmt: skip
_WHOLE: Final = {
    PARTY: frozenset({
        "s", "m", "c", "l", "v", "mp", "kd", "sd", "fi", "afs", "ssu", "muf", "cuf", "luf", "kdu", "liberalerna",
        "centern", "vänstern", "nyans", "ungsvenskarna", "medborgerlig",
    }),
    RELIGION: frozenset({"judarna", "jehovas", "vittnen"}),
    PEOPLE: frozenset({"same", "sameby"}),
}  # fmt: skip


def group_named(entry: str) -> Words | None:
    """What an entry names when it is nothing but a religion, people, language or party; None otherwise.

    A phrase that says something more ('död åt …') is no such entry.
    """
    words = [word for word in words_of(entry) if word not in _SMALL] or words_of(entry)
    if entry.strip().endswith("*") and len(words) == 1:
        return _begun(words[0]) or _group_of(words[0])
    kinds = [_group_of(word) for word in words]
    return kinds[0] if kinds and all(kinds) else None


def _begun(word: str) -> Words | None:
    """What a word with * would find: a beginning of a group's name finds the group, and more."""
    return next((named for named, stems in _STEMS.items() if any(stem.startswith(word) for stem in stems)), None)


_SMALL: Final = frozenset({"en", "ett", "de", "den", "det", "alla", "och", "eller", "i", "sverige"})


def _group_of(word: str) -> Words | None:
    for named, whole in _WHOLE.items():
        if word in whole:
            return named
    for named, stems in _STEMS.items():
        if any(word.startswith(stem) and word[len(stem) :] in _ENDINGS for stem in stems):
            return named
    return None
