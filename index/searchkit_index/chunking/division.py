"""Recognises rows of plain text that name a division of it: a day, a part, a chapter, a section."""

import re

# A day in numbers or with the name of its month; a weekday before it, or that and an hour behind.
_WORD = r"[^\d\s,]{1,20}"
_DAY = (
    rf"(?:{_WORD},? )?"
    rf"(?:\d{{4}}(?:[-/]|\. ?|年|년 ?)\d{{1,2}}(?:[-/]|\. ?|月|월 ?)\d{{1,2}}(?:\.|日|일)?"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}"
    rf"|\d{{1,2}}\.? (?:de |of )?{_WORD} (?:de )?\d{{4}}|{_WORD} \d{{1,2}},? \d{{4}})"
    rf"(?:,? ?{_WORD})?(?: \d{{1,2}}:\d\d)?:?"
)
# A number, in figures, of Rome, of China or as a word in capitals; a title may follow.
_NUMBER = r"(?:\d{1,4}[a-z]?|[IVXLCDM]{1,8}|[一二三四五六七八九十百千零〇]{1,6}|[A-Z]{3,12})"
_REST = r"(?:[.:)—–-]{0,2}|[.:)—–-]{0,2} [^\s].*)"
_PART_WORDS = (
    "part|book|volume|act|teil|buch|band|akt|partie|livre|tome|acte|parte|libro|tomo|acto|livro"
    "|parte|atto|часть|книга|том|действие|część|księga|tom|deel|boek|del|bok|μέρος|kısım|bölüm"
)
_CHAPTER_WORDS = (
    "appendix|annex|anhang|annexe|anexo|chapter|scene|letter|canto|kapitel|szene|brief|chapitre|scène|lettre|chant|capítulo|escena|carta"
    "|capitolo|scena|lettera|capitolul|глава|сцена|письмо|rozdział|kapitola|hoofdstuk|luku|fejezet"
    "|κεφάλαιο|bölüm|chương|bab"
)
_SECTION_WORDS = (
    "article|section|clause|art[.]?|artikel|abschnitt|paragraph|artículo|artigo|articolo|articolul"
    "|статья|раздел|пункт|artykuł|článek|čl[.]?|cikk|άρθρο|madde|điều|pasal"
)
_COUNTED = r"第\s?[\d一二三四五六七八九十百千零〇]{1,6}\s?"
# Patterns of a whole row, by depth.
_DIVISIONS = (
    (3, re.compile(rf"\s*{_DAY}\s*")),
    (
        3,
        re.compile(
            rf"\s*(?:(?i:{_PART_WORDS}) {_NUMBER}{_REST}|{_COUNTED}[部編编卷幕](?:\s.*)?)\s*"
        ),
    ),
    (
        4,
        re.compile(
            rf"\s*(?:(?i:{_CHAPTER_WORDS}) {_NUMBER}{_REST}|{_COUNTED}[章回話话場场](?:\s.*)?"
            rf"|제\s?\d{{1,4}}\s?[장편](?:\s.*)?|\d{{1,3}}\. ?(?i:{_CHAPTER_WORDS})(?:\s.*)?)\s*"
        ),
    ),
    (
        5,
        re.compile(
            rf"\s*(?:(?i:{_SECTION_WORDS}) {_NUMBER}{_REST}|§{{1,2}} ?{_NUMBER}{_REST}"
            rf"|{_COUNTED}[条條節节款](?:\s.*)?|제\s?\d{{1,4}}\s?[조절](?:\s?\(.*\)|\s.*)?)\s*"
        ),
    ),
)
_LONGEST = 80  # characters
_SENTENCE_END = re.compile(r"[.!?…।؟。！？;,:][\"')»”」]*\s*\Z")
_SHORT = 30  # characters of a name that may end as a sentence does: `CHAPTER IV.`
_PARTED = re.compile(r"[\dIVXLCDM]\s?(?:--|[.:)—–-])\s")  # as in `Section 3 -- Conditions.`


def division(rows: list[str], row: int) -> int:
    """Return the depth of the division that a row names, below a blank one; 0 if it names none."""
    line = rows[row]
    if not line.strip() or len(line) > _LONGEST or (row and rows[row - 1].strip()):
        return 0
    if len(line) > _SHORT and _SENTENCE_END.search(line) and not _PARTED.search(line):
        return 0
    return next((depth for depth, pattern in _DIVISIONS if pattern.fullmatch(line)), 0)
