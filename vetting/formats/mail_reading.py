"""Inside the child: saved e-mails (.eml, .msg) as sender, time, text and files. Fetches nothing."""

from __future__ import annotations

import email
import email.utils
import io
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.policy import default as modern
from typing import TYPE_CHECKING, Any, Final

from lxml import etree
from lxml import html as pages
from olefile import OleFileIO
from oxmsg.message import Message as Outlook
from oxmsg.storage import Storage, Stream

from vetting.formats import limits
from vetting.formats.containers import OLE
from vetting.formats.refusals import FileReadingError

if TYPE_CHECKING:
    from email.message import Message

DEEPEST: Final = 4
"""A mail in a mail in a mail: further in, it is kept as a file."""
LONGEST_TEXT: Final = 200_000
LONGEST_HEADER: Final = 400
_HEADER: Final = re.compile(
    rb"^(From|Subject|Date|Received|MIME-Version|Message-ID|Return-Path):", re.IGNORECASE | re.MULTILINE
)
_WINMAIL: Final = frozenset({"winmail.dat", "win.dat"})
_INLINE_PICTURE: Final = 20_000
"""A picture in a signature is smaller than this and stands in the text; a photo of a paper is larger."""
_EMBEDDED: Final = "__substg1.0_3701000D"
_DELIVERED: Final = 0x0E06
_NAME_SHORT: Final = 0x3704


@dataclass(slots=True)
class MailContents:
    """What has been taken out so far."""

    sender: str = ""
    address: str = ""
    subject: str = ""
    received: str = ""
    """ISO text in UTC; empty when the mail does not say."""
    text: str = ""
    parts: list[tuple[str, bytes]] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    """(name, code): what could not be taken out."""

    def add(self, name: str, content: bytes) -> None:
        if len(self.parts) >= limits.MAIL_PARTS:
            raise FileReadingError("mail_parts")
        self.parts.append((name, content))

    def head(self) -> dict[str, Any]:
        """What goes first to the parent: the files' bytes come after, one after another."""
        return {
            "sender": self.sender,
            "address": self.address,
            "subject": self.subject,
            "received": self.received,
            "text": self.text.replace("\x00", "")[:LONGEST_TEXT],
            "left": self.left,
            "parts": [[name, len(content)] for name, content in self.parts],
        }


def read_mail(data: bytes) -> MailContents:
    """A saved e-mail.

    Raises:
        FileReadingError: it is none, or holds more than is taken in.
    """
    found = MailContents()
    if data.startswith(OLE):
        _outlook(_open_outlook(data), found, 0)
    elif _HEADER.search(data[:65_536]):
        _internet(_parse(data), found, 0)
    else:
        raise FileReadingError("no_mail")
    return found


def _parse(data: bytes) -> Message:
    """A mail; headers with raw letters that are not UTF-8 are Windows-1252, as old programs write them."""
    message = email.message_from_bytes(data.lstrip(b"\r\n"), policy=modern)
    for part in message.walk():
        for name, value in list(part.raw_items()):
            raw = str(value).encode("utf-8", "surrogateescape")
            try:
                raw.decode()
            except UnicodeDecodeError:
                with suppress(ValueError, KeyError):
                    part.replace_header(name, " ".join(raw.decode("cp1252", "replace").split()))
    return message


def _internet(message: Message, found: MailContents, depth: int) -> None:
    if depth == 0:
        found.sender, found.address = _who(_header(message, "From"))
        found.subject = _header(message, "Subject")
        found.received = _when(message)
    texts: dict[str, str] = {}
    for part in _leaves(message, found, depth):
        _one_part(part, found, texts, depth)
    said = texts.get("plain") or _without_marks(texts.get("html", ""))
    if depth == 0:
        found.text = said + found.text
    elif said.strip():
        found.text += f"\n\n--- {_header(message, 'Subject')} ({_header(message, 'From')}) ---\n{said}"


def _leaves(message: Message, found: MailContents, depth: int) -> list[Message]:
    """The parts that hold something; a mail inside is opened in its turn."""
    leaves: list[Message] = []
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_type() == "message/rfc822":
            _inner(part, found, depth)
        elif part.is_multipart():
            inner = part.get_payload()
            waiting = (
                [item for item in inner if not isinstance(item, str)] + waiting if isinstance(inner, list) else waiting
            )
        else:
            leaves.append(part)
        if len(leaves) + len(waiting) > limits.MAIL_PARTS * 4:
            raise FileReadingError("mail_parts")
    return leaves


def _inner(part: Message, found: MailContents, depth: int) -> None:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if inner is None or isinstance(inner, str):
        found.left.append((part.get_filename() or "mail.eml", "no_mail"))
    elif depth >= DEEPEST:
        found.left.append((_header(inner, "Subject") or "mail.eml", "mail_deep"))
    else:
        _internet(inner, found, depth + 1)


