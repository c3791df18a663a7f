"""Whether a new password will do: its length, what others know of its owner, and the passwords that many have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zxcvbn import zxcvbn

from vetting.boards.domain import sign_in

if TYPE_CHECKING:
    from vetting.kernel.text import Words

JUDGED: Final = 72
"""Signs that are looked at: what follows makes no password easier."""
LEAST_SCORE: Final = 3
"""Of 0 to 4: safe also from somebody who has stolen its hash."""


def wrong_with_password(password: str, login: str, *known: str) -> tuple[Words, Words] | None:
    """What is wrong with a new password and the remedy; None when it will do.

    known: what others know of its owner, a name and addresses. How easy it is to guess is told by zxcvbn, from the
    lists of common passwords and words that come with it: nobody is asked.
    """
    wrong = sign_in.wrong_with_password(password, login)
    if wrong is not None:
        return wrong
    words = [login]
    for text in known:
        words += [text, text.replace(" ", ""), *text.split()]
    return sign_in.EASY if zxcvbn(password[:JUDGED], user_inputs=words)["score"] < LEAST_SCORE else None
