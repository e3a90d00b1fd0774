"""Recognises the natural language of passages of prose.

The model is that of py3langid, loaded when it is first needed. A passage that is too short or too
mixed to tell gets the language of its file. Languages that the model does not know and takes for a
related one are recognised by letters and words that the related one does not have. Nothing here
raises, whatever the text.
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

# The languages of ISO 639-1 that the model knows, and those of `_EVIDENCE`. Aragonese and Walloon
# are left out, since the model confuses them with Spanish and French; so are languages whose code
# has three letters.
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

# Labels of the model that are not given: Nynorsk, which counts as Norwegian, and "no language".
_INTERNAL_CODES = ("nn", "zxx")

# Scripts that the model does not know, or knows of one language only: the language of nearly all
# text in that script. Text in any other script that is not in `_SCRIPTS` has no language.
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
_DZONGKHA = "\u0f68\u0f72\u0f53"  # the word for "is", which Tibetan does not have

# By script, the languages that the model does not know: a code, or None for a language without a
# code of two letters; a pattern of letters, and common words, that the languages which the model
# takes it for do not have. The first language with `_LEAST_EVIDENCE` matches in a passage is taken.
_EVIDENCE: dict[str, tuple[tuple[str | None, str, str], ...]] = {
    "HEBREW": (
        (
            "yi",
            # Pointed alef counts only if no other letter is pointed, as all are in pointed Hebrew.
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
_LEAST_EVIDENCE = 2

# The letters, beyond those of Russian and ASCII, of languages that the model takes others for. A
# text with further letters is in a language that the model does not know.
_RUSSIAN = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")
_FURTHER_LETTERS = (
    "az əçğıöşü,ba ғҙҡңҫөүһә,be іў,bg ѝ,bs čćđšž,eo ĉĝĥĵŝŭ,et äöõüšž,fi äöåšž,ha ɓɗƙƴʼ,hr čćđšž,"
    "ht àèéòô,id éèâ,ig ịọụṅáàéèíìóòúùńǹ,it àèéìíîòóùú,jv éèêåâ,kk әғқңөұүһі,ky ңөү,lg ŋ,"
    "la āēīōūăĕĭŏŭæœ,ln ɛɔáâǎéêěíîǐóôǒúûǔ,mg ôàâéèî,mk ѓѕјљњќџѐѝ,mn өү,ms éèâ,mt ċġħżàèìòù,om é,"
    "pl ąćęłńóśźż,pt áâãàçéêíóôõúü,qu ñáéíóú,ro ăâîșțşţ,ru,rw é,se áčđŋšŧž,sn é,so é,sq çë,"
    "sr ђјљњћџčćđšž,st šôêò,sw é,tg ғӣқӯҳҷ,tk әҗңөүäçňöşüýž,tl ñáéíóúâêîôûàèìòù,tr çğıöşüâîû,"
    "tt әөүҗңһ,uk іїєґ,uz ўқғҳʻʼ,xh é,yo ẹọṣáàéèíìóòúùńǹḿ,zu é"
)
_ALPHABETS = {row[:2]: _RUSSIAN.union(row[3:]) for row in _FURTHER_LETTERS.split(",")}
_MOST_FOREIGN = 0.02  # the largest share of foreign letters in a text in Latin script

_IJEKAVIAN = (
    "cijeli čovjek dijete djeca dio gdje lijepo mjesto ovdje poslije prije primjer riječ riječi"
    " svijet svijeta uvijek vidjeti vrijeme vremena vjerojatno vjerovatno"
)
# Groups of languages that the model can hardly tell apart, with words that only some of the group
# have. If the model is sure of the group as a whole, these words and then its probabilities decide.
_GROUPS = (
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

# The least probability of a language that is given. Of 46,000 passages of documentation in 53
# languages, one in a hundred is then wrong, nearly always Nepali or Marathi, taken for Hindi.
_LEAST_PROBABILITY = 0.75

# Bytes of words: a passage with fewer has no language; so many are read first, and so many if these
# leave it open.
_FEWEST_BYTES, _FIRST_BYTES, _MOST_BYTES = 12, 150, 600
_MOST_CHARACTERS = 4_000  # of a passage, with its code

_FENCED = re.compile(r"^ *(```|~~~).*?(?:^ *\1|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LETTERS = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTERS}+(?:['’-]{_LETTERS}+)*")
_EDGE = "*_~.,;:!?()[]{}<>\"'|#-"
_SENTENCE_EDGE = "*_.,:!?()\"'"  # punctuation of sentences, which is rare in code


def named(text: str) -> str | None:
    """Return the code of a language by its code or English name; None if it is unknown."""
    name = text.strip().lower()
    return name if name in NAMES else _CODES.get(name)


# The least share of words in prose (documentation has 0.7 and more, data seldom 0.5), and the
# characters that are examined.
_LEAST_WORDS, _MOST_EXAMINED = 0.6, 20_000


def is_prose(text: str) -> bool:
    """Tell whether a plain text is prose rather than code or data.

    Args:
        text: Any text; numbers, punctuation and quoted code do not count.

    Returns:
        Whether most of it is words; true if nothing counts.
    """
    counted = words = 0
    for token in _CODE.sub(" ", _FENCED.sub(" ", text[:_MOST_EXAMINED])).split():
        if not any(map(str.isalpha, token)):
            continue
        counted += len(token)
        # In scripts without spaces a token may contain punctuation.
        words += len(token) * (
            not token.isascii() or bool(_WORD.fullmatch(token.strip(_SENTENCE_EDGE)))
        )
    return words >= _LEAST_WORDS * counted


def languages(passages: Sequence[str]) -> list[str | None]:
    """Recognise the languages of the passages of one file.

    Args:
        passages: Texts with their markup; blocks of code in them are ignored.

    Returns:
        The code of ISO 639-1 for each passage; None if it is not sure.
    """
    found = list(map(_recognise, passages))
    lengths: defaultdict[str, float] = defaultdict(float)
    for likely, passage in zip(found, passages, strict=True):
        for language, probability in likely.items():
            lengths[language] += probability * len(passage)
    most = max(lengths, key=lengths.__getitem__, default=None)
    return [max(likely, key=lengths.__getitem__, default=most) for likely in found]


def release() -> None:
    """Free the model, which takes 100 MB; it is loaded again when it is needed."""
    _identifier.cache_clear()


def _recognise(passage: str) -> dict[str, float]:
    """Recognise the language of a passage, by more of it if its beginning leaves it open.

    Args:
        passage: The text with its markup.

    Returns:
        The probabilities of languages: one language, all that are equally likely in its group, or
        none if it is not sure.
    """
    words = _words(passage, _FIRST_BYTES)
    found = _detect(words)
    is_short = len(words.encode(errors="replace")) < _FIRST_BYTES // 2
    if found or is_short or (more := _words(passage, _MOST_BYTES)) == words:
        return found
    return _detect(more)


def _words(passage: str, most: int) -> str:
    """Return the first words of a passage, up to `most` characters, without code and markup."""
    text = _CODE.sub(" ", _FENCED.sub(" ", passage[:_MOST_CHARACTERS]))
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
    return " ".join(kept)[:most] if length >= _FEWEST_BYTES else ""


@cache
def _marked_word() -> re.Pattern[str]:
    r"""Match a word of any script; vowel signs and joiners are no letters to `\w`."""
    letters = rf"(?:{_LETTERS}|[{marks()}\u200c\u200d])"
    return re.compile(rf"{_LETTERS}{letters}*(?:['’-]{_LETTERS}{letters}*)*")


def _detect(words: str) -> dict[str, float]:
    script = _script(words)
    if script not in _SCRIPTS:
        return _certain("dz" if _DZONGKHA in words else _BY_SCRIPT.get(script))
    for language, evidence in _evidence().get(script, ()):
        if len(evidence.findall(words)) >= _LEAST_EVIDENCE:
            return _certain(language)
    identifier = _identifier() if words else None
    found = _likely(identifier.rank(words), words) if identifier else {}
    return found if all(_has_letters(language, words) for language in found) else {}


def _certain(language: str | None) -> dict[str, float]:
    return {language: 1.0} if language else {}


def _likely(ranked: Sequence[tuple[str, float]], words: str) -> dict[str, float]:
    """Choose the likeliest languages, which are of one group.

    Args:
        ranked: All languages with their probabilities, the likeliest first.
        words: The words that they were ranked for.

    Returns:
        The languages with their probabilities; none if their sum is too small.
    """
    language, probability = ranked[0]
    group = next((group for group in _GROUPS if language in group), {language: ""})
    likely = {name: each for name, each in ranked if name in group}
    if sum(likely.values()) < _LEAST_PROBABILITY or language == "zxx":
        return {}
    if "no" in group or len(group) == 1:
        return {"no" if language == "nn" else language: 1.0}
    present = words.lower().split()
    counts = {name: sum(map(present.count, group[name].split())) for name in likely}
    most = max(counts.values())
    if not most and probability >= _LEAST_PROBABILITY:
        return {language: 1.0}
    return {name: likely[name] for name in likely if counts[name] == most}


def _has_letters(language: str, words: str) -> bool:
    """Tell whether a language has nearly all letters of some words."""
    alphabet = _ALPHABETS.get(language)
    if alphabet is None or words.isascii():
        return True
    no_names = (word for word in words.split() if not word[0].isupper())
    letters = [letter for word in no_names for letter in word.lower() if letter.isalpha()]
    foreign = [each for each in letters if not each.isascii() and each not in alphabet]
    are_latin = all(each < "\u0370" for each in foreign)
    return len(foreign) < _LEAST_EVIDENCE or (
        are_latin and len(foreign) <= _MOST_FOREIGN * len(letters)
    )


@cache
def _evidence() -> dict[str, list[tuple[str | None, re.Pattern[str]]]]:
    """Compile `_EVIDENCE`: for each script, its languages with a pattern for each."""
    return {
        script: [(language, _any_of(letters, words.split())) for language, letters, words in rows]
        for script, rows in _EVIDENCE.items()
    }


def _any_of(letters: str, words: Sequence[str]) -> re.Pattern[str]:
    """Match one of some letters, or one of some words with any combining marks."""
    marked = "|".join(rf"[{marks()}]*".join((*word, "")) for word in words)
    pattern = rf"|(?<![\w{marks()}])(?:{marked})(?!\w)" if words else ""
    return re.compile(letters + pattern, re.IGNORECASE | re.DOTALL)


def _script(words: str) -> str:
    """Return Unicode's name of the script of most letters; "LATIN" if there are none."""
    if words.isascii():
        return "LATIN"
    letters = filter(str.isalpha, words)
    names = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
    return max(names, key=names.__getitem__, default="LATIN")


@cache
def _identifier() -> "LanguageIdentifier | None":
    """Load the model; return None if it cannot be loaded, as for lack of memory."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except (OSError, MemoryError):
        return None
    identifier.set_languages(sorted({*NAMES, *_INTERNAL_CODES}.intersection(identifier.labels)))
    return identifier
