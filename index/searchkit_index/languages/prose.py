"""Lists markups of prose, and formats of documents."""

import re

from searchkit_index.languages.row import PROLOG, Headings, row

# The title of the explanations at the beginning of a text of Aozora Bunko.
_AOZORA = "【テキスト中に現れる記号について】"

# JSON of nothing but strings, three of which are phrases, unless it describes a program or data.
_LETTER = rb"[A-Za-z\x80-\xff]"
_PHRASE = (
    _LETTER + rb"{2,}[,.!?]? " + _LETTER + rb"{2}"
    rb"|[\xe0-\xf4\x80-\xbf]{6}|(?:\\u[0-9a-fA-F]{4}){2}"
)
_MESSAGES = (
    rb"\A(?:\xef\xbb\xbf)?\s*\{"
    rb'(?!(?s:.)*?"(?:\$(?:schema|ref|id)"|version":\s*"\d|type":\s*"object"))'
    rb'(?=(?:[\s{}:,]++|"(?:[^"\\\n]|\\.)*+(?:"|\\?\Z))*+\Z)'
    rb'(?>(?s:.)*?:\s*+"(?:[^"\\\n]|\\.)*?(?:' + _PHRASE + rb")){3}"
)

PROSE = (
    row(
        "markdown",
        "md markdown mdx mdc mkd mdown qmd rmd jmd livemd cheatmd ronn",
        kind="prose",
        aliases="quarto rmarkdown",
        outline="markdown",
        dumps=True,
        embeds="fences",
    ),
    row(
        "restructuredtext",
        "rst rest",
        kind="prose",
        aliases="rest",
        outline="restructuredtext",
        embeds="directives",
    ),
    row(
        "asciidoc",
        "adoc asciidoc asc",
        kind="prose",
        embeds="attributes",
        outline=Headings(
            r"(?P<mark>={1,6}|#{1,6})\s+(?P<title>\S.*)",
            fence=r"(-{4,}|\.{4,}|={4,}|\+{4,}|`{3,})(?:(?<=`)(?P<language>[\w+#-]+)[^`]*)?\s*$",
        ),
    ),
    row(
        "org",
        "org",
        kind="prose",
        outline=Headings(
            r"(?P<mark>\*{1,6}|#\+(?:title|TITLE|Title):)\s+(?:(?:TODO|DONE|NEXT|WAIT(?:ING)?|HOLD|STARTED|CANCEL+ED)\s+)?"
            r"(?:\[#\w\]\s+)?(?P<title>\S.*?)(?:\s+:[\w@#%:]+:)?\s*$",
            depths=("#+title: #+TITLE: #+Title:",),
            fence=r"\s*#\+((?i:begin|end))_(?:(?i:src)\s+(?P<language>[\w+#-]+))?",
        ),
    ),
    row(
        "mediawiki",
        "mediawiki wiki wikitext creole",
        kind="prose",
        aliases="wikitext",
        outline=Headings(r"(?P<mark>={1,6})\s*(?P<title>[^=\s].*?)\s*=*\s*$"),
        lexer="wikitext",
    ),
    row(
        "textile",
        "textile",
        kind="prose",
        outline=Headings(
            r"h(?P<mark>[1-6])\.\s+(?P<title>\S.*)", depths=("", "1", "2", "3", "4", "5", "6")
        ),
    ),
    row(
        "fountain",
        "fountain",
        kind="prose",
        aliases="screenplay",
        outline=Headings(
            r"(?=(?P<title>\S.*))(?P<mark>#{1,6}(?= )|\.(?=\w)|(?i:INT|EXT|EST|I/E)(?=[./ ]))",
            depths=("", "#", "##", "### . I/E"),
        ),
    ),
    row(
        "story",
        "ink twee tw",
        kind="prose",
        aliases="twine",
        outline=Headings(
            r"(?P<mark>={1,3}|:(?=:)):?\s*(?P<title>[^\W\d][^=\[{]*)", depths=("", "== === :", "=")
        ),
    ),
    row(
        "songs",
        "cho chordpro chopro abc",
        kind="prose",
        aliases="chordpro",
        outline=Headings(
            r"(?P<mark>T|\{t|\{(?=c))(?:itle|c(?:omment)?)?\s*:\s*(?P<title>[^}]+)",
            depths=("", "T {t", "{"),
        ),
    ),
    row(
        "tiddler",
        "tid",
        kind="prose",
        aliases="tiddlywiki",
        outline=Headings(
            r"(?P<mark>title:|!{1,6})\s*(?P<title>\S.*)",
            depths=("title:", *("!" * n for n in range(1, 7))),
        ),
    ),
    row(
        "pgn",
        "pgn",
        kind="prose",
        aliases="chess",
        outline=Headings(r'(?P<mark>\[)Event\s+"(?P<title>[^"\n]+)"'),
    ),
    row("gedcom", "ged gedcom", kind="prose", outline="gedcom"),
    row("latex", "tex ltx rnw snw", kind="prose", aliases="tex", reader="latex", embeds="blocks"),
    row(
        "texinfo",
        "texi texinfo txi",
        kind="prose",
        outline=Headings(
            r"@(?P<mark>settitle|top|chapter|unnumbered|appendix|chapheading|section|unnumberedsec"
            r"|appendixsec|heading|(?:sub){1,2}section|unnumbered(?:sub){1,2}sec"
            r"|appendix(?:sub){1,2}sec|(?:sub){1,2}heading)\s+(?P<title>\S.*)",
            depths=(
                "settitle",
                "top chapter unnumbered appendix chapheading",
                "section unnumberedsec appendixsec heading",
                "subsection unnumberedsubsec appendixsubsec subheading",
                "subsubsection unnumberedsubsubsec appendixsubsubsec subsubheading",
            ),
        ),
    ),
    row(
        "pod",
        "pod",
        kind="prose",
        outline=Headings(
            r"=head(?P<mark>[1-6])\s+(?P<title>\S.*)", depths=("", "1", "2", "3", "4")
        ),
    ),
    row(
        "rd",
        "rd",
        kind="prose",
        outline=Headings(
            r"(?P<mark>\\(?:(?:name|title|section|subsection)\{)?)(?P<title>(?<=\{)[^{}]+"
            r"|(?:usage|arguments|value|description|details|examples|format|source|note)(?=\{))",
            depths=(r"\name{", r"\title{", r"\ \section{", r"\subsection{"),
        ),
    ),
    row(
        "literate-haskell",
        "lhs lagda",
        kind="prose",
        aliases="lhs",
        embeds="literate",
        outline=Headings(
            r"\\(?P<mark>chapter|(?:sub){0,2}section)\*?\{(?P<title>[^}]*)",
            depths=("chapter", "section", "subsection", "subsubsection"),
            fence=r"\\(begin|end)\{(?:code|spec|verbatim)\}",
        ),
        lexer="literate-haskell",
    ),
    row("bibtex", "bib bibtex", kind="prose", reader="bibtex"),
    row("references", "ris enw nbib", kind="prose", aliases="endnote", reader="references"),
    row(
        "citations",
        claims=(
            (
                "json",
                rb'\A(?:\xef\xbb\xbf)?\s*\[\s*\{(?s:.){0,3900}?(?:"type":\s*"(?:article-|paper-conf)'
                rb'|"(?:issued|accessed)":\s*\{\s*"(?:date-parts|raw)")',
            ),
        ),
        kind="prose",
        aliases="csl zotero",
        reader="citations",
        encoded=True,
        lexer="json",
    ),
    row(
        "typst",
        "typ",
        kind="prose",
        outline=Headings(
            r"(?P<mark>={1,6})\s+(?P<title>\S.*)", fence=r"\s*(`{3,})(?P<language>[\w+#-]+)?"
        ),
    ),
    row(
        "text",
        "txt text log me 1st rtx",
        kind="prose",
        outline="plain",
        files="README LICENSE LICENCE COPYING NOTICE AUTHORS CONTRIBUTORS CHANGELOG CHANGES NEWS"
        " TODO INSTALL HISTORY THANKS COPYRIGHT MAINTAINERS",
        aliases="txt plaintext",
    ),
    row(
        "aozora",
        claims=(
            ("txt", re.escape(_AOZORA.encode())),
            ("txt", re.escape(_AOZORA.encode("cp932"))),
        ),
        kind="prose",
        reader="aozora",
    ),
    row(
        "manpage",
        "1 2 3 4 5 6 7 8 9 1m 1x 3p 3pm 3x n man mdoc roff ms tmac",
        kind="prose",
        aliases="troff roff",
        reader="manpage",
        lexer="groff",
    ),
    row(
        "mindmap",
        "opml",
        claims=(("mm", rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*<map\b"),),
        kind="prose",
        aliases="freemind freeplane",
        reader="mindmap",
        encoded=True,
        lexer="xml",
    ),
    row(
        "canvas",
        "canvas excalidraw",
        kind="prose",
        reader="canvas",
        encoded=True,
        lexer="json",
    ),
    row(
        "feed",
        "rss atom",
        claims=(
            ("xml", PROLOG + rb"<(?:rss\b|(?:\w+:)?feed\b[^>]*/[Aa]tom\b)"),
            *((suffix, PROLOG + rb"<rdf:RDF\b[^>]*purl\.org/rss/") for suffix in ("xml", "rdf")),
        ),
        kind="prose",
        reader="entries",
        encoded=True,
        lexer="xml",
    ),
    row(
        "mediawiki-dump",
        claims=(("xml", PROLOG + rb"<mediawiki\b"),),
        kind="prose",
        reader="entries",
        encoded=True,
        lexer="xml",
    ),
    row(
        "edition",
        "tei dbk docbook dita ditamap bookmap nxml alto",
        claims=(
            ("xml", PROLOG + rb"<(?:\w+:)?(?:TEI|TEI\.2|teiCorpus|alto|PcGts)\b"),
            ("xml", PROLOG + rb"<\w+\b[^>]*\sxmlns=[\"']http://docbook\.org/ns/docbook[\"']"),
            ("xml", PROLOG + rb"<article\b[^>]*\s(?:article-type|dtd-version)="),
            (
                "xml",
                rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--(?s:.)*?-->\s*)*"
                rb"<!DOCTYPE\s+\w+\s+PUBLIC\s+\"[^\"]*(?:DTD DITA|DocBook|DTD JATS|Journal [AP])",
            ),
        ),
        kind="prose",
        aliases="tei docbook dita jats",
        reader="editions",
        encoded=True,
        lexer="xml",
    ),
    row("places", "kml gpx tcx", kind="prose", reader="entries", encoded=True, lexer="xml"),
    row(
        "diagram",
        "drawio",
        claims=(("xml", PROLOG + rb"<mx(?:file|GraphModel)\b"),),
        kind="prose",
        reader="entries",
        encoded=True,
        lexer="xml",
    ),
    row("gettext", "po pot", kind="prose", reader="gettext"),
    row(
        "translations",
        "xliff xlf sdlxliff mqxliff mxliff resx resw arb",
        claims=(
            ("ts", rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|!DOCTYPE TS\b|TS\b)"),
            ("tmx", PROLOG + rb"<tmx\b"),
            ("xml", PROLOG + rb"<xliff\b"),
            (
                "xml",  # texts of Android
                PROLOG + rb"<resources\b[^>]*>\s*(?:<!--(?s:.*?)-->\s*)*+"
                rb"<(?:string|plurals|string-array)\b",
            ),
            ("json", _MESSAGES),
        ),
        kind="prose",
        aliases="xliff",
        reader="translations",
        encoded=True,
        lexer="xml",
    ),
    row("calendar", "ics vcs ifb", kind="prose", reader="calendar"),
    row("contacts", "vcf vcard", kind="prose", reader="calendar"),
    row("evernote", "enex", kind="prose", reader="evernote", bulky=True, encoded=True, lexer="xml"),
    row("subtitles", "srt vtt webvtt ass ssa lrc", kind="prose", reader="subtitles"),
    row(
        "notebook",
        "ipynb",
        kind="prose",
        aliases="jupyter",
        reader="notebook",
        bulky=True,
        encoded=True,
        embeds="blocks",
        lexer="json",
    ),
    row("html", "html htm xhtml shtml hocr", kind="prose", reader="html", embeds="blocks"),
    row(
        "pdf",
        "pdf",
        kind="prose",
        reader="pdf",
        packages="pypdfium2 pypdf",
        program="tesseract",
        bulky=True,
    ),
    row(
        "image",
        "png jpg jpeg tif tiff webp bmp gif",
        kind="prose",
        aliases="picture scan",
        reader="image",
        program="tesseract",
        bulky=True,
    ),
    row("docx", "docx docm dotx", kind="prose", reader="docx", bulky=True, aliases="word"),
    row("pptx", "pptx pptm ppsx potx", kind="prose", reader="pptx", bulky=True),
    row("xlsx", "xlsx xlsm xltx", kind="data", reader="xlsx", bulky=True, aliases="excel"),
    row(
        "opendocument", "odt ott odp otp fodt fodp", kind="prose", reader="opendocument", bulky=True
    ),
    row("spreadsheet", "ods ots fods", kind="data", reader="opendocument", bulky=True),
    row("epub", "epub", kind="prose", reader="epub", bulky=True),
    row("fictionbook", "fb2", kind="prose", reader="fictionbook", bulky=True),
    row("rtf", "rtf", kind="prose", reader="rtf", bulky=True),
    row(
        "mail",
        "eml emlx mbox mht mhtml msg",
        claims=(
            (
                "",
                rb"\A(?:From \S+ .*\d{4}\r?\n)?"
                rb"(?:(?:Return-[Pp]ath|Delivered-To|X-Original-To|Received|Envelope-[Tt]o"
                rb"|X-Mozilla-\w+|Message-I[Dd]|MIME-Version):.*\n"
                rb"(?:(?:[!-9;-~]+:|[ \t]+\S).*\n){2}"
                # What was sent or drafted begins with any header, and has one that no note has.
                rb"|(?=[A-Z][\w-]*: )(?:(?!Message-I[Dd]:|(?i:MIME-Version):)[!-9;-~]+:.*\n"
                rb"(?:[ \t]+\S.*\n)*+)++(?:Message-I[Dd]: .*<|(?i:MIME-Version): 1))",
            ),
        ),
        kind="prose",
        reader="mail",
        packages="olefile",
        bulky=True,
        files="mbox",
        aliases="email",
        embeds="blocks",
    ),
)
