"""Makes titles of headings, as a person reads them."""

import re

_LONGEST = 80  # characters of a title
_READ = 1000  # characters of a heading that are looked at

# A mark of a heading that is a part of its title, as in `C#`.
_SHARP = re.compile(r"(?<=[^\W_])#$")
# What a heading shows besides its text: pictures, and anchors of HTML.
_PICTURE = re.compile(
    r"(?<!`)(?:!\[([^\[\]]*)\]\([^()]*\)|!\[\[[^\[\]]*\]\]|<(?:img|a)\s[^<>]*>|</a>)"
)
# A link of Markdown, Org or a wiki, with its text. What follows a name is an index: `x[[1]]`.
_LINK = re.compile(
    r"(?<![\w`\])])(?:\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)"
    r"|\[\[[^\[\]]*\]\[([^\[\]]*)\]\]|\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\])"
)
# Words between equal marks, which hold neither that mark nor code.
_EMPHASIS = re.compile(
    "|".join(
        rf"(?<![\w{mark}`]){mark}{{1,3}}(?=[^\s{mark}`])([^{mark}`]*)(?<=\S){mark}{{1,3}}(?![\w{mark}`])"
        for mark in (r"\*", "=", "~", "_")
    )
)
# A role of reStructuredText or MyST, with its text, or with a name whose end it shows.
_ROLE = re.compile(
    r"(?:(?<!\w)(?::[\w.+-]{1,40}){1,3}:|\{[\w:.+-]{1,40}\})"
    r"`(?:~[^`]*\.)?([^`<]*[^`<\s])(?:\s*<[^`<>]*>)?`"
)
_CODE = re.compile(r"(`{1,2})([^`]+)\1")


def clean_title(heading: str) -> str:
    """Make a title of a heading.

    Args:
        heading: One line. Of links, code and emphasised words their text is taken, of pictures
            their description, where there is nothing else.

    Returns:
        At most 80 characters without markup; "" if it has no text.
    """
    read = _ROLE.sub(r"`\1`", " ".join(heading[:_READ].split()))
    text = _plain(_LINK.sub(_inner, _PICTURE.sub("", read)))
    return text or _plain(_LINK.sub(_inner, _PICTURE.sub(_inner, read)))


def _plain(text: str) -> str:
    """Strip marks around a text and around words in it; what is code keeps its own."""
    text = _EMPHASIS.sub(_inner, text).strip("*=_ ")
    text = text.lstrip("#*=_ ") if _SHARP.search(text) else text.strip("#*=_ ")
    return _CODE.sub(r"\2", text).strip("` ")[:_LONGEST].rstrip()


def _inner(found: re.Match[str]) -> str:
    """Return the group that took part in a match; "" if none did."""
    return found[found.lastindex] if found.lastindex else ""
