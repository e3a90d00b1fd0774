"""Recognises which natural language a passage of prose is written in.

By py3langid's model, which is part of that package and is read when the first prose comes. A
passage that is too short or too mixed to tell gets the language of its file. Raises nothing,
whatever the text.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Those of ISO 639-1 that the model knows, but for Aragonese and Walloon: it is as likely to call
# Spanish and French so, as it is with those that have three letters.
_NAMES = (
    "af afrikaans,am amharic,ar arabic,as assamese,az azerbaijani,ba bashkir,be belarusian,"
    "bg bulgarian,bn bengali,bo tibetan,br breton,bs bosnian,ca catalan,cs czech,cy welsh,"
    "da danish,de german,dv divehi,dz dzongkha,el greek,en english,eo esperanto,es spanish,"
    "et estonian,eu basque,fa persian,fi finnish,fo faroese,fr french,fy frisian,ga irish,"
    "gd gaelic,gl galician,gu gujarati,ha hausa,he hebrew,hi hindi,hr croatian,ht haitian,"
    "hu hungarian,hy armenian,id indonesian,ig igbo,is icelandic,it italian,ja japanese,"
    "jv javanese,ka georgian,kk kazakh,km khmer,kn kannada,ko korean,ku kurdish,ky kyrgyz,"
    "la latin,lb luxembourgish,lg ganda,ln lingala,lo lao,lt lithuanian,lv latvian,mg malagasy,"
    "mk macedonian,ml malayalam,mn mongolian,mr marathi,ms malay,mt maltese,my burmese,"
    "ne nepali,nl dutch,no norwegian,oc occitan,om oromo,or odia,pa punjabi,pl polish,"
    "ps pashto,pt portuguese,qu quechua,ro romanian,ru russian,rw kinyarwanda,sa sanskrit,"
    "se sami,si sinhala,sk slovak,sl slovene,sn shona,so somali,sq albanian,sr serbian,"
    "st sotho,sv swedish,sw swahili,ta tamil,te telugu,tg tajik,th thai,tk turkmen,tl tagalog,"
    "tr turkish,tt tatar,ug uyghur,uk ukrainian,ur urdu,uz uzbek,vi vietnamese,vo volapük,"
    "xh xhosa,yo yoruba,zh chinese,zu zulu"
)
NAMES: dict[str, str] = dict(row.split() for row in _NAMES.split(","))
_CODES = {name: code for code, name in NAMES.items()}

# Codes that the model has beside them: a written form of Norwegian, and no language.
_SET_ASIDE = ("nn", "zxx")

# Scripts that the model has never seen, or has of one language alone, and calls anything: what
# nearly all text in such a script is in, where that can be said.
_BY_SCRIPT = {"TIBETAN": "bo", "THAANA": "dv", "MONGOLIAN": "mn"}
_SCRIPTS = frozenset(
    [
        *("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "GUJARATI"),
        *("GURMUKHI", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "ORIYA", "SINHALA", "THAI", "LAO"),
        *("MYANMAR", "GEORGIAN", "ARMENIAN", "ETHIOPIC", "KHMER", "HANGUL", "CJK", "HIRAGANA"),
        *("KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "FULLWIDTH", "HALFWIDTH", "IDEOGRAPHIC"),
        "MODIFIER",
    ]
)
_DZONGKHA = "\u0f68 \u0f53"  # its "is" with the vowel mark taken out; Tibetan has another

# A less likely language is left out. Of 46,000 passages of documentation in 53 languages one in a
# hundred was then wrong, nearly all of them Nepali or Marathi, as Hindi.
_SURE = 0.75

# Bytes of letters below which no language is given, and beyond which no more are read.
_LEAST, _MOST = 12, 150
_LOOKED_AT = 4_000  # characters of a passage, code and all

_FENCED = re.compile(r"^ *(```|~~~).*?(?:^ *\1|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EDGE = "*_~.,;:!?()[]{}<>\"'|#-"
_AROUND = "*_.,:!?()\"'"  # the marks of sentences, and hardly of code


def named(text: str) -> str | None:
    """Find the code of the language that a person means: by its code, or its English name."""
    name = text.strip().lower()
    return name if name in NAMES else _CODES.get(name)


# Of what is written in a text of no known format, the part that has to be words for it to be prose
# (documentation has 0.7 and more, what programs read seldom 0.5), and characters that are read.
_WORDED, _JUDGED = 0.6, 20_000


def is_prose(text: str) -> bool:
    """Tell whether a plain text reads as words of people rather than as code or data.

    Args:
        text: Any; numbers, marks and quoted code tell nothing.

    Returns:
        Whether most of it is words; true where nothing tells.
    """
    written = plain = 0
    for token in _CODE.sub(" ", _FENCED.sub(" ", text[:_JUDGED])).split():
        if not any(map(str.isalpha, token)):
            continue
        written += len(token)
        # Scripts without blanks have marks inside of what stands between two of them.
        plain += len(token) * (not token.isascii() or bool(_WORD.fullmatch(token.strip(_AROUND))))
    return plain >= _WORDED * written


def languages(passages: Sequence[str]) -> list[str | None]:
    """Recognise the languages of the passages of one file.

    Args:
        passages: Texts with their markup; blocks of code in them are not looked at.

    Returns:
        For each its code of ISO 639-1; None where that is not sure.
    """
    found = [_detected(_prose(passage)) for passage in passages]
    amounts: Counter[str] = Counter()
    for language, passage in zip(found, passages, strict=True):
        if language:
            amounts[language] += len(passage)
    leading = max(amounts, key=amounts.__getitem__, default=None)
    return [language or leading for language in found]


def release() -> None:
    """Free the model, 100 MB; it is read again when prose comes."""
    _identifier.cache_clear()


def _prose(passage: str) -> str:
    """Return the words of a passage: no code, no address, no markup, no more than are needed."""
    text = _CODE.sub(" ", _FENCED.sub(" ", passage[:_LOOKED_AT]))
    kept: list[str] = []
    length = 0
    for token in text.split():
        word = token.strip(_EDGE)
        if not word.isascii():
            word = " ".join(_WORD.findall(word))
        elif not _WORD.fullmatch(word):
            continue
        kept.append(word)
        length += len(word.encode(errors="replace"))
        if length > _MOST:
            break
    return " ".join(kept) if length >= _LEAST else ""


def _detected(words: str) -> str | None:
    script = _script(words)
    if script not in _SCRIPTS:
        return "dz" if _DZONGKHA in words else _BY_SCRIPT.get(script)
    identifier = _identifier() if words else None
    if identifier is None:
        return None
    language, probability = identifier.classify(words[:_MOST])
    if probability < _SURE or language == "zxx":
        return None
    return "no" if language == "nn" else language


def _script(words: str) -> str:
    """Name the script that most letters are of, as Unicode does; "LATIN" for none."""
    if words.isascii():
        return "LATIN"
    letters = filter(str.isalpha, words[:_MOST])
    names = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
    return max(names, key=names.__getitem__, default="LATIN")


@cache
def _identifier() -> "LanguageIdentifier | None":
    """Load the model; None where there is no room for it: a search needs the text more."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except (OSError, MemoryError):
        return None
    identifier.set_languages(sorted({*NAMES, *_SET_ASIDE}.intersection(identifier.labels)))
    return identifier
