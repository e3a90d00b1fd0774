"""Measures how many texts in older encodings are decoded as they were written.

    python tests/bench/old_encodings.py FOLDER [--texts 40]

FOLDER holds `queries.jsonl.gz` of a task in BEIR's layout whose ids begin with a language as FLORES
names it (`ces_Latn-12`). Each text by itself, and four together, are written in each encoding that
their language was usual in, and read without a word on it. Prints a row for each pair with faults,
and the shares.
"""

import argparse
import gzip
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from searchkit_index.reading.encoding import Unsuitable, decoded

ENCODINGS = {
    "arb": "cp1256 iso8859_6",
    "ces": "cp1250 iso8859_2 cp852",
    "deu": "cp1252 cp850 mac_roman",
    "ell": "cp1253 iso8859_7",
    "fin": "cp1252",
    "fra": "cp1252 cp850 mac_roman",
    "heb": "cp1255",
    "hun": "cp1250 iso8859_2 cp852",
    "ita": "cp1252",
    "jpn": "cp932 euc_jp iso2022_jp",
    "kor": "cp949",
    "pol": "cp1250 iso8859_2 cp852",
    "por": "cp1252",
    "ron": "cp1250 iso8859_2",
    "rus": "cp1251 koi8_r cp866 iso8859_5 mac_cyrillic",
    "spa": "cp1252 cp850",
    "swe": "cp1252",
    "tha": "cp874",
    "tur": "cp1254",
    "ukr": "cp1251 koi8_u",
    "vie": "cp1258",
    "zho": "gb18030 big5",
}
# Romanian was typed with cedillas while its commas had no code.
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")


def written(text: str, encoding: str) -> bytes:
    """Encode a text; what the encoding has no code for is taken apart, or left out."""
    text = text.translate(_CEDILLAS)
    if encoding == "cp1258":
        parts = (each if each.encode(encoding, "ignore") else _apart(each) for each in text)
        text = "".join(parts)
    return text.encode(encoding, "ignore")


def _apart(character: str) -> str:
    return unicodedata.normalize("NFD", character)


def pairs(texts: dict[str, list[str]], together: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield encodings, and texts in them that are not plain ASCII."""
    for language, encodings in ENCODINGS.items():
        for encoding in encodings.split():
            for at in range(0, count * together, together):
                data = written(" ".join(texts[language][at : at + together]) + "\n", encoding)
                if not data.isascii() or b"\x1b" in data:
                    yield f"{language} {encoding}", data


def main() -> None:
    """Print what is read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, default=40)
    arguments = parser.parse_args()
    texts = defaultdict(list)
    with gzip.open(arguments.folder / "queries.jsonl.gz", "rt") as stream:
        for row in map(json.loads, stream):
            texts[row["_id"][:3]].append(row["text"])
    for together in (1, 4):
        right: dict[str, list[bool]] = defaultdict(list)
        for pair, data in pairs(texts, together, arguments.texts // together):
            try:
                found = decoded(data)
            except Unsuitable as unsuitable:
                found = unsuitable.reason
            right[pair].append(found == data.decode(pair.split()[1]))
        for pair, answers in right.items():
            if not all(answers):
                print(f"{together} {pair}: {sum(answers)} of {len(answers)}")
        every = [answer for answers in right.values() for answer in answers]
        print(
            f"{together} together: {sum(every):,} of {len(every):,}, {sum(every) / len(every):.1%}"
        )


if __name__ == "__main__":
    main()
