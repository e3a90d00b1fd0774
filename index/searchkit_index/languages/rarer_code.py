"""Lists further programming languages, in few repositories or young; none has a grammar here."""

from searchkit_index.languages import definitions
from searchkit_index.languages.row import row

_COQ = (
    r"[ \t]*(?:(?:Local|Global|Program|Polymorphic|#\[[^\]]*\])\s+)*(?:Theorem|Lemma|Corollary|Fact"
    r"|Proposition|Remark|Example|Definition|(?:Co)?Fixpoint|(?:Co)?Inductive|Variant|Record|Class"
    r"|Structure|Instance|Module|Section|Axiom|Function|Ltac)\s+(?:Type\s+)?([\w']+)"
)
_LEAN = (
    r"[ \t]*(?:@\[[^\]]*\]\s*)?(?:(?:private|protected|noncomputable|partial|unsafe|scoped)\s+)*"
    r"(?:def|theorem|lemma|structure|class|inductive|abbrev|instance|axiom|opaque|namespace|macro)"
    r"\s+(?!:)([\w.'«»]+)"
)
_MOVE = (
    r"[ \t]*(?:(?:public(?:\s*\(\w+\))?|pub(?:\(\w+\))?|entry|native|inline|extern)\s+)*"
    r"(?:fun|fn|struct|module|mod|enum|trait|impl)\s+([\w:]+)"
)
_PONY = (
    r"[ \t]*(?:class|actor|primitive|trait|interface|struct|type|fun|be|new)\s+(?:\\\w+\\\s+)?"
    r"(?:(?:iso|trn|ref|val|box|tag|create)\s+(?=\w))?@?(\w+)"
)
_RAKU = (
    r"[ \t]*(?:(?:multi|proto|only|my|our|unit)\s+)*(?:sub|method|submethod|class|role|grammar"
    r"|token|rule|regex|module|package|subset)\s+([\w:'-]+)"
)
_STAN = (
    r"(functions|(?:transformed )?data|(?:transformed )?parameters|model|generated quantities)\s*\{"
    r"|[ \t]*(?:real|int|void|vector|matrix|array\[[^\]]*\] \w+)\s+(\w+)\s*\([^;]*\{\s*$"
)

RARER_CODE = (
    row("agda", "agda", definitions=definitions.ELM),
    row("applescript", "applescript", definitions=r"[ \t]*(?:on|to)\s+(?!error\b)(\w+)"),
    row("autohotkey", "ahk", definitions=r"(?i:[ \t]*(?:class\s+(\w+)|(\w+)\([^)]*\)\s*\{))"),
    row(
        "bicep",
        "bicep bicepparam",
        definitions=r"(?:resource|module|param|var|output|func|type)\s+(\w+)",
    ),
    row("cairo", "cairo", definitions=_MOVE),
    row(
        "coq",
        aliases="rocq",
        claims=(("v", rb"^\s*(?:From\s+\S+\s+)?Require\b|^\s*(?:Theorem|Lemma|Proof)\b"),),
        definitions=_COQ,
    ),
    # Tests of commands, with what each prints below it; the names of the files are those of Perl.
    row("cram", claims=(("t", rb"^  \$ \S"),), lexer="console"),
    row(
        "gherkin",
        "feature",
        aliases="cucumber",
        tests="*.feature",
        # Its words are written in seventy languages: what they have in common is the colon.
        definitions=r"[ \t]*[^\W\d][^:|\"#@]{2,30}:\s+(\S.*?)\s*$",
    ),
    row("idris", "idr", definitions=definitions.ELM),
    row("lean", "lean", definitions=_LEAN),
    row(
        "m4",
        "m4 ac",
        aliases="autoconf",
        definitions=r"(?:A[CU]_DEFUN(?:_ONCE)?|m4_define|define)\(\s*\[?`?([\w$]+)",
    ),
    row("move", "move", definitions=_MOVE),
    row("pony", "pony", definitions=_PONY),
    row("raku", "raku rakumod rakutest p6 pm6", interpreters="raku", definitions=_RAKU),
    row(
        "robot",
        "robot",
        aliases="robotframework",
        tests="*.robot",
        definitions=r"\*{3}\s*([^*]+?)\s*\*|(?![#*.\s|$&@%])(\S.*?)\s*$",
        lexer="robotframework",
    ),
    row("sas", "sas", definitions=r"(?i:[ \t]*%macro\s+(\w+)|(proc\s+\w+|data\s+[\w.]+))"),
    row(
        "sml",
        "sml",
        definitions=r"[ \t]*(?:fun|structure|signature|functor|datatype|exception)\s+([\w']+)",
    ),
    row("stan", "stan", definitions=_STAN),
    row(
        "stata",
        "do ado",
        definitions=r"[ \t]*(?:cap\w*\s+)?prog\w*\s+(?:def\w*\s+)?(?!drop\b)(\w+)",
    ),
    row(
        "webassembly",
        "wat wast",
        aliases="wasm",
        definitions=r"\s*\((?:func|module|global|table|memory|type)\s+(\$[\w.$-]+)",
        lexer="wast",
    ),
)
