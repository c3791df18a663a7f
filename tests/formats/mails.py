"""Mails as programs save them: internet mail and Outlook's own file, made by hand."""

from __future__ import annotations

import itertools
import struct
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
Files = "Sequence[tuple[str, bytes]]"
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
SECTOR, SMALL = 512, 64
NONE = 0xFFFFFFFF


def eml(
    subject: str = "Ansökan om bidrag",
    text: str = "Hej!\nHär kommer vår ansökan.\n",
    *,
    files: Sequence[tuple[str, bytes]] = (),
    sender: str = "Kim Ek <kim@provkvarnen.example>",
    when: str = "Thu, 19 Nov 2026 23:30:00 +0100",
    html: str = "",
    inner: Sequence[bytes] = (),
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, "namnd@norr.example", subject, when
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    for mail in inner:
        from email import message_from_bytes
        from email.policy import default

        message.add_attachment(message_from_bytes(mail, policy=default))
    return message.as_bytes()


def msg(
    subject: str = "Ansökan",
    text: str = "Hej från Outlook.",
    *,
    files: Sequence[tuple[str, bytes]] = (),
    sender: tuple[str, str] = ("Kim Ek", "kim@provkvarnen.example"),
    inner: dict[str, object] | None = None,
) -> bytes:
    """A file of Outlook: folders and streams in a compound file."""
    return compound(_message(subject, text, sender, files, inner, root=True))


Tree = dict[str, object]


def _message(
    subject: str,
    text: str,
    sender: tuple[str, str],
    files: Sequence[tuple[str, bytes]],
    inner: dict[str, object] | None,
    *,
    root: bool,
) -> Tree:
    texts = {0x001A: "IPM.Note", 0x0037: subject, 0x1000: text, 0x0C1A: sender[0], 0x5D01: sender[1], 0x0C1F: sender[1]}
    moment = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
    ticks = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    tree = _properties(texts, {}, 32 if root else 24, [struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)])
    attached = [
        _properties({0x3707: name}, {0x3701: content}, 8, [struct.pack("<HHIQ", 3, 0x3705, 6, 1)])
        for name, content in files
    ]
    if inner is not None:
        wrapper = _properties({0x3001: "Vidarebefordrat"}, {}, 8, [struct.pack("<HHIQ", 3, 0x3705, 6, 5)])
        given = {"subject": "", "text": "", "sender": sender, "files": (), **inner}
        wrapper["__substg1.0_3701000D"] = _message(
            str(given["subject"]),
            str(given["text"]),
            sender,
            given["files"],  # type: ignore[arg-type]
            None,
            root=False,
        )
        attached.append(wrapper)
    return tree | {f"__attach_version1.0_#{place:08X}": item for place, item in enumerate(attached)}


def _properties(texts: dict[int, str], blobs: dict[int, bytes], head: int, more: list[bytes]) -> Tree:
    tree: Tree = {}
    rows = list(more)
    for key, text in texts.items():
        data = text.encode("utf-16-le")
        tree[f"__substg1.0_{key:04X}001F"] = data
        rows.append(struct.pack("<HHIII", 0x001F, key, 6, len(data) + 2, 0))
    for key, data in blobs.items():
        tree[f"__substg1.0_{key:04X}0102"] = data
        rows.append(struct.pack("<HHIII", 0x0102, key, 6, len(data), 0))
    rows.append(struct.pack("<HHIII", 0x0003, 0x340D, 6, 0x00040000, 0))
    tree["__properties_version1.0"] = bytes(head) + b"".join(rows)
    return tree


def compound(tree: Tree) -> bytes:
    """A compound file (MS-CFB, version 3) that holds a tree of folders and streams."""
    entries: list[list[object]] = []  # name, kind, left, right, child, start, size, data

    def add(name: str, item: object, kind: int) -> int:
        place = len(entries)
        entries.append([name, kind, NONE, NONE, NONE, 0, 0, item if isinstance(item, bytes) else b""])
        if isinstance(item, dict):
            kids = sorted(item, key=lambda key: (len(key), key.upper()))
            made = [add(key, item[key], 1 if isinstance(item[key], dict) else 2) for key in kids]
            for first, second in itertools.pairwise(made):
                entries[first][3] = second
            entries[place][4] = made[0] if made else NONE
        return place

    add("Root Entry", tree, 5)
    small, chain, large = bytearray(), list[int](), list[list[object]]()
    for entry in entries:
        data = entry[7]
        assert isinstance(data, bytes)
        entry[6] = len(data)
        if entry[1] == 2 and len(data) < 4096:
            entry[5] = len(small) // SMALL if data else END
            count = -(-len(data) // SMALL)
            chain += [len(chain) + n + 1 for n in range(count - 1)] + ([END] if count else [])
            small += data.ljust(count * SMALL, b"\0")
        elif entry[1] == 2:
            large.append(entry)
    sectors: list[bytes] = []
    table: list[int] = []

    def lay(data: bytes) -> int:
        start, count = len(sectors), max(-(-len(data) // SECTOR), 1)
        for n in range(count):
            sectors.append(data[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, b"\0"))
            table.append(start + n + 1 if n < count - 1 else END)
        return start

    for entry in large:
        assert isinstance(entry[7], bytes)
        entry[5] = lay(entry[7])
    entries[0][5], entries[0][6] = (lay(bytes(small)), len(small)) if small else (END, 0)
    mini = (
        lay(struct.pack(f"<{len(chain)}I", *chain).ljust(-(-len(chain) * 4 // SECTOR) * SECTOR, b"\xff"))
        if chain
        else END
    )
    directory = lay(b"".join(map(_entry, entries)))
    needed = 1
    while (len(sectors) + needed) > needed * 128:
        needed += 1
    first_fat = len(sectors)
    table += [FAT] * needed
    fat = struct.pack(f"<{len(table)}I", *table).ljust(needed * SECTOR, b"\xff")
    sectors += [fat[n * SECTOR : (n + 1) * SECTOR] for n in range(needed)]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        needed,
        directory,
        0,
        4096,
        mini,
        -(-len(chain) * 4 // SECTOR),
        END,
        0,
    )
    places = [first_fat + n for n in range(needed)] + [FREE] * (109 - needed)
    return head.ljust(76, b"\0") + struct.pack("<109I", *places) + b"".join(sectors)


def _entry(entry: list[object]) -> bytes:
    name, kind, left, right, child, start, size, _ = entry
    text = str(name).encode("utf-16-le")
    return struct.pack("<64sHBBIII16xI16xIII", text, len(text) + 2, kind, 1, left, right, child, 0, start, size, 0)
