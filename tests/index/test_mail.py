"""Mail gives decoded headers, the text, and attachments by their type."""

import time
from email.message import EmailMessage

import pytest
from documents import a_message, found, text_of


def test_mail_gives_decoded_headers_the_plain_text_and_attachments_by_their_type() -> None:
    chunks = found("a.eml", a_message().as_bytes())
    whole = "\n".join(text for _, _, text in chunks)
    assert chunks[0][0].startswith("2024-03-04: Größe der Höhle")
    for words in ("From: Ada", "Liebe Grüße aus dem Bau.", "plan.docx", "The attached plan"):
        assert whole.count(words) == 1
    assert "Content-Type" not in whole


@pytest.mark.parametrize(
    ("named", "encoding", "words"),
    [
        ("Shift_JIS", "cp932", "①丸数字と髙橋"),
        ("gb2312", "gb18030", "朱镕基 简体"),
        ("us-ascii", "cp1252", "Grüße aus Köln"),
        ("unknown-8bit", "utf-8", "naïve café"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
    ],
)
def test_mail_is_read_in_the_encoding_that_was_meant(named: str, encoding: str, words: str) -> None:
    head = f"Subject: {words}\nContent-Type: text/plain; charset={named}\n\n"
    assert text_of("a.eml", (head + words).encode(encoding)).count(words) == 2


@pytest.mark.parametrize("name", ["cur/1709546400.M1P2.host:2,S", "Inbox", "17"])
def test_mail_whose_name_tells_nothing_is_known_by_its_first_header(name: str) -> None:
    head = b"From - Mon Mar 04 10:00:00 2024\n" if name == "Inbox" else b""
    whole = text_of(name, head + b"Received: from a by b\n" + a_message().as_bytes())
    assert "Liebe Grüße aus dem Bau." in whole
    assert "Received" not in whole
    assert text_of("notes", b"Received: the letter.\n") == "Received: the letter."


def test_a_mailbox_gives_its_messages_one_by_one() -> None:
    single = a_message().as_bytes().replace(b"\nLiebe", b"\n>From the burrow\nLiebe")
    other = single.replace(b"Mon, 04 Mar", b"Tue, 05 Mar")
    data = b"".join(
        b"From a@b Mon Mar  4 10:00:00 2024\n" + each + b"\n" for each in (single, other)
    )
    places = {place.partition(":")[0] for place, _, _ in found("mbox", data)}
    assert {"2024-03-04", "2024-03-05"} <= places


def test_a_web_page_saved_as_one_file_gives_its_text() -> None:
    message = EmailMessage()
    message["Subject"] = "Saved page"
    message.set_content("<h1>Top</h1><p>Saved words</p>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png")
    assert "Saved words" in text_of("page.mht", message.as_bytes())


def test_a_message_with_what_it_carries_had_its_subject_twice() -> None:
    message = EmailMessage()
    message["Subject"] = "Pipes"
    message.set_content("See below.")
    message.add_attachment("Four metres of copper.", filename="offer.txt")
    ((place, _, text),) = found("a.eml", message.as_bytes())
    assert place == "Pipes, attached offer.txt"
    assert "copper" in text


@pytest.mark.parametrize("first", ["Subject", "From", "Date", "DKIM-Signature", "X-Spam-Status"])
def test_a_message_in_a_maildir_was_shown_in_base64_if_it_began_with(first: str) -> None:
    message = a_message()
    message["Message-ID"] = "<1@example.org>"
    head = b"" if first == "Subject" else f"{first}: one\n\ttwo\n".encode()
    assert "Liebe Grüße aus dem Bau." in text_of("cur/17.M1P2.host:2,S", head + message.as_bytes())
    note = b"Title: a note\nDate: today\nMIME-Version: what is it?\n"
    assert text_of("cur/17", note) == note.decode().strip()


def test_a_message_of_apple_mail_was_shown_as_it_is_coded() -> None:
    message = a_message().as_bytes()
    properties = b"<?xml version='1.0'?><plist><dict><key>flags</key></dict></plist>"
    whole = text_of("1234.emlx", b"%d  \n%s%s" % (len(message), message, properties))
    assert "Liebe Grüße aus dem Bau." in whole
    assert "flags" not in whole


def test_a_message_was_shown_with_the_styles_of_its_html() -> None:
    html = b"<style>p { color: red }</style><script>track()</script><p>Dig deep.</p>"
    assert text_of("a.eml", b"Subject: x\nContent-Type: text/html\n\n" + html) == "x\nDig deep."


def test_a_newsletter_said_only_that_it_is_a_page() -> None:
    message = EmailMessage()
    message["Subject"] = "News"
    message.set_content("View this in your browser: https://example.org/news")
    message.add_alternative(
        "<p>The bakery opens.</p>" + "<p>Bread for all.</p>" * 40, subtype="html"
    )
    beside = message.as_bytes()
    message.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<1>")
    for data in (beside, message.as_bytes()):
        whole = text_of("a.eml", data)
        assert "The bakery opens." in whole
        assert "View this" not in whole
    brief = EmailMessage()
    brief.set_content("At five.")
    brief.add_alternative("<p>At five.</p><p>Ada</p>", subtype="html")
    assert text_of("a.eml", brief.as_bytes()).split("\n")[-1] == "At five."


@pytest.mark.parametrize(
    "declared",
    [
        "text/plain; name*\r1*=utf-8''b",
        "text/plain; charset*=utf-8''\0x",
        "text/plain; name*0=a; name*",
        "text/plain; filename*=utf\0-8''a",
    ],
)
def test_a_malformed_parameter_left_out_the_mailbox(declared: str) -> None:
    odd = f"From a Mon Jan 1 00:00:00 2024\nSubject: odd\nContent-Type: {declared}\n\nburrow\n\n"
    whole = text_of("a.mbox", f"{odd}From b 2024\nSubject: even\n\nspade\n".encode())
    for words in ("odd", "burrow", "even", "spade"):
        assert words in whole


def test_a_message_of_parts_within_parts_took_longer_than_a_file_may() -> None:
    opened = "".join(
        f"Content-Type: multipart/mixed; boundary={depth}\n\n--{depth}\n" for depth in range(330)
    )
    started = time.process_time()
    whole = text_of("a.eml", f"Subject: Nested\n{opened}{chr(10) * 900_000}The end.".encode())
    assert whole.startswith("Nested")
    assert time.process_time() - started < 10


def test_a_letter_forwarded_as_a_file_again_and_again_is_found() -> None:
    message = a_message()
    for number in range(40):
        outer = EmailMessage()
        outer["Subject"] = f"Forward {number}"
        outer.add_attachment(message)
        message = outer
    whole = text_of("a.eml", message.as_bytes())
    assert all(f"Forward {number}" in whole for number in (39, 38, 37))
