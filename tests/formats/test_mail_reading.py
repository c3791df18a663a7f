"""Saved mails of all kinds: what they say of themselves and what they hold, and a sentence for those that cannot be read."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import mails
from tests.formats.mails import PDF
from vetting.formats import limits
from vetting.formats.mail import Mail, is_mail, read_mail
from vetting.kernel.problem import UnreadableError

LATE = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
FILES = [("Stadgar.pdf", PDF), ("årsmöte.pdf", PDF + b"2")]


def names(mail: Mail) -> list[str]:
    return [part.name for part in mail.parts]


@pytest.mark.parametrize(("data", "file"), [(mails.eml(files=FILES), "a.eml"), (mails.msg(files=FILES), "a.msg")])
def test_a_mail_says_who_when_and_about_what_and_gives_its_files_whole(data: bytes, file: str) -> None:
    mail = read_mail(data, file)
    assert (mail.sender, mail.address) == ("Kim Ek", "kim@provkvarnen.example")
    assert mail.received == LATE
    assert mail.subject.startswith("Ansökan")
    assert mail.text.startswith("Hej")
    assert [(part.name, part.content) for part in mail.parts] == FILES
    assert mail.left == ()


def test_the_day_it_reached_us_goes_before_the_day_it_says_that_it_was_sent() -> None:
    data = b"Received: from x by y; Fri, 20 Nov 2026 08:00:00 +0100\n" + mails.eml()
    assert read_mail(data, "a.eml").received == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("when", ["", "i förrgår", "Thu, 99 Nov 2026 25:61:00 +9999"])
def test_a_mail_without_a_readable_day_has_none(when: str) -> None:
    data = b"From: a@b.example\nDate: " + when.encode() + b"\nSubject: x\n\nHej\n"
    assert read_mail(data, "a.eml").received is None


def test_only_marked_up_text_is_read_as_plain_lines_and_nothing_in_it_is_run_or_fetched() -> None:
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><script>alert(1)</script><p>Hej</p><p>Andra "
        "<b>raden</b></p><img src='http://elsewhere.example/a.png'></body></html>"
    )
    mail = read_mail(mails.eml(text="", html=page), "a.eml")
    assert mail.text == "Hej\nAndra raden"


def test_a_parcel_of_outlook_is_told_and_the_rest_is_read() -> None:
    mail = read_mail(mails.eml(files=[("winmail.dat", b"\x78\x9f\x3e\x22"), ("a.pdf", PDF)]), "a.eml")
    assert names(mail) == ["a.pdf"]
    assert [problem.where for problem in mail.left] == ["winmail.dat"]


def test_a_mail_in_a_mail_is_opened_and_its_text_and_files_come_along() -> None:
    inner = mails.eml("Det vidarebefordrade", "Inre text", files=[("inre.pdf", PDF)])
    for data in (mails.eml(inner=[inner]), mails.eml(files=[("bifogat.eml", inner)])):
        mail = read_mail(data, "a.eml")
        assert names(mail) == ["inre.pdf"]
        assert "Det vidarebefordrade" in mail.text
        assert "Inre text" in mail.text
        assert mail.subject == "Ansökan om bidrag"
    within = mails.msg(inner={"subject": "Inre", "text": "djupt", "files": [("djup.pdf", PDF)]})
    assert names(read_mail(within, "a.msg")) == ["djup.pdf"]
    assert "djupt" in read_mail(within, "a.msg").text
    both = mails.eml(files=[("outlook.msg", mails.msg(files=[("o.pdf", PDF)]))])
    assert names(read_mail(both, "a.eml")) == ["o.pdf"]


def test_mails_far_inside_each_other_are_told_and_do_not_run_away() -> None:
    data = mails.eml(files=[("innerst.pdf", PDF)])
    for _ in range(12):
        data = mails.eml(inner=[data])
    mail = read_mail(data, "a.eml")
    assert mail.parts == ()
    assert "för långt in" in mail.left[0].what.sv


def test_two_hundred_attachments_are_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableError) as refused:
        read_mail(mails.eml(files=[(f"{n}.pdf", PDF) for n in range(200)]), "a.eml")
    assert "fler än 100 bilagor" in refused.value.problem.what.sv
    assert len(read_mail(mails.eml(files=[(f"{n}.pdf", PDF) for n in range(100)]), "a.eml").parts) == 100


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (b"", "a.eml"),
        (b"Hej hopp", "a.eml"),
        (b"\x00\x01\x02" * 100, "a.eml"),
        (PDF, "a.eml"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "a.msg"),
        (mails.msg()[:1500], "a.msg"),
        (mails.compound({"WordDocument": b"x" * 100}), "a.msg"),
    ],
)
def test_what_is_no_mail_or_broken_says_so_and_how_to_save_it(data: bytes, file: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_mail(data, file)
    assert refused.value.problem.where == file
    assert ".eml eller .msg" in refused.value.problem.remedy.sv


def test_a_mail_larger_than_the_limit_is_refused() -> None:
    with pytest.raises(UnreadableError, match="too large"):
        read_mail(b"From: a@b.example\n\n" + b"x" * limits.MAIL_BYTES, "a.eml")


def test_names_that_hide_or_climb_come_out_as_plain_names() -> None:
    data = mails.eml(files=[("../../etc/passwd\u202efdp.exe", PDF)])
    mail = read_mail(data.replace(b"From: Kim Ek", b"From: =?utf-8?q?Kim=0AEk?="), "a.eml")
    assert "\u202e" not in mail.parts[0].name
    assert "\n" not in mail.sender


def test_a_signature_picture_is_no_document_but_a_photographed_paper_is() -> None:
    text = mails.eml(text="Hej", html='<p>Hej</p><img src="cid:logo">')
    boundary = text.split(b'boundary="')[1].split(b'"')[0]

    def picture(size: int) -> bytes:
        part = b"\n--" + boundary + b"\nContent-Type: image/png\nContent-ID: <logo>\n\n" + b"x" * size
        return text.replace(b"\n--" + boundary + b"--", part + b"\n--" + boundary + b"--")

    assert read_mail(picture(100), "a.eml").parts == ()
    assert len(read_mail(picture(30_000), "a.eml").parts) == 1


@pytest.mark.parametrize(
    ("name", "content", "mail"),
    [
        ("a.eml", b"x", True),
        ("A.EML", b"x", True),
        ("a.msg", mails.msg(), True),
        ("a.msg", b"x", False),
        ("a.doc", mails.msg(), False),
        ("a.pdf", PDF, False),
        ("eml", b"x", False),
    ],
)
def test_a_mail_is_told_by_its_name_and_an_outlook_file_by_its_content_too(
    name: str, content: bytes, mail: object
) -> None:
    assert is_mail(name, content) is mail


SEEDS = (
    mails.eml(files=FILES, inner=[mails.eml()]),
    mails.msg(files=FILES, inner={"subject": "x", "text": "y"}),
)


@settings(max_examples=12)
@given(seed=st.sampled_from(SEEDS), cuts=st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 255)), max_size=8))
def test_a_damaged_mail_is_read_or_refused_and_never_anything_else(seed: bytes, cuts: list[tuple[int, int]]) -> None:
    data = bytearray(seed)
    for place, value in cuts:
        data[place % len(data)] = value
    with suppress(UnreadableError):
        assert len(read_mail(bytes(data), "a.eml").parts) <= limits.MAIL_PARTS


def test_raw_letters_and_a_blank_line_before_headers_are_read() -> None:
    head = "From: Föreningen Övning <info@forening.example>\r\nSubject: Ansökan\r\nMIME-Version: 1.0\r\n"
    parts = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/pdf\r\n'
    file = 'Content-Disposition: attachment; filename="Årsmöte.pdf"\r\n\r\n%PDF-1.4\r\n--b--\r\n'
    for encoding in ("cp1252", "utf-8"):
        mail = read_mail(("\r\n" + head + parts + file).encode(encoding), "mejl.eml")
        assert (mail.subject, [part.name for part in mail.parts]) == ("Ansökan", ["Årsmöte.pdf"])
