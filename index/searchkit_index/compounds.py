"""Finds Chinese, Japanese and Korean words that end where their script does.

Apart from `words`, whose code all terms depend on: an edit here renews none.
"""

import re
import unicodedata

# Chinese characters: no radicals, which are signs.
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A word that ends where the script does, of several bigrams: of katakana, of Hangul, or of Chinese
# characters, more than four of which are several words.
_COMPOUND = re.compile(
    "[\u30a1-\u30fa\u30fc-\u30fe]{3,}|[\uac00-\ud7a3]{3,}"
    f"|(?<![{_HAN}])[{_HAN}]{{3,4}}(?![{_HAN}])"
)


def compounds(text: str) -> list[str]:
    """List words that have several terms, which are bigrams.

    Args:
        text: Any text.

    Returns:
        Words of three characters and more, in order, in compatible forms (NFKC).
    """
    found = _COMPOUND.findall(unicodedata.normalize("NFKC", text))
    return [word for word in found if word.isalnum()]  # code points may be of no character yet
