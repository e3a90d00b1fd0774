"""Lists programming languages without a grammar that few folders have, with their definitions."""

from functools import partial

from searchkit_index.languages import definitions
from searchkit_index.languages.row import row

_slashed, _hashed = partial(row, remarks=r"\s*//"), partial(row, remarks=r"\s*#")
_semicoloned, _dashed = partial(row, remarks=r"\s*;"), partial(row, remarks=r"\s*--")

RARE_CODE = (
    row(
        "abap",
        "abap asddls asdcls",
        definitions=r"(?i:[ \t]*(?:define\s+(?:root\s+)?view\s+(?:entity\s+)?|(?:class|interface|method"
        r"|form|function|function-pool|program|report|module|define|enhancement)\s+(?!view\b))"
        r"([\w~/-]*[\w~])(?![^.]*\bdeferred\b)"
        r"|(start-of-selection|end-of-selection|initialization|top-of-page|at selection-screen)\b)",
        remarks=r"\*|\s*\"",
        flat=True,
    ),
    _slashed(
        "alloy",
        "als",
        definitions=r"(?:(?:abstract|one|lone|some|var|private)\s+)*"
        r"(?:sig|fact|pred|fun|assert|module|enum)\s+(\w[\w/']*)",
    ),
    _slashed(
        "antlr",
        "g4",
        claims=(("", rb"^(?:(?:lexer|parser|tree)\s+)?grammar\s+\w+;"),),
        definitions=r"(?:fragment\s+)?(?!options\b)(\w+)\s*(?::|$)",
    ),
    row(
        "apl",
        "apl dyalog apln aplf aplc aplo",
        definitions=r"[ \t]*(?:∇\s*(?:[^\s←]+\s*←\s*)?(?:\{?[\w∆⍙]+\}?\s+([\w∆⍙]+)\s+[\w∆⍙]+|([\w∆⍙]+))"
        r"|([\w∆⍙]+)\s*←\s*\{|:(?:Namespace|Class|Interface)\s+(\w+))",
        remarks=r"\s*⍝",
    ),
    _dashed("asn1", "asn asn1 mib", definitions=r"[ \t]{0,4}([A-Za-z][\w-]*)\b[^:=\n]*::="),
    _slashed("ballerina", "bal"),
    _hashed(
        "bitbake",
        "bbappend bbclass",
        aliases="yocto",
        claims=(
            ("bb", rb"^(?:SUMMARY|DESCRIPTION|LICENSE|SRC_URI|DEPENDS)\b|^(?:inherit|require) \S"),
            ("inc", rb"^(?:SUMMARY|LICENSE|SRC_URI|DEPENDS)\b\S* \??\+?= "),
        ),
        definitions=r"(?:python\s+|fakeroot\s+)*([\w:${}-]+)\s*\(\s*\)\s*\{|def\s+(\w+)",
    ),
    row(
        "bsl",
        "bsl os",
        aliases="1c onescript",
        definitions=r"(?i:\s*(?:асинх\s+)?(?:процедура|функция|procedure|function)\s+(\w+)|\s*#(?:область|region)\s+(\w+))",
        remarks=r"\s*(?://|&)",
    ),
    _dashed(
        "cabal",
        "cabal",
        definitions=r"(?i:(?:executable|test-suite|benchmark|flag|common|foreign-library)\s+(\S+)|(library)\b)",
    ),
    _semicoloned("clarity", "clar", definitions=definitions.COMMONLISP),
    _hashed("csh", "csh tcsh", files=".cshrc .tcshrc", definitions=r"\s*alias\s+(\S+)"),
    row(
        "csound",
        "csd orc",
        definitions=r"[ \t]*(?:instr\s+([\w, ]*\w)|opcode\s+(\w+))",
        remarks=r"\s*;",
    ),
    _slashed("cypher", "cypher cyp", aliases="neo4j"),
    _slashed(
        "dafny",
        "dfy",
        definitions=r"[ \t]*(?:(?:static|ghost|abstract|opaque|twostate|least|greatest)\s+)*(?:class"
        r"|datatype|codatatype|trait|module|method|function|predicate|lemma|iterator|newtype|type"
        r"|const|constructor)\s+(?:method\s+)?(?:\{:[^}]*\}\s*)?([\w'?]+)",
    ),
    _slashed("dbml", "dbml", definitions=r"(?i:table|enum|project|tablegroup)\s+\"?([\w.]+)"),
    row(
        "delphi-form",
        "dfm lfm fmx",
        definitions=r"[ \t]*(?:object|inherited|inline)\s+(\w+)",
        lexer="delphi",
    ),
    _dashed("dhall", "dhall", definitions=r"[ \t]*let\s+([\w-]+)"),
    _semicoloned("fennel", "fnl", definitions=r"\s*\((?:fn|λ|lambda|macro|local)\s+([^\s()\[\]]+)"),
    _slashed("flatbuffers", "fbs", definitions=r"(?:table|struct|enum|union|rpc_service)\s+(\w+)"),
    row(
        "forth",
        "fth 4th forth frt",
        claims=(("fs", rb"^: \S+\s+(?:\( |.*;\s*$)"), ("f", rb"^: \S+\s+(?:\( |.*;\s*$)")),
        definitions=r"(?i:[ \t]*(?::\s+(\S+)|(?:code|[df2]?(?:variable|value|constant)|create|defer"
        r"|module)\s+(\S+)|\S+\s+[df2]?(?:constant|value)\s+(\S+)))",
        remarks=r"\s*\\(?:\s|$)",
    ),
    _slashed(
        "fstar",
        "fst fsti",
        definitions=r"(?:(?:private|inline_for_extraction|noextract|unfold|abstract|irreducible)\s+)*"
        r"(?:module|let(?:\s+rec)?|val|type|noeq\s+type|and|effect|class|instance)\s+([\w'.]+)",
    ),
    _slashed(
        "gml",
        "gml",
        aliases="gamemaker",
        definitions=definitions.JAVASCRIPT + r"|#macro\s+(\w+)|[ \t]*enum\s+(\w+)",
    ),
    _hashed(
        "gn",
        "gn gni",
        definitions=r"[ \t]*(?:template|executable|source_set|group|action|config|\w{0,30}library|\w{0,30}test)"
        r"\(\"([^\"]+)\"\)\s*\{",
    ),
    row("graphviz", "gv dot", definitions=r"\s*(?:strict\s+)?(?:di|sub)?graph\s+\"?(\w+)"),
    row("http", "http", definitions=r"#{3}\s*(\S.*)"),
    _semicoloned("hy", "hy", interpreters="hy", definitions=definitions.COMMONLISP),
    row(
        "isabelle",
        "thy",
        definitions=r"[ \t]*(?:theory|lemmas?|theorem|corollary|proposition|definition|abbreviation"
        r"|fun|function|primrec|(?:co)?datatype|record|(?:co)?inductive(?:_set)?|locale|class"
        r"|type_synonym|typedecl|typedef|instantiation|axiomatization|consts|chapter|(?:sub){0,2}section)"
        r"\s+(?:\([^)]*\)\s*)?(?:(?:'\w+|\('[^)]*\))\s+)?(?:[‹\"]([^›\"]+)[›\"]|([A-Za-z][\w'.]*))",
        remarks=r"\s*\(\*",
    ),
    row(
        "jcl",
        "jcl",
        definitions=r"//([\w@#$]+)\s+(?:JOB|EXEC|PROC)\b",
        # Any row begins like a comment of C; `/*` ends the data of a step.
        remarks=r"//\*|(/\*)",
        flat=True,
    ),
    row(
        "lilypond",
        "ly ily",
        definitions=r"(\\(?:header|paper|layout|score|book|bookpart))\s*\{|([A-Za-z][\w-]*)\s*=\s",
        remarks=r"\s*%",
    ),
    _semicoloned(
        "llvm",
        "ll",
        definitions=r"(?:define|declare)\b[^@]*@\"?([\w.$]+)\"?\(|(%[\w.]+) = type\b",
    ),
    row("mermaid", "mmd mermaid", remarks=r"\s*%%"),
    _slashed(
        "modelica",
        "mo",
        definitions=r"[ \t]*(?:(?:partial|encapsulated|final|replaceable|redeclare|pure|impure)\s+)*"
        r"(?:(?:operator\s+)?(?:function|record)|model|block|package|class|connector|type|operator)\s+(\w+)",
    ),
    _hashed("mojo", "mojo", definitions=r"[ \t]*(?:fn|def|struct|trait|alias)\s+(\w+)"),
    _dashed("moonscript", "moon", definitions=r"[ \t]*(?:class\s+(\w+)|([\w.]+)\s*[=:].*[-=]>)"),
    row("mql", "mq4 mq5 mqh", aliases="metatrader", definitions=definitions.CPP, lexer="cpp"),
    _semicoloned(
        "nsis",
        "nsi nsh",
        definitions=r"(?i:[ \t]*(?:(?:!macro|function)\s+([\w.]+)|section(?:group)?\s+(?:/\w\s+)?[\"']?([^\"']+)))",
    ),
    _hashed(
        "nushell",
        "nu",
        interpreters="nu",
        definitions=r"[ \t]*(?:export\s+)?(?:def|module|alias|extern|const)\s+(?:--\w+\s+)*"
        r"[\"']?([\w-]+(?: [\w-]+)*)",
    ),
    _slashed(
        "p4", "p4", definitions=r"[ \t]*(?:control|parser|table|action|header|struct)\s+(\w+)"
    ),
    _semicoloned(
        "papyrus",
        "psc",
        definitions=r"(?i:\s*(?:scriptname|event|state|\w+(?:\[\])?\s+property)\s+(\w+)"
        r"|\s*(?:\w+(?:\[\])?\s+)?function\s+(\w+))",
    ),
    _slashed("pinescript", "pine", definitions=r"(?:export\s+)?(?:method\s+)?(\w+)\(.*\)\s*=>"),
    _slashed("pkl", "pkl", definitions=r"[ \t]*(?:\w+\s+)*?(?:class|function|typealias)\s+(\w+)"),
    row("plantuml", "puml plantuml iuml", remarks=r"\s*'"),
    _slashed(
        "qsharp",
        "qs",
        aliases="q#",
        definitions=r"[ \t]*(?:operation|function|newtype|namespace)\s+([\w.]+)",
    ),
    _hashed(
        "renpy",
        "rpy",
        definitions=r"\s*(?:label|screen|transform|image|define|style)\s+([\w.]+)",
    ),
    row(
        "rpg",
        "rpg rpgle sqlrpgle rpgleinc",
        definitions=r"(?i:\s*dcl-(?:proc|ds|pr|enum)\s+(\w+)|\s*begsr\s+(\w+)|.{5}P\s*(\w+)\s+B\b"
        r"|.{5}C\s+(\w+)\s+BEGSR\b)",
        remarks=r"\s*//|.{6}\*",
        flat=True,
    ),
    _hashed(
        "smali", "smali", definitions=r"\s*\.(?:class|method|field)\s+(?:[\w-]+\s+)*([\w/$;<>]+)"
    ),
    row(
        "smalltalk",
        claims=(("st", rb"\bmethodsFor:|\bsubclass: ?#|^\w+(?: class)? (?:>>|extend\b)"),),
        definitions=r"(?:!?(\w+(?: class)?) methodsFor:|(\w+)(?: class)? >> (.+?)\s*\[?$)",
    ),
    _slashed(
        "smithy",
        "smithy",
        definitions=r"(?:service|operation|resource|structure|union|list|map|enum|intEnum|string)\s+(\w+)",
    ),
    _slashed("soong", "bp", aliases="blueprint", definitions=r"[ \t]*name:\s*\"([^\"]+)\""),
    _slashed("sourcepawn", "sp sma pwn", aliases="pawn", definitions=definitions.C),
    _slashed("sqf", "sqf", definitions=r"\s*(\w+)\s*=\s*(?:compileFinal\s+)?\{"),
    _slashed("squirrel", "nut"),
    row(
        "structured-text",
        "st iecst",
        definitions=r"(?i:\s*(?:function_block|function|program|method|type|interface)\s+"
        r"(?:(?:public|private|protected|internal|abstract|final)\s+)*(\w+))",
    ),
    _slashed(
        "supercollider", "scd", definitions=r"\s*(?:SynthDef|Ndef|Pdef|Tdef)\s*\(\s*[\\\"](\w+)"
    ),
    _slashed("tact", "tact"),
    _slashed("tlaplus", "tla", definitions=r"(?:-{4,}\s*MODULE\s+(\w+)|(\w+)(?:\([^)]*\))?\s*==)"),
    _slashed(
        "typespec",
        "tsp",
        definitions=r"[ \t]*(?:model|op|interface|namespace|enum|union|scalar|alias)\s+([\w.]+)",
    ),
    _hashed("wdl", "wdl", definitions=r"[ \t]*(?:task|workflow|struct)\s+(\w+)"),
    row(
        "xquery",
        "xq xqy xquery xql xqm",
        definitions=r"\s*declare\s+(?:%\S+\s+)*(?:\w+\s+)?(?:function|variable)\s+\$?([\w:-]+)",
    ),
    row(
        "yacc",
        "y yy ypp l lpp",
        aliases="bison lex flex",
        definitions=r"([a-z_]\w*)\s*(?::(?!:)|$)|" + definitions.C,
    ),
    _slashed(
        "yang",
        "yang",
        definitions=r"\s*(?:(?:sub)?module|container|list|leaf|leaf-list|grouping|rpc|typedef|augment"
        r"|identity|notification|action|feature|choice|case)\s+[\"']?([\w:./-]+)",
    ),
    _slashed("yara", "yar yara", definitions=r"(?:(?:private|global)\s+)*rule\s+(\w+)"),
    _hashed("zeek", "zeek bro"),
)