def _one_part(part: Message, found: MailContents, texts: dict[str, str], depth: int) -> None:
    name = _tidy(part.get_filename() or "")
    kind = part.get_content_type()
    content = _bytes(part)
    attached = bool(name) or part.get_content_disposition() == "attachment"
    if not attached and kind in {"text/plain", "text/html"}:
        key = kind.removeprefix("text/")
        texts[key] = (texts.get(key, "") + "\n" + _decode_content(content, part.get_content_charset())).strip("\n")
        return
    if kind == "application/ms-tnef" or name.casefold() in _WINMAIL:
        found.left.append((name or "winmail.dat", "mail_winmail"))
        return
    if not content:
        if name:
            found.left.append((name, "mail_empty"))
        return
    if kind.startswith("image/") and part.get("Content-ID") and len(content) < _INLINE_PICTURE:
        return
    if name.casefold().endswith(".eml") and depth < DEEPEST and _HEADER.search(content[:65_536]):
        _internet(_parse(content), found, depth + 1)
        return
    if content.startswith(OLE) and name.casefold().endswith(".msg") and depth < DEEPEST:
        _outlook(_open_outlook(content), found, depth + 1)
        return
    found.add(name or f"bilaga-{len(found.parts) + 1}", content)


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _open_outlook(data: bytes) -> Storage:
    """The storage of a saved Outlook message.

    Raises:
        FileReadingError: it is something else of Microsoft's, or broken.
    """
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            storage = Storage.from_ole(ole)
    except Exception as error:
        raise FileReadingError("mail_broken") from error
    if not any(stream.name == "__properties_version1.0" for stream in storage.streams):
        raise FileReadingError("no_mail")
    return storage


def _outlook(storage: Storage, found: MailContents, depth: int) -> None:
    try:
        message = Outlook(storage)
        text = message.body or _without_marks(message.html_body or "")
        sender, subject = message.sender or "", message.subject
        files = list(message.attachments)
    except Exception as error:
        raise FileReadingError("mail_broken") from error
    if depth == 0:
        found.sender, found.address = _who(_tidy(sender))
        found.subject = _tidy(subject)
        found.received = _outlook_time(message)
        found.text = text + found.text
    elif text.strip():
        found.text += f"\n\n--- {_tidy(subject)} ({_tidy(sender)}) ---\n{text}"
    if not text.strip():
        found.left.append((_tidy(subject) or "mail.msg", "mail_text"))
    for place, item in enumerate(files):
        _outlook_file(storage, item, place, found, depth)


def _outlook_file(storage: Storage, item: Any, place: int, found: MailContents, depth: int) -> None:  # noqa: ANN401 - untyped there
    try:
        name = item.file_name or item.properties.str_prop_value(_NAME_SHORT) or ""
        content = item.file_bytes
    except Exception:  # noqa: BLE001 - one broken file does not take the others with it
        found.left.append((f"bilaga-{place + 1}", "mail_broken"))
        return
    name = _tidy(name)
    own = list(storage.iter_attachment_storages())[place]
    inner = next((part for part in own.storages if part.name == _EMBEDDED), None)
    if inner is not None and depth < DEEPEST:
        _outlook(_as_root(inner), found, depth + 1)
    elif inner is not None:
        found.left.append((name or "mail.msg", "mail_deep"))
    elif content:
        found.add(name or f"bilaga-{place + 1}", content)
    else:
        found.left.append((name or f"bilaga-{place + 1}", "mail_empty"))


def _as_root(inner: Storage) -> Storage:
    """A message inside a message: its properties begin earlier than a file's own, with eight bytes left out."""
    streams = tuple(
        Stream(stream.path, stream.bytes_[:24] + bytes(8) + stream.bytes_[24:])
        if stream.name == "__properties_version1.0"
        else stream
        for stream in inner.streams
    )
    return Storage(path=inner.path, streams=streams, storages=inner.storages)


def _outlook_time(message: Any) -> str:  # noqa: ANN401 - what the library hands out has no type
    try:
        moment = message.properties.date_prop_value(_DELIVERED) or message.sent_date
    except Exception:  # noqa: BLE001 - a broken time is no time
        return ""
    return _iso(moment)


def _when(message: Message) -> str:
    """When the mail reached its last server, else when it says that it was sent."""
    received = message.get_all("Received") or []
    for text in [*(str(item).rsplit(";", 1)[-1] for item in received[:1]), _header(message, "Date")]:
        try:
            moment = email.utils.parsedate_to_datetime(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return _iso(moment)
    return ""


def _iso(moment: datetime | None) -> str:
    if moment is None:
        return ""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (OverflowError, ValueError):
        return ""


def _header(message: Message, name: str) -> str:
    try:
        return _tidy(str(message.get(name) or ""))
    except Exception:  # noqa: BLE001 - a header that Python's parser stumbles on says nothing
        return ""


def _who(text: str) -> tuple[str, str]:
    name, address = email.utils.parseaddr(text)
    return (name or (address.split("@")[0] if address else text))[:LONGEST_HEADER], address.casefold()[:LONGEST_HEADER]


def _tidy(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_HEADER]


def _decode_content(content: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "cp1252"):
        if name:
            try:
                return content.decode(name)
            except (LookupError, UnicodeDecodeError):
                continue
    return content.decode("latin-1")


def _without_marks(html: str) -> str:
    """The text of a page, a line a block; nothing in it is fetched or run."""
    if not html.strip():
        return ""
    parser = pages.HTMLParser(no_network=True, recover=True, encoding="utf-8", huge_tree=False)
    try:
        root = pages.fromstring(html[: limits.MAIL_HTML].encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return ""
    etree.strip_elements(root, "script", "style", "head", "title", with_tail=False)
    for block in root.iter("p", "div", "br", "tr", "li", "h1", "h2", "h3"):
        block.tail = "\n" + (block.tail or "")
    lines = (" ".join(line.split()) for line in "".join(root.itertext()).splitlines())
    return "\n".join(line for line in lines if line)
