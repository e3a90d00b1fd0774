"""Recognises which natural language a passage of prose is written in.

By py3langid's model, which is part of that package and is read when the first prose comes. A
passage that is too short or too mixed to tell gets the language of its file. What the model does
not know, and calls by the name of a neighbour, is told by letters and words that the neighbour does
not have. Raises nothing, whatever the text.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from searchkit_index.marks import marks

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# The languages of ISO 639-1 that the model knows, and those of `_SIGNS`. Without Aragonese and
# Walloon, which it confuses with Spanish and French, and codes of three letters, likewise.
_NAMES = (
    "ab abkhaz,af afrikaans,am amharic,ar arabic,as assamese,az azerbaijani,ba bashkir,"
    "be belarusian,bg bulgarian,bn bengali,bo tibetan,br breton,bs bosnian,ca catalan,cs czech,"
    "cv chuvash,cy welsh,"
    "da danish,de german,dv divehi,dz dzongkha,el greek,en english,eo esperanto,es spanish,"
    "et estonian,eu basque,fa persian,fi finnish,fo faroese,fr french,fy frisian,ga irish,"
    "gd gaelic,gl galician,gu gujarati,ha hausa,he hebrew,hi hindi,hr croatian,ht haitian,"
    "hu hungarian,hy armenian,id indonesian,ig igbo,is icelandic,it italian,ja japanese,"
    "jv javanese,ka georgian,kk kazakh,km khmer,kn kannada,ko korean,ku kurdish,ky kyrgyz,"
    "la latin,lb luxembourgish,lg ganda,ln lingala,lo lao,lt lithuanian,lv latvian,mg malagasy,"
    "mk macedonian,ml malayalam,mn mongolian,mr marathi,ms malay,mt maltese,my burmese,"
    "ne nepali,nl dutch,no norwegian,oc occitan,om oromo,or odia,os ossetic,pa punjabi,pl polish,"
    "ps pashto,pt portuguese,qu quechua,ro romanian,ru russian,rw kinyarwanda,sa sanskrit,"
    "sd sindhi,"
    "se sami,si sinhala,sk slovak,sl slovene,sn shona,so somali,sq albanian,sr serbian,"
    "st sotho,sv swedish,sw swahili,ta tamil,te telugu,tg tajik,th thai,ti tigrinya,tk turkmen,"
    "tl tagalog,"
    "tr turkish,tt tatar,ug uyghur,uk ukrainian,ur urdu,uz uzbek,vi vietnamese,vo volapük,"
    "xh xhosa,yi yiddish,yo yoruba,zh chinese,zu zulu"
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
_DZONGKHA = "\u0f68\u0f72\u0f53"  # its "is"; Tibetan has another

# By script: letters of languages that the model does not know, and that those which it would call
# them by do not have, then small words. The first row counts of which two are met. None is for
# languages without a code of two letters.
_SIGNS: dict[str, tuple[tuple[str | None, str, str], ...]] = {
    "HEBREW": (
        (
            "yi",
            # An alef with a point where no other letter has one: Hebrew with points has all.
            "[\u05f0-\u05f2\ufb1f\ufb4e]|\u05bf|\u05d0[\u05b7\u05b8](?!.*[\u05b0\u05b5\u05b6])",
            "אדער אויב אויף און איז איר אלע דאס דער דעם דורך האבן האט ווי וואס וועט ווען זאל זיך"
            " זענען מען מיט נישט ניט פון קיין ווערט",
        ),
    ),
    "ETHIOPIC": (
        (
            "ti",
            "[\u1250-\u125d]|(?<!\\w)\u12a3",
            "ሓደ ምስ ነቲ ነዚ ናብ ናይ ንሱ ንሕና እቲ እታ እቶም እተን እንተወሓደ እዋን እዚ እዩ እያ እዮም ካብ ከምኡ ኩሉ"
            " ወይ ዝኾነ ይኹን ድማ የብለይን የብሉን",
        ),
    ),
    "ARABIC": (
        (None, "[\u0759\u0768]", ""),  # Saraiki, which has letters of Sindhi beside these
        (
            "sd",
            "[\u067a\u067b\u067d\u067f\u0680\u0683\u0684\u068a\u068c\u068d\u068f\u06a6\u06b1\u06b3\u06bb"
            "\u06fd\u06fe]",
            "",
        ),
        ("ku", "[\u0695\u06b5\u06ce]", ""),
        ("ms", "[\u06a0\u06bd\u0762]", ""),
    ),
    "CYRILLIC": (
        ("ab", "[\u04a9\u04ad\u0525]", ""),
        ("cv", "[\u04d1\u04d7\u04f3]", ""),
        ("os", "[\u04d5\u00e6]", ""),
    ),
    "MYANMAR": ((None, "[\u105a-\u1070\u1075-\u108f]", ""),),  # Mon, Karen, Shan
}
_MET = 2

# The letters of languages that others are taken for, beyond those of Russian and of ASCII: with
# others a text is in a language that the model does not know.
_RUSSIAN = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")
_BEYOND = (
    "az əçğıöşü,ba ғҙҡңҫөүһә,be іў,bg ѝ,bs čćđšž,eo ĉĝĥĵŝŭ,et äöõüšž,fi äöåšž,ha ɓɗƙƴʼ,hr čćđšž,"
    "ht àèéòô,id éèâ,ig ịọụṅáàéèíìóòúùńǹ,it àèéìíîòóùú,jv éèêåâ,kk әғқңөұүһі,ky ңөү,lg ŋ,"
    "la āēīōūăĕĭŏŭæœ,ln ɛɔáâǎéêěíîǐóôǒúûǔ,mg ôàâéèî,mk ѓѕјљњќџѐѝ,mn өү,ms éèâ,mt ċġħżàèìòù,om é,"
    "pl ąćęłńóśźż,pt áâãàçéêíóôõúü,qu ñáéíóú,ro ăâîșțşţ,ru,rw é,se áčđŋšŧž,sn é,so é,sq çë,"
    "sr ђјљњћџčćđšž,st šôêò,sw é,tg ғӣқӯҳҷ,tk әҗңөүäçňöşüýž,tl ñáéíóúâêîôûàèìòù,tr çğıöşüâîû,"
    "tt әөүҗңһ,uk іїєґ,uz ўқғҳʻʼ,xh é,yo ẹọṣáàéèíìóòúùńǹḿ,zu é"
)
_ALPHABETS = {row[:2]: _RUSSIAN.union(row[3:]) for row in _BEYOND.split(",")}
_BORROWED = 0.02  # of the letters in Latin script, at most

_IJEKAVIAN = (
    "cijeli čovjek dijete djeca dio gdje lijepo mjesto ovdje poslije prije primjer riječ riječi"
    " svijet svijeta uvijek vidjeti vrijeme vremena vjerojatno vjerovatno"
)
# Written forms of one language, by ISO 639-3, that the model can hardly tell apart, and words that
# one of them alone has. The likeliest is named where it is sure of them together.
_TWINS = (
    {
        "bs": f"hiljada historija hljeb lahko opći sedmica sedmice šta takođe {_IJEKAVIAN}",
        "hr": "kruh netko opći povijest sukladno sustav također tijekom tisuća tjedan tjedna tko"
        f" uvjet vlak {_IJEKAVIAN}",
        "sr": "bezbednost bezbednosti celo ceo cela čovek deca deo dete gde hleb lepo mesto mesta"
        " ovde posle pre primer promene reč reči svet sveta šta takođe uvek verovatno videti vreme"
        " vremena",
    },
    {
        "id": "bahwa beda bisa karena maupun mobil uang",
        "ms": "adakah bahawa boleh daripada hendaklah ialah kerana mahu sahaja wang",
    },
    {"nn": "", "no": ""},
)

# A less likely language is left out. Of 46,000 passages of documentation in 53 languages one in a
# hundred was then wrong, nearly all of them Nepali or Marathi, as Hindi.
_SURE = 0.75

# Bytes of letters below which no language is given, and beyond which no more are read: at first,
# and where these leave it open.
_LEAST, _MOST, _MORE = 12, 150, 600
_LOOKED_AT = 4_000  # characters of a passage, code and all

_FENCED = re.compile(r"^ *(```|~~~).*?(?:^ *\1|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LETTERS = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTERS}+(?:['’-]{_LETTERS}+)*")
_EDGE = "*_~.,;:!?()[]{}<>\"'|#-"
_AROUND = "*_.,:!?()\"'"  # the marks of sentences, and hardly of code


def named(text: str) -> str | None:
    """Find the code of the language that a person means: by its code, or its English name."""
    name = text.strip().lower()
    return name if name in NAMES else _CODES.get(name)


# The part of a plain text that has to be words for it to be prose (documentation has 0.7 and more,
# data seldom 0.5), and the characters that are looked at.
_WORDED, _JUDGED = 0.6, 20_000


def is_prose(text: str) -> bool:
    """Tell whether a plain text reads as words of people rather than as code or data.

    Args:
        text: Any text; numbers, punctuation and quoted code do not count.

    Returns:
        Whether most of it is words; true if nothing counts.
    """
    written = plain = 0
    for token in _CODE.sub(" ", _FENCED.sub(" ", text[:_JUDGED])).split():
        if not any(map(str.isalpha, token)):
            continue
        written += len(token)
        # In scripts without blanks a token may have punctuation inside.
        plain += len(token) * (not token.isascii() or bool(_WORD.fullmatch(token.strip(_AROUND))))
    return plain >= _WORDED * written


def languages(passages: Sequence[str]) -> list[str | None]:
    """Recognise the languages of the passages of one file.

    Args:
        passages: Texts with their markup; blocks of code in them are not looked at.

    Returns:
        For each its code of ISO 639-1; None where that is not sure.
    """
    found = list(map(_recognise, passages))
    amounts: defaultdict[str, float] = defaultdict(float)
    for likely, passage in zip(found, passages, strict=True):
        for language, probability in likely.items():
            amounts[language] += probability * len(passage)
    leading = max(amounts, key=amounts.__getitem__, default=None)
    return [max(likely, key=amounts.__getitem__, default=leading) for likely in found]


def release() -> None:
    """Free the model, 100 MB; it is read again when prose comes."""
    _identifier.cache_clear()


def _recognise(passage: str) -> dict[str, float]:
    """Recognise a passage, by more of it where its beginning leaves it open.

    The written forms of one language that can hardly be told apart are all given, with how likely
    each is; nothing where no language is sure.
    """
    words = _prose(passage, _MOST)
    found = _detected(words)
    if found or len(words) < _MOST // 2 or (more := _prose(passage, _MORE)) == words:
        return found
    return _detected(more)


def _prose(passage: str, most: int) -> str:
    """Return the words of a passage: no code, no address, no markup, no more than are needed."""
    text = _CODE.sub(" ", _FENCED.sub(" ", passage[:_LOOKED_AT]))
    kept: list[str] = []
    length = 0
    for token in unicodedata.normalize("NFC", text).split():
        word = token.strip(_EDGE)
        if not word.isascii():
            word = " ".join(_marked_word().findall(word))
        elif not _WORD.fullmatch(word):
            continue
        kept.append(word)
        length += len(word.encode(errors="replace"))
        if length > most:
            break
    return " ".join(kept)[:most] if length >= _LEAST else ""


@cache
def _marked_word() -> re.Pattern[str]:
    """Match a word of any script, with vowel signs and joiners, to Python no letters."""
    letters = rf"(?:{_LETTERS}|[{marks()}\u200c\u200d])"
    return re.compile(rf"{_LETTERS}{letters}*(?:['’-]{_LETTERS}{letters}*)*")


def _detected(words: str) -> dict[str, float]:
    script = _script(words)
    if script not in _SCRIPTS:
        return _certain("dz" if _DZONGKHA in words else _BY_SCRIPT.get(script))
    for language, signs in _signs().get(script, ()):
        if len(signs.findall(words)) >= _MET:
            return _certain(language)
    identifier = _identifier() if words else None
    found = _if_sure(identifier.rank(words), words) if identifier else {}
    return found if all(_has_letters(each, words) for each in found) else {}


def _certain(language: str | None) -> dict[str, float]:
    return {language: 1.0} if language else {}


def _if_sure(ranked: Sequence[tuple[str, float]], words: str) -> dict[str, float]:
    language, probability = ranked[0]
    twins = next((twins for twins in _TWINS if language in twins), {language: ""})
    likely = {name: each for name, each in ranked if name in twins}
    if sum(likely.values()) < _SURE or language == "zxx":
        return {}
    if "no" in twins or len(twins) == 1:
        return {"no" if language == "nn" else language: 1.0}
    held = words.lower().split()
    said = {name: sum(map(held.count, twins[name].split())) for name in likely}
    most = max(said.values())
    if not most and probability >= _SURE:
        return {language: 1.0}
    return {name: likely[name] for name in likely if said[name] == most}


def _has_letters(language: str, words: str) -> bool:
    """Tell whether a language has nearly all the letters of words."""
    alphabet = _ALPHABETS.get(language)
    if alphabet is None or words.isascii():
        return True
    plain = (word for word in words.split() if not word[0].isupper())  # no names
    letters = [letter for word in plain for letter in word.lower() if letter.isalpha()]
    strange = [each for each in letters if not each.isascii() and each not in alphabet]
    are_latin = all(each < "\u0370" for each in strange)
    return len(strange) < _MET or (are_latin and len(strange) <= _BORROWED * len(letters))


@cache
def _signs() -> dict[str, list[tuple[str | None, re.Pattern[str]]]]:
    return {
        script: [(language, _sign(letters, small.split())) for language, letters, small in rows]
        for script, rows in _SIGNS.items()
    }


def _sign(letters: str, small: Sequence[str]) -> re.Pattern[str]:
    """Match one of some letters, or a word, with whatever marks it is written."""
    marked = "|".join(rf"[{marks()}]*".join((*word, "")) for word in small)
    words = rf"|(?<![\w{marks()}])(?:{marked})(?!\w)" if small else ""
    return re.compile(letters + words, re.IGNORECASE | re.DOTALL)


def _script(words: str) -> str:
    """Name the script that most letters are of, as Unicode does; "LATIN" for none."""
    if words.isascii():
        return "LATIN"
    letters = filter(str.isalpha, words)
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
