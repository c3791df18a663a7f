"""Whether a new password will do: its length, what others know of its owner, and the passwords that many have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zxcvbn import zxcvbn

from vetting.kernel.organisation_numbers import without_accents
from vetting.people.domain import sign_in

if TYPE_CHECKING:
    from vetting.kernel.text import Words

OWN_SIGNS: Final = 6
"""So many signs a password has beside words that are known, and digits after them."""
SHORTEST_WORD: Final = 3
JUDGED: Final = 72
"""Signs that are looked at: what follows makes no password easier."""
LEAST_SCORE: Final = 3
"""Of 0 to 4: safe also from somebody who has stolen its hash."""


_WORDS: Final = """
januari februari mars april maj juni juli augusti september oktober november december
måndag tisdag onsdag torsdag fredag lördag söndag vår våren sommar sommaren höst hösten vinter vintern
jul julen påsk midsommar semester helg hej hejsan tjena välkommen älskling hjärta kärlek snälla
lösenord lösenordet lösen hemlig hemligt hemlighet inloggning logga administratör admin chef handläggare
kommun kommunen nämnd nämnden förvaltning stadsdel bidrag bidraget förening föreningen lokal lokaler kultur
fritid idrott fotboll hockey hund katt kanin blomma solsken kaffe sverige stockholm göteborg malmö uppsala
hammarby djurgården vetting granskning utbetalning
"""
YEARS: Final = tuple(map(str, range(1950, 2050)))
KNOWN: Final = (*_WORDS.split(), *YEARS)
"""Words of the language and of the work that passwords are made of, and years: lists of passwords have English ones."""


def _is_known(password: str, words: list[str]) -> bool:
    """Whether nearly all of it is known words, with digits and signs at its end."""
    whole = left = without_accents(password[:JUDGED].casefold())
    known = {without_accents(word.casefold()) for word in words if len(word) >= SHORTEST_WORD}
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word, " ")
    rest = "".join(left.rstrip("0123456789!?.,-_ ").split())
    return left != whole and len(rest) < OWN_SIGNS


def wrong_with_password(password: str, login: str, *known: str) -> tuple[Words, Words] | None:
    """What is wrong with a new password and the remedy; None when it will do.

    known: what others know of its owner: a name, addresses, boards. How easy it is to guess is told by zxcvbn, from the
    lists of common passwords and words that come with it, and from words of ours: nobody is asked.
    """
    wrong = sign_in.wrong_with_password(password, login)
    if wrong is not None:
        return wrong
    words = [login, *KNOWN]
    for text in known:
        words += [text, text.replace(" ", ""), *text.split()]
    words += [without_accents(word) for word in words]
    if _is_known(password, words):
        return sign_in.EASY
    return sign_in.EASY if zxcvbn(password[:JUDGED], user_inputs=words)["score"] < LEAST_SCORE else None
