"""Copies on a timer: what they are called, which are kept, and how they are sealed with a key that lies elsewhere.

Sealed files are of the format age (age-encryption.org/v1): `age -d -i KEYFILE COPY` opens them without this program.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path  # noqa: TC003 - a field of a named tuple
from typing import TYPE_CHECKING, Final, NamedTuple

import pyrage

from vetting.kernel.problem import Problem, UnreadableError
from vetting.kernel.store.own_files import OWN_FILE, make_own
from vetting.kernel.text import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vetting.kernel.backup_plans import BackupRetention

SEALED: Final = b"age-encryption.org/"
"""How a sealed file begins."""
ENDING: Final = ".age"
_NAME: Final = re.compile(r"vetting-(\d{8}T\d{6})Z\.backup(\.age)?")
_MOMENT: Final = "%Y%m%dT%H%M%S"


class StoredBackup(NamedTuple):
    """A copy that lies in the folder, and when it was taken."""

    file: Path
    at: datetime


def file_name(at: datetime, *, sealed: bool) -> str:
    return f"vetting-{at.astimezone(UTC):{_MOMENT}}Z.backup{ENDING if sealed else ''}"


def copies_in(folder: Path) -> list[StoredBackup]:
    """The copies of a folder, the newest first; what is called otherwise is none of ours.

    Raises:
        OSError: the folder cannot be read.
    """
    found = []
    for file in folder.iterdir():
        name = _NAME.fullmatch(file.name)
        if name is not None and file.is_file():
            found.append(StoredBackup(file, datetime.strptime(name[1], _MOMENT).replace(tzinfo=UTC)))
    return sorted(found, key=lambda copy: (copy.at, copy.file.name), reverse=True)


def copies_to_remove(copies: Sequence[StoredBackup], kept: BackupRetention) -> list[StoredBackup]:
    """Those that are kept no longer; the newest of all always is."""
    newest_first = sorted(copies, key=lambda copy: copy.at, reverse=True)
    stay: set[Path] = {copy.file for copy in newest_first[:1]}
    spans: Iterable[tuple[int, Callable[[date], object]]] = (
        (kept.days, lambda day: day),
        (kept.weeks, lambda day: day.isocalendar()[:2]),
        (kept.months, lambda day: (day.year, day.month)),
    )
    for most, span_of in spans:
        newest_of: dict[object, StoredBackup] = {}
        for copy in newest_first:
            newest_of.setdefault(span_of(copy.at.date()), copy)
        stay |= {copy.file for copy in list(newest_of.values())[:most]}
    return [copy for copy in newest_first if copy.file not in stay]


def remove_old_copies(folder: Path, kept: BackupRetention) -> list[Path]:
    """Removes what is kept no longer. Returns which went.

    Raises:
        OSError: the folder cannot be read, or a file cannot be removed.
    """
    gone = copies_to_remove(copies_in(folder), kept)
    for copy in gone:
        copy.file.unlink(missing_ok=True)
    return [copy.file for copy in gone]


def make_key(file: Path) -> str:
    """Writes a new key that opens copies to a file that only its owner reads. Returns the one they are sealed for.

    Raises:
        UnreadableError: the file is there already, or cannot be written.
    """
    identity = pyrage.x25519.Identity.generate()
    receiver = str(identity.to_public())
    try:
        file.touch(mode=OWN_FILE, exist_ok=False)
        file.write_text(f"# public key: {receiver}\n{identity}\n", encoding="ascii")
    except FileExistsError:
        raise UnreadableError(Problem(str(file), _("Filen finns redan."), _("Ange ett nytt filnamn."))) from None
    except OSError as error:
        what = _("Filen kan inte skrivas ({what}).", what=error.strerror or type(error).__name__)
        raise UnreadableError(Problem(str(file), what, _("Kontrollera plats och rättigheter."))) from error
    return receiver


def seal(file: Path, receivers: Sequence[str]) -> None:
    """Puts the sealed file in the place of the plain one.

    Raises:
        OSError: it cannot be written.
    """
    sealed = file.with_name(file.name + ENDING)
    try:
        make_own(sealed)
        pyrage.encrypt_file(str(file), str(sealed), [pyrage.x25519.Recipient.from_str(key) for key in receivers])
        sealed.replace(file)
    finally:
        sealed.unlink(missing_ok=True)


def is_sealed(file: Path) -> bool:
    """Whether a file is sealed.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        return opened.read(len(SEALED)) == SEALED


@contextmanager
def open_copy(file: Path, key: Path | None, beside: Path) -> Iterator[Path]:
    """The copy as a plain file, which is gone afterwards; itself where it is not sealed.

    key: the file with the key that opens it. beside: a folder with room for it.

    Raises:
        UnreadableError: there is no key, it is another's, or the file is damaged.
    """
    if not is_sealed(file):
        yield file
        return
    if key is None:
        raise UnreadableError(
            Problem(str(file), _("Kopian är krypterad."), _("Ange filen med nyckeln som öppnar den: --key FILE."))
        )
    plain = beside / f".{file.name}.plain"
    try:
        _open(file, _identities(key), key, plain)
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def _open(file: Path, identities: Sequence[pyrage.x25519.Identity], key: Path, plain: Path) -> None:
    try:
        make_own(plain)
        pyrage.decrypt_file(str(file), str(plain), identities)
    except pyrage.DecryptError as error:
        raise UnreadableError(
            Problem(str(key), _("Nyckeln öppnar inte kopian."), _("Använd den nyckel som kopian är krypterad för."))
        ) from error
    except OSError as error:
        if error.errno is not None:  # the place, not what was read
            what = _("Filen kan inte skrivas ({what}).", what=error.strerror or type(error).__name__)
            raise UnreadableError(Problem(str(plain), what, _("Kontrollera plats och rättigheter."))) from error
        raise UnreadableError(
            Problem(str(file), _("Kopian är skadad: den går inte att öppna."), _("Använd en annan kopia."))
        ) from error


def _identities(key: Path) -> list[pyrage.x25519.Identity]:
    try:
        lines = key.read_text(encoding="ascii").splitlines()
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise UnreadableError(
            Problem(str(key), _("Filen är ingen nyckel som öppnar kopior."), _("Kontrollera namn och rättigheter."))
        ) from error
    if not found:
        raise UnreadableError(
            Problem(str(key), _("Filen är ingen nyckel som öppnar kopior."), _("Kontrollera namn och rättigheter."))
        )
    return found
