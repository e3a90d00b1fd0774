"""Lists how definitions begin in languages without a grammar, as regular expressions over one line.

Each is matched at the start of a line; its groups that matched, joined by dots, are the name. For
other languages, `chunking.indentation` has a pattern of what most languages share.
"""

_QUOTED = r"\"([^\"]+)\""


def _alternatives(*patterns: str) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


# Keywords that may come before a parenthesis, and are no names.
_NO_NAME = (
    r"(?:if|for|foreach|while|switch|catch|return|sizeof|in|is|not|and|or|inout|const|assert)\b"
)
_C_TYPE = r"(?:[\w:<>,\[\]~]+[ \t*&]+)+"
_C_LIKE = (
    r"[ \t]*(?!return\b|else\b|case\b|throw\b|new\b|using\b|typedef\b|if\b|for\b|while\b|switch\b)"
    rf"{_C_TYPE}[*&]*(?!{_NO_NAME})((?:[\w:]+(?:<[^<>]*>)?::)?(?:operator[^\s\w(]+|~?\w[\w:]*))\s*\((?:[^;]*|[^;{{]*\{{.*\}})\s*$"
)
_METHOD = (
    r"[ \t]+(?!return\b|else\b|case\b|throw\b|new\b|using\b|if\b|for\b|while\b|switch\b|await\b|yield\b|assert\b|lock\b)"
    r"(?:<[^>]*>\s*)?(?:[\w<>\[\],.?@]+\s+)+"
    rf"(?!{_NO_NAME})(\w+)"
    r"\s*(?:<[^()]*>)?\s*\([^;=]*(?:=>.*|\{.*)?$"
)
_C_TYPES = (
    r"[ \t]*(?:typedef\s+)?(?:struct|union|enum(?:\s+class)?|class|interface)\s+(\w+)(?![^{]*;)"
)
_LISP = r"\s*\((?:[\w.-]+/)?(?:define[\w*-]*|def[\w*!-]*|ns|library|module)\s+\(*\^?(?::\w+\s+)?\|?([^\s()\"{}]+)"
_PL_NAME = r"([a-z]\w*|'[^']+')"

ADA = r"(?i:[ \t]*(?:procedure|function|package(?:\s+body)?|task(?:\s+type)?|protected(?:\s+type)?|type|subtype|entry|generic)\s+([\w.]+))"
APEX = _alternatives(
    r"(?i:[ \t]*(?:@\w+\s+)*(?:(?:public|private|global|protected|virtual|abstract|static|with|without|sharing|inherited)\s+)*(?:class|interface|enum)\s+(\w+))",
    r"(?i:[ \t]*trigger\s+(\w+)\s+on\b)",
    r"(?i:[ \t]+(?:(?:public|private|global|protected|virtual|abstract|static|override|testmethod|webservice)\s+)+(?!class\b)[\w<>,.\[\] ]+[ \t](\w+)\s*\([^;]*$)",
)
ASSEMBLY = _alternatives(
    r"([\w.$@]+):(?!=)", r"(?i:(\w+)\s+(?:proc|macro|struc)\b)", r"(?i:%?macro\s+(\w+))"
)
AWK = _alternatives(r"func(?:tion)?\s+(\w+)", r"(BEGIN|END)\b")
BASH = _alternatives(
    r"[ \t]*function\s+([\w:.@+-]+)",
    r"[ \t]*([^\W\d][\w:.@+-]*)\s*\(\s*\)\s*(?:[{(#]|$)",
)
_TYPEDEF = _alternatives(
    r"typedef\b[^;{]*\(\s*(?:\w+\s+)?[*^]\s*(\w+)\s*\)\s*\(",
    r"typedef\b[^;{(]*?\b(\w+)\s*(?:\[[^\]]*\]\s*)*;",
)
C = _alternatives(
    _TYPEDEF,
    _C_TYPES,
    _C_LIKE,
    r"#[ \t]*define[ \t]+(\w+)\(",
    # A name at the left margin, whose type is on the line above, or which is a constructor.
    r"(?![A-Z\d_]+\s*\(|(?:if|for|while|switch|return|else|do|case|sizeof)\b)([A-Za-z_][\w:<>~]*)\s*\((?![^)]*\)\s*;)[^;]*$",
)
BATCH = r":([\w-]+)"
CLOJURE = _LISP
CMAKE = r"(?i:\s*(?:function|macro|add_executable|add_library|add_custom_target|project|option|add_test)\s*\(\s*(?:NAME\s+)?([\w${}.:-]+))"
COBOL = _alternatives(
    r"(?i:.{0,7}\s*PROGRAM-ID\.\s+([\w-]+))",
    # Every program has the divisions: they part it, and name nothing.
    r"(?i:(?:.{0,6} {1,2})?[A-Z]+\s+DIVISION\b)",
    r"(?i:(?:.{0,6} {1,2})?([A-Z0-9][\w-]*)\s+SECTION\b)",
    # In the columns of punched cards, numbered from column 73 on as well, or at the left margin.
    r"(?i:(?:(?:\d{6}| {6,7})\s?)?(?!END-|EXIT\b|GOBACK\b|STOP\b|CONTINUE\b)([A-Z0-9][\w-]*)\.(?: {2,}\S{1,8})?\s*$)",
)
COFFEESCRIPT = _alternatives(
    r"[ \t]*class\s+([\w.]+)", r"[ \t]*(?:exports\.)?@?([\w.$]+)\s*[=:]\s*(?:\([^)]*\))?\s*[-=]>"
)
COQ = (
    r"[ \t]*(?:(?:Local|Global|Program|Polymorphic|#\[[^\]]*\])\s+)*(?:Theorem|Lemma|Corollary|Fact"
    r"|Proposition|Remark|Example|Definition|(?:Co)?Fixpoint|(?:Co)?Inductive|Variant|Record|Class"
    r"|Structure|Instance|Module|Section|Axiom|Function|Ltac)\s+(?:Type\s+)?([\w']+)"
)
CPP = _alternatives(
    C,
    r"[ \t]*(?:inline\s+)?namespace\s+([\w:]+)",
    r"[ \t]*(?:template\s*<[^;{]*>\s*)?concept\s+(\w+)",
    r"[ \t]*using\s+(\w+)\s*=",
    r"[ \t]+(?:explicit\s+|virtual\s+|constexpr\s+)*(~?[A-Z]\w*)\s*\([^;]*\)\s*(?::[^:;{]*|noexcept)?\s*\{",
)
CSHARP = _alternatives(
    r"[ \t]*(?:(?:public|private|protected|internal|static|sealed|abstract|partial|readonly|unsafe|new|file|ref)\s+)*(?:class|struct|interface|enum|record(?:\s+struct|\s+class)?|namespace|delegate\s+[\w<>\[\],.?]+)\s+([\w.]+)",
    r"[ \t]*(?:(?:public|private|protected|internal|static|unsafe)\s+)+([A-Z]\w*)\s*\([^;]*$",
    r"[ \t]*(?:(?:public|private|protected|internal|static|virtual|override|abstract|readonly|required|new)\s+)+[\w<>\[\],.? ]+\s(\w+)\s*(?:\{\s*(?:get|set|init|$)|=>|$)",
    _METHOD,
)
CSS = r"[ \t]*(@(?:media|supports|layer|container|font-face|page)\b|@(?:-\w+-)?keyframes\s+[\w-]+|[^\s@{};][^@{};]*?)\s*(?:\{|,\s*$)"
COMMONLISP = _LISP
CRYSTAL = r"[ \t]*(?:(?:private|protected|abstract)\s+)*(?:def|class|module|struct|macro|enum|lib|annotation|alias|fun)\s+((?:self\.)?[\w.:?!=<>+*/\[\]-]+)"
CUE = r"(#?\w[\w-]*|\"[^\"]+\")\??!?:\s*(?:\[[^\]]*\]:\s*)?(?:[\w.#]+\s*&\s*)*(?:\{|close\()"
CYTHON = _alternatives(
    r"[ \t]*cdef\s+extern\s+from\s+\S+(?:\s+namespace\s+\"([\w:]+)\")?",
    r"[ \t]*(?:(?:cdef|cpdef|ctypedef|public|api)\s+)*(?:class|cppclass|struct|union|enum)\s+(?:class\s+)?(\w+)",
    r"[ \t]*(?:async\s+)?def\s+(\w+)",
    r"[ \t]*(?:cdef|cpdef)\s+(?:inline\s+)?(?:[\w.\[\]:*&,]+[ \t*&]+){0,6}?(\w+)\s*\([^=]*$",
)
D = _alternatives(
    r"[ \t]*(?:(?:public|private|package|export|static|final|abstract|pure|nothrow|@\w+)\s+)*(?:class|struct|interface|enum|union|template|mixin\s+template|alias|unittest)\s+(\w+)",
    r"module\s+([\w.]+)",
    _C_LIKE,
)
DART = _alternatives(
    r"[ \t]*(?:(?:abstract|base|final|sealed|interface|mixin|external)\s+)*(?:class|mixin|enum|extension(?:\s+type)?|typedef)\s+(\w+)",
    r"[ \t]*(?:(?:static|external|late|final|const|abstract|covariant)\s+)*[\w<>,.?\[\] ]+?\s(?:get|set)\s+(\w+)",
    r"[ \t]*(?:const\s+)?factory\s+([\w.]+)\s*\(",
    r"(?: {1,3}|\t)const\s+([\w.]+)\s*\(",  # deeper, it makes an object
    r"[ \t]*(?!const\b|return\b|await\b|else\b|new\b|throw\b|if\b|for\b|while\b|switch\b|assert\b|yield\b)(?:(?:static|external|@\w+)\s+)*[\w<>,.?\[\]]+(?:<[^>]*>)?\??\s+(\w+)\s*(?:<[^>]*>)?\([^;]*(?:\{|=>|async|,|\()\s*.*$",
    rf"(?!{_NO_NAME})([a-z_$]\w*)\s*\([^;]*\)\s*(?:async\*?\s*)?(?:\{{|=>)",
)
DOCKERFILE = r"(?i:FROM\s+\S+(?:\s+AS\s+(\S+))?)"
ELISP = _LISP
ELIXIR = r"[ \t]*(?:(?:def|defp|defmacro|defmacrop|defguard|defguardp|defdelegate|defn|defnp)\s+([\w?!]+)|(?:defmodule|defprotocol|defimpl)\s+([\w.]+)|(?:test|describe|schema)\s+\"([^\"]+)\")"
# A function at the left margin without a type signature.
_EQUATION = (
    r"(?!(?:type|module|import|data|newtype|class|instance|infix[lr]?|deriving|default|foreign|port|let|in"
    r"|if|then|else|case|of|where|do|exposing)\b)([a-z_][\w']*)(?:\s[^=|:]*)?\s*(?:=(?![=<>])|\|\s)"
)
ELM = _alternatives(
    r"(?:type(?:\s+alias)?|port\s+module|module|port)\s+([\w.]+)",
    r"([a-z]\w*)\s*:(?!:)",
    _EQUATION,
)
ERLANG = _alternatives(
    rf"{_PL_NAME}\s*\(.*\)\s*(?:when\b.*)?->",
    rf"-(?:record|define|module|type|opaque)\(?\s*{_PL_NAME}",
    r"-(?:record|define|type|opaque)\(?\s*(\w+)",
)
FISH = r"[ \t]*function\s+([\w.-]+)"
FORTRAN = _alternatives(
    r"(?i:[ \t]*(?!end\b)(?:(?:pure|elemental|recursive|impure|module|integer|real|logical|complex|character|double\s+precision|type\s*\([^)]*\))(?:\s*\([^)]*\)|\s*\*\s*\d+)?\s+)*(?:subroutine|function|program|submodule\s*\([^)]*\)|block\s+data)\s+(\w+))",
    r"(?i:[ \t]*module\s+(?!procedure\b|function\b|subroutine\b)(\w+))",
    r"(?i:[ \t]*type\s*(?:,[^:]*)?(?:::\s*|\s+)(?!\()(\w+)\s*$)",
    r"(?i:[ \t]*(?:abstract\s+)?interface\s+(\w+))",
)
FSHARP = _alternatives(
    r"[ \t]*let\s+(?:(?:rec|inline|private|internal|public|mutable|async)\s+)*"
    r"(?:\((\|[^)]*\|)\)|(?!(?:rec|inline|private|internal|public|mutable)\b)(\w[\w']*)\b(?!\s*,))(?=[^=]*=)",
    r"[ \t]*and\s+(?:(?:private|internal)\s+)?(\w[\w']*)\b",
    r"[ \t]*type\s+(?:(?:private|internal|public)\s+)*([\w.]+)",
    r"[ \t]*module\s+(?:(?:rec|private|internal|public)\s+)*([\w.]+)",
    r"[ \t]*namespace\s+(?:rec\s+)?([\w.]+)",
    r"[ \t]*(?:static\s+)?(?:member|override|default|abstract)\s+(?:(?:private|internal|inline|member|val)\s+)*(?:\w+\.)?(\w+)",
    r"[ \t]*exception\s+(\w+)",
)
GDSCRIPT = r"[ \t]*(?:static\s+)?(?:func|class_name|class|signal|enum)\s+(\w+)"
GLEAM = r"(?:@\w+.*\s+)?(?:pub\s+)?(?:opaque\s+)?(?:fn|type|const)\s+(\w+)"
GLSL = _alternatives(
    r"[ \t]*(?:struct|cbuffer|interface|class)\s+(\w+)",
    r"[ \t]*(?:@\w+(?:\([^)]*\))?\s+)*fn\s+(\w+)",
    _C_LIKE,
)
GO = _alternatives(
    r"func\s+\(\s*(?:\w+\s+)?\*?(\w+)(?:\[[^\]]*\])?\s*\)\s+(\w+)",
    r"func\s+(\w+)",
    r"(?:type\s+|\t| {4})(\w+)(?:\[[^\]=]*\])?\s+(?:=\s*)?(?:struct|interface|func)\b(?=.*(?:\{|$))",
    r"type\s+(\w+)\s+(?:=\s*)?[\w.*\[\]]",
)
GRAPHQL = r"[ \t]*(?:extend\s+)?(?:type|interface|enum|union|input|scalar|query|mutation|subscription|fragment|directive)\s+(@?\w+)"
GROOVY = _alternatives(
    r"[ \t]*(?:(?:public|private|protected|static|final|abstract|@\w+)\s+)*(?:class|interface|trait|enum|record|@interface)\s+(\w+)",
    r"[ \t]*(?:(?:public|private|protected|static|final|synchronized)\s+)*(?:def|void|[A-Z]\w*(?:<[^>]*>)?|int|boolean|long|double)\s+(\w+|\"[^\"]+\"|'[^']+')\s*\([^;]*\{\s*$",
    r"(?:process|workflow)\s+(\w+)\s*\{",
    r"[ \t]*(?:task|tasks\.register|stage|pipelineJob|job)\s*[( ]\s*['\"]?([\w -]+)",
    r"(plugins|dependencies|repositories|android|buildscript|allprojects|subprojects|pipeline)\s*\{",
)
HASKELL = _alternatives(
    r"(?:data|newtype|type(?:\s+family)?)\s+(?:instance\s+)?(?:[^=\n]*=>\s*)?\(?([A-Z][\w']*)",
    r"(?:class|instance)\s+(?:[^=\n]*=>\s*)?\(?([A-Z][\w.']*)",
    r"module\s+([\w.']+)",
    r"([a-z_][\w']*)(?:\s*,\s*[a-z_][\w']*)*\s*::",
    r"[ \t]*\(?([^\s\w()]+)\)\s*::",
    _EQUATION,
)
HAXE = r"[ \t]*(?:(?:public|private|static|inline|override|extern|final|dynamic|macro|abstract|@:?\w+)\s+)*(?:class|interface|enum(?:\s+abstract)?|typedef|abstract|function)\s+(\w+)"
# Elements with an id in indented templates, mixins and blocks.
INDENTED_MARKUP = _alternatives(
    r"[ \t]*[%\w.:-]*(#[A-Za-z][\w-]*)",
    r"[ \t]*(?:mixin|block|append|prepend)\s+(?:append\s+|prepend\s+)?([A-Za-z][\w-]*)",
    r"[ \t]*-\s*(?:content_for|def)\s*\(?\s*:?(\w+)",
)
JAVA = _alternatives(
    r"[ \t]*(?:(?:public|private|protected|static|final|abstract|sealed|non-sealed|strictfp|@\w+(?:\([^)]*\))?)\s+)*(?:class|interface|enum|record|@interface)\s+(\w+)",
    r"[ \t]+(?:(?:public|private|protected)\s+)([A-Z]\w*)\s*\([^;]*$",
    _METHOD,
)
JAVASCRIPT = _alternatives(
    r"[ \t]*(?:(?:export|default|declare|async)\s+)*function\s*\*?\s*([\w$]+)",
    r"[ \t]*(?:(?:export|default|declare|abstract)\s+)*(?:class|interface|enum|const\s+enum|namespace|module|type(?=\s+[\w$]+\s*(?:<[^=]*>)?\s*=))\s+([\w$.]+)",
    r"[ \t]*(?:export\s+)?(?:const|let|var)\s+([\w$]+)\s*(?::[^=]*)?=\s*(?:async\s+)?(?:function\b|class\b|\([^)]*\)\s*(?::[^=]*)?=>|[\w$]+\s*=>|\(\s*$)",
    r"[ \t]*([\w$]+(?:\.[\w$]+)+)\s*=\s*(?:async\s+)?(?:function\b|class\b|\([^)]*\)\s*=>|[\w$]+\s*=>)",
    r"[ \t]+[\"']?([\w$]+)[\"']?\s*:\s*(?:async\s+)?(?:function\b|\([^)]*\)\s*=>)",
    r"[ \t]+(?!if\b|for\b|while\b|switch\b|catch\b|return\b|function\b|with\b)(?:(?:static|async|get|set|public|private|protected|readonly|override|abstract)\s+)*\*?\s*(#?[\w$]+)\s*(?:<[^()]*>)?\([^;]*\)\s*(?::[^=;]*)?\{\s*(?:.*\}\s*)?$",
)
JSONNET = r"[ \t]*(?:local\s+)?(\w+)(?:\([^)]*\))?\s*(?:::?:?|=)\s*(?:function|\{|[^,;]*\()"
JINJA = _alternatives(
    r"[ \t]*\{\{[-~]?\s*(?:define|block)\s+[\"`]([^\"`]+)[\"`]",  # Go, as in charts of Helm
    r"[ \t]*\{%[-+]?\s*(?:macro|block)\s+([\w.-]+)",
    r"[ \t]*\{\{~?#\*inline\s+\"([^\"]+)\"",  # Handlebars
)
JULIA = _alternatives(
    r"[ \t]*@testset\s+(?:\w+=\S+\s+)*\"([^\"]+)\"",
    r"[ \t]*(?:@\w+\s+)*(?:function|macro)\s+\(?([\w.!:]+)",
    r"[ \t]*(?:(?:mutable|abstract|primitive)\s+)?(?:struct|type)\s+(\w+)",
    r"[ \t]*(?:bare)?module\s+(\w+)",
    r"(?:@\w+\s+)*([\w.!]+)\([^=]*\)(?:::[\w{}, .]+)?(?:\s+where\s+[^=]+)?\s*=(?!=)",
    r"const\s+(\w+)\s*=",
)
JUST = r"@?([\w-]+)(?:[ \t]+(?!=)[^:]*)?:(?!=)"
KOTLIN = _alternatives(
    r"[ \t]*(?:(?:public|private|protected|internal|abstract|final|open|sealed|data|inner|value|enum|annotation|inline|companion|expect|actual|fun|@\w+(?:\([^)]*\))?)\s+)*(?:class|interface|object|typealias)\s+(\w+)",
    r"[ \t]*(?:(?:public|private|protected|internal|abstract|final|open|override|suspend|inline|infix|operator|tailrec|external|expect|actual|@\w+(?:\([^)]*\))?)\s+)*fun\s+(?:<[^>]*>\s*)?(?:[\w<>?, ]+\.)?(`[^`]+`|\w+)\s*\(",
    r"[ \t]*(companion object)\b",
)
LEAN = (
    r"[ \t]*(?:@\[[^\]]*\]\s*)?(?:(?:private|protected|noncomputable|partial|unsafe|scoped)\s+)*"
    r"(?:def|theorem|lemma|structure|class|inductive|abbrev|instance|axiom|opaque|namespace|macro)"
    r"\s+(?!:)([\w.'«»]+)"
)
LESS = r"(\.[\w-]+\([^)]*\)|[@.#&:\w][^{};]*?)\s*\{"
LUA = _alternatives(
    r"[ \t]*(?:local\s+)?function\s+([\w.:]+)",
    r"[ \t]*(?:local\s+)?([\w.]+)\s*=\s*function\b",
)
MAKEFILE = _alternatives(
    r"((?!\.PHONY|\.SUFFIXES)[\w./%$(){}-]+(?:[ \t]+[\w./%$(){}-]+)*)\s*::?(?![=\w])",
    r"define\s+(\w+)",
)
MATLAB = _alternatives(
    r"[ \t]*function\s+(?:\[[^\]]*\]\s*=\s*|\w+\s*=\s*)?([\w.]+)",
    r"classdef\s+(?:\([^)]*\)\s*)?(\w+)",
)
MESON = r"(\w+)\s*=\s*(?:executable|library|static_library|shared_library|custom_target|dependency|declare_dependency)\("
MOVE = (
    r"[ \t]*(?:(?:public(?:\s*\(\w+\))?|pub(?:\(\w+\))?|entry|native|inline|extern)\s+)*"
    r"(?:fun|fn|struct|module|mod|enum|trait|impl)\s+([\w:]+)"
)
NIM = _alternatives(
    r"[ \t]*(?:proc|func|method|iterator|template|macro|converter)\s+(`[^`]+`|\w+)",
    r"(?:[ \t]*type\s+|[ \t]+)(\w+)\*?(?:\[[^\]]*\])?(?:\s*\{\.[^}]*\.\})?\s*=\s*(?:ref\s+|ptr\s+)?(?:object|enum|tuple|distinct|concept)\b",
)
NIX = r"[ \t]*([\w.'-]+|\"[^\"]+\")\s*=\s*(?:rec\s*\{|\{|\w+\s*:|(?:[\w.]+\s+)*(?:[\w.]*\.)?(?:mk\w+|callPackage|writeShell\w+|buildEnv|buildGo\w+)\b|with\b|let\b|\()"
OBJECTIVE_C = _alternatives(
    r"@(?:interface|implementation|protocol)\s+(\w+(?:\s*\(\w*\))?)(?![^;]*;\s*$)",
    r"[-+]\s*\([^)]*\)\s*(\w+(?::(?:\s*\([^)]*\)\s*\w+\s*\w+:)*)?)",
    r"typedef\s+NS_(?:ENUM|OPTIONS)\s*\(\s*\w+\s*,\s*(\w+)",
    _C_TYPES,
    _C_LIKE,
)
OCAML = _alternatives(
    r"[ \t]*let\s+\(\s*((?:let|and)?[^\w\s(),]{1,4})\s*\)",
    r"[ \t]*let\s+(?:rec\s+|nonrec\s+|open\s+)?(?:\(\s*(?!(?:let|and)[^\w\s]))?([a-z_][\w']*)",
    r"[ \t]*and\s+([a-z_][\w']*)",
    r"[ \t]*(?:module\s+type|module\s+rec|module|type\s+nonrec|class\s+virtual|class\s+type|class|exception|external|val|method(?:\s+private)?)\s+(?:'\w+\s+|\([^)]*\)\s+)?([\w']+)",
    r"[ \t]*type\s+(?:nonrec\s+)?(?:'\w+\s+|\([^)]*\)\s+)?([\w']+)",
)
ODIN = r"(\w+)\s*::\s*(?:#\w+\s+)*(?:proc|struct|enum|union|bit_set|distinct|[\w\"'.]+)"
PASCAL = _alternatives(
    r"(?i:[ \t]*(?:class\s+)?(?:procedure|function|constructor|destructor|operator)\s+([\w.]+))",
    r"(?i:(?:program|unit|library|package)\s+([\w.]+))",
    r"(?i:[ \t]*(\w+)(?:<[^>]*>)?\s*=\s*(?:packed\s+)?(?:class|record|interface|object)\b(?!\s*(?:of|;)))",
)
PERL = _alternatives(
    r"[ \t]*(?:sub|package|method|class|role)\s+([\w:]+)",
    r"[ \t]*subtest\s+[\"']([^\"']+)[\"']\s*=>",
)
PHP = _alternatives(
    r"[ \t]*(?:(?:abstract|final|readonly)\s+)*(?:class|interface|trait|enum)\s+(?!extends\b)(\w+)",
    r"[ \t]*(?:(?:public|private|protected|static|abstract|final)\s+)*function\s+&?(\w+)",
    r"[ \t]*namespace\s+([\w\\]+)",
)
PONY = (
    r"[ \t]*(?:class|actor|primitive|trait|interface|struct|type|fun|be|new)\s+(?:\\\w+\\\s+)?"
    r"(?:(?:iso|trn|ref|val|box|tag|create)\s+(?=\w))?@?(\w+)"
)
POWERSHELL = _alternatives(
    r"(?i:[ \t]*(?:function|filter|workflow|configuration)\s+(?:(?:global|script|local|private):)?([\w-]+))",
    r"(?i:[ \t]*(?:class|enum)\s+(\w+))",
    r"[ \t]+(?:(?:static|hidden)\s+)*\[[\w.\[\]]+\]\s*(\w+)\s*\([^)]*\)\s*\{?\s*$",
)
PRISMA = r"(?:model|enum|type|view|datasource|generator)\s+(\w+)"
PROLOG = rf"{_PL_NAME}(?:\([^)]*\))?\s*(?::-|-->)|:-\s*module\(\s*{_PL_NAME}"
PROTO = r"[ \t]*(?:message|enum|service|rpc|extend|oneof|package)\s+([\w.]+)"
PUPPET = r"[ \t]*(?:class|define|node|type|function)\s+['\"]?([\w:.-]+)"
PURESCRIPT = (
    ELM.replace(r"\s*:(?!:)", r"\s*::")
    + r"|(?:data|newtype|class|instance|foreign\s+import)\s+(\w+)"
)
# Rules and checkpoints are those of Snakemake.
PYTHON = r"[ \t]*(?:(?:async\s+)?(?:def|class)\s+(\w+)|(?:rule|checkpoint)\s+(\w+)\s*:\s*$)"
R = _alternatives(
    # What has nothing but a manual: a set of data by its name, all else by that in the manual.
    r"[\"'](?!_PACKAGE)([\w.]+)[\"']\s*$",
    r"(?:NULL|[\"']_PACKAGE[\"'])\s*$",
    r"[ \t]*(?:test_that|describe|it)\(\s*[\"']([^\"']+)[\"']",
    r"[ \t]*[`\"']?([\w.]+(?:<-)?|%[^%\s]+%)[`\"']?\s*(?:<<?-|=)\s*(?:function\b|\\\(|(?:R6::)?R6Class|(?:S7::)?new_class\b|setRefClass|shiny::|reactive)",
    r"set(?:Class|Generic|Method|Validity|RefClass)\(\s*[\"']([\w.]+)",
)
RAKU = (
    r"[ \t]*(?:(?:multi|proto|only|my|our|unit)\s+)*(?:sub|method|submethod|class|role|grammar"
    r"|token|rule|regex|module|package|subset)\s+([\w:'-]+)"
)
REASON = OCAML
REGO = r"package\s+([\w.]+)|(?:default\s+)?([a-z_]\w*(?:\.\w+)*)(?:\([^)]*\)|\[[^\]]*\])?\s*(?:contains\s+\w+\s*)?(?::?=|if\b|\{)"
RUBY = _alternatives(
    r"[ \t]*(?:(?:private|protected|public|private_class_method|module_function|memoize)\s+)?def\s+(?:self\.|\w+\.)?([\w]+[?!=]?|[-+*/%<>=!~^&|\[\]`@]+)",
    r"[ \t]*(?:class|module)\s+(?!<<)([\w:]+)",
    r"[ \t]*(?:describe|context|it|specify|feature|scenario|test|namespace|task|shared_examples)\s*\(?\s*[:\"']([^\"',]+)",
)
RUST = _alternatives(
    r"[ \t]*(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|async|unsafe|default|extern(?:\s+\"[^\"]*\")?)\s+)*fn\s+(\w+)",
    r"[ \t]*(?:pub(?:\([^)]*\))?\s+)?(?:unsafe\s+)?(?:struct|enum|union|trait|type|mod)\s+(\w+)(?!\s*;)",
    r"[ \t]*((?:unsafe\s+)?impl\b[^{]*)",
    r"[ \t]*macro_rules!\s*(\w+)",
)
SCHEME = _LISP
SCALA = r"[ \t]*(?:(?:private|protected)(?:\[\w+\])?\s+|(?:final|sealed|abstract|implicit|lazy|override|case|open|inline|transparent|opaque|@\w+)\s+)*(?:class|trait|object|enum|def|type|package\s+object|extension|given)\s+([^\s\[(:=;{]+)"
SASS = _alternatives(
    r"[ \t]*(?:@(?:mixin|function|include\s+foundation|keyframes)\s+|=(?=\w))([\w-]+)",
    r"[ \t]*([.#&%:\w\[][^{};/]*?)\s*\{",
    # Without braces: what begins as a selector does, or a tag at the margin.
    r"[ \t]*([.#&%>~*\[]\s*[A-Za-z_&:.\[-][^{};]*?)\s*,?\s*$",
    r"((?:[a-z][\w-]*|::?[a-z-]+)(?:(?:[.#\[>+~,]|:(?!\s)|\s+(?=[.#>+~\w]))[^{};=(]*?)?)\s*,?\s*$",
)
SOLIDITY = _alternatives(
    r"[ \t]*(?:abstract\s+)?(?:contract|interface|library|struct|enum|event|error|modifier)\s+(\w+)",
    r"[ \t]*function\s+(\w+)",
    r"[ \t]*(constructor|receive|fallback)\s*\(",
)
_SQL_NAME = r"(?:([\w$#]+)|\"([^\"]+)\"|`([^`]+)`|\[([^\]]+)\])"  # each part of it
SQL = _alternatives(
    rf"(?i:[ \t]*(?:create|alter)\s+(?:or\s+(?:replace|alter)\s+)?(?:(?:global|local|temp|temporary|unlogged|virtual|external|materialized|recursive|unique|clustered|nonclustered|fulltext|constraint|definer\s*=\s*\S+)\s+)*(?:table|view|function|procedure|proc|trigger|index|type|schema|policy|sequence|package(?:\s+body)?|domain|aggregate|event)\s+(?:concurrently\s+)?(?:if\s+(?:not\s+)?exists\s+)?){_SQL_NAME}(?:\s*\.\s*{_SQL_NAME})?(?:\s*\.\s*{_SQL_NAME})?",
    r"(?i:[ \t]+(?:procedure|function)\s+(\w+))",  # in a package
    # Templates of dbt, and queries that a comment names for sqlc, aiosql and the like.
    r"[ \t]*\{%-?\s*(?:macro|test|snapshot|materialization)\s+(\w+)",
    r"--\s*:?name:?\s+([\w.-]+)",
)
STARLARK = _alternatives(
    r"[ \t]*def\s+(\w+)",
    r"(\w+)\s*=\s*(?:rule|provider|macro|repository_rule|aspect)\(",
    rf"[ \t]+name\s*=\s*{_QUOTED}",
)
SWIFT = _alternatives(
    r"[ \t]*(?:(?:public|private|fileprivate|internal|open|final|indirect|distributed|@\w+(?:\([^)]*\))?)\s+)*(?:class|struct|enum|protocol|extension|actor|typealias)\s+(?!func\b|var\b|let\b)([\w.]+)",
    r"[ \t]*(?:(?:public|private|fileprivate|internal|open|final|static|class|override|mutating|nonmutating|convenience|required|prefix|postfix|infix|dynamic|nonisolated|@\w+(?:\([^)]*\))?)\s+)*(?:func\s+([^\s(<]+)|(init|deinit|subscript)\b[?!]?\s*(?:<[^>]*>)?\s*[({])",
)
TCL = r"[ \t]*(?:proc|method|namespace\s+eval|oo::class\s+create|(?:itcl::)?class|snit::type|test)\s+([\w:.-]+)"
NGINX = _alternatives(
    r"[ \t]*(?:location|upstream|map)\s+([^{]*[^{\s])\s*\{",
    r"[ \t]*(http|server|events|stream|mail|types)\s*\{",
)
TERRAFORM = _alternatives(
    rf"(?:resource|data)\s+{_QUOTED}\s+{_QUOTED}",
    # Any other block, as `variable "x" {`, `locals {` and those of programs that use the syntax.
    rf"([a-z]\w*)(?:\s+{_QUOTED})?(?:\s+{_QUOTED})?\s*\{{",
)
TEX = _alternatives(
    r"\s*\\(?:(?:re|provide)?newcommand|(?:New|Renew|Provide|Declare)DocumentCommand|DeclareRobustCommand|DeclareMathOperator)\*?\s*\{?\\([A-Za-z@]+)",
    r"\s*\\(?:cs|prg)_(?:g?set|new)\w*:\w+\s*\\([A-Za-z@_:]+)",
    r"\s*\\[gex]?def\s*\\([A-Za-z@]+)",
    r"\s*\\(?:re)?newenvironment\*?\{([A-Za-z@*]+)",
    r"\s*\\Provides(?:Package|Class)\{([\w-]+)",
    r"\s*\\DeclareOption\{([\w-]+)",
)
THRIFT = _alternatives(
    r"[ \t]*(?:struct|union|exception|enum|service|typedef\s+\S+|namespace\s+\w+)\s+([\w.]+)",
    r"[ \t]+(?:(?:oneway|async)\s+)?(?:[\w.]+|(?:map|list|set)<[^()]*>)\s+(\w+)\s*\(\s*(?:\)|-?\d+\s*:|/|$)",
)
VLANG = r"(?:pub\s+)?(?:fn|struct|interface|enum|union|type|const)\s+(?:\([^)]*\)\s*)?(\w+)"
VALA = _alternatives(
    r"[ \t]*(?:(?:public|private|protected|internal|abstract|static|sealed)\s+)*(?:class|struct|interface|enum|namespace|errordomain|signal|delegate\s+\S+)\s+([\w.]+)",
    r"[ \t]+(?:(?:public|private|protected|internal|abstract|static|override|virtual|async|inline)\s+)+(?:[\w<>.?\[\]]+\s+)?([\w.]+)\s*\(",
    r"[ \t]+(?:(?:static|class)\s+)?(construct)\s*(?:\{|$)",
)
VERILOG = _alternatives(
    r"[ \t]*(?:(?:virtual|static|automatic)\s+)*(?:module|interface|package|class|program|primitive|covergroup|property|sequence|checker)\s+(?:automatic\s+)?(\w+)",
    r"[ \t]*(?:(?:virtual|static|protected|local|extern|pure)\s+)*task\s+(?:automatic\s+)?([\w:]+)",
    r"[ \t]*(?:(?:virtual|static|protected|local|extern|pure)\s+)*function\s+(?:automatic\s+)?(?:[\w\[\]: ]+\s)?([\w:]+)\s*[(;]",
)
VHDL = r"(?i:[ \t]*(?!end\b)(?:(?:pure|impure)\s+)?(?:entity|architecture|package\s+body|package|component|procedure|function|configuration|type|subtype)\s+(\w+)|[ \t]*(\w+)\s*:\s*process\b)"
VIM = _alternatives(
    r"[ \t]*(?:export\s+)?(?:fu(?:n(?:c(?:tion)?)?)?|def)!?\s+((?:[sgb]:|<SID>)?[\w.#:]+)\s*\(",
    r"[ \t]*com(?:mand)?!?\s+(?:-\S+\s+)*([A-Z]\w*)",
    r"[ \t]*aug(?:roup)?\s+(?!END\b)(\w+)",
)
VISUALBASIC = r"(?i:[ \t]*(?:<[^>]*>\s*)?(?:(?:public|private|protected|friend|shared|static|overrides|overridable|partial|mustinherit|default|readonly|async)\s+)*(?!end\b)(?:sub|function|class|module|property(?:\s+get|\s+let|\s+set)?|structure|interface|enum|namespace|event|type)\s+([\w.]+))"
ZIG = _alternatives(
    r"[ \t]*(?:(?:pub|export|extern|inline|noinline)\s+(?:\"\w+\"\s+)?)*fn\s+(\w+)",
    r"[ \t]*(?:pub\s+)?(?:const|var)\s+(\w+)\s*=\s*(?:packed\s+|extern\s+)?(?:struct|enum|union|opaque|error)\b",
    r"(test\s+\"[^\"]+)",
)
