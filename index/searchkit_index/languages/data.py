"""Lists formats of data."""

from searchkit_index.languages import grammar as syntax
from searchkit_index.languages.row import row

DATA = (
    row(
        "json",
        "json jsonc json5 geojson topojson jsonld webmanifest jsonl ndjson har avsc code-workspace"
        " xcstrings gltf uproject uplugin",
        syntax.JSON,
        # Programs give their files endings of their own.
        claims=(("", rb"\A(?:\xef\xbb\xbf)?\s*\[?\s*\{\s*\"[^\"\n]*\"\s*:"),),
        kind="data",
        escaped=True,
        files=".babelrc .eslintrc .prettierrc .jshintrc composer.lock Pipfile.lock flake.lock",
    ),
    # No grammar on purpose: its scanner writes past a buffer on deep nesting, which ends the
    # process; indentation says as much.
    row(
        "yaml",
        "yaml yml dvc raml",
        kind="data",
        embeds="runs",
        files=".clang-format .clang-tidy CITATION.cff .yamllint",
    ),
    row("toml", "toml", syntax.TOML, kind="data", files="Cargo.lock poetry.lock uv.lock Pipfile"),
    row("textproto", "textproto pbtxt txtpb prototxt pbt", kind="data"),
    row(
        "csv",
        "csv tsv psv tab",
        claims=(("txt", rb"\A(?:\xef\xbb\xbf)?#separator:"),),
        kind="data",
        aliases="anki",
        reader="delimited",
    ),
    row(
        "ini",
        "ini cfg conf cnf config desktop env editorconfig"
        " service socket timer mount automount swap slice nspawn netdev network reg inf",
        kind="data",
        files=".editorconfig .gitconfig .gitmodules .env .npmrc .pylintrc .flake8 .coveragerc"
        " .gitattributes .gitignore .dockerignore .npmignore .hgrc",
    ),
    row("properties", "properties", kind="data", escaped=True),
    row(
        "xml",
        "xml xsd xsl xslt plist csproj vbproj fsproj vcxproj props targets xaml"
        " wsdl pom xmi tmx storyboard xib ui qrc dtd ttml"
        " axaml owl rdf csl musicxml stringsdict entitlements",
        claims=(
            ("", rb"\A(?:\xef\xbb\xbf)?<\?xml\b"),
            ("tsx", rb"\A(?:\xef\xbb\xbf)?<\?xml\b"),  # tiles of a map
        ),
        kind="data",
    ),
    row("svg", "svg", kind="data", reader="html", embeds="blocks"),
    row(
        "godot-resource",
        "tscn tres escn godot gdextension",
        kind="data",
        lexer="ini",
    ),
    row(
        "labels",
        "unity prefab kicad_sch kicad_pcb kicad_mod kicad_sym kicad_wks",
        claims=(("", rb"\A%YAML 1\.\d\s+%TAG !u! tag:unity3d\.com"),),
        kind="data",
        aliases="kicad",
        reader="labels",
        bulky=True,
        encoded=True,
        lexer="yaml",
    ),
    row("apple-strings", "strings", kind="data", lexer="properties"),
    row(
        "playlist",
        "m3u m3u8",
        claims=(
            ("pls", rb"\A(?:\xef\xbb\xbf)?\s*\[playlist\]"),
            ("cue", rb"^\s*(?:FILE \".*\" [A-Z\d]+|TRACK \d+ AUDIO)\s*$"),
        ),
        kind="data",
    ),
    row("fluent", claims=(("ftl", rb"^-?[A-Za-z][\w-]* ?= ?"),), kind="data", lexer="ini"),
    row("diff", "diff patch", kind="data"),
    row("requirements", kind="data", files="requirements.txt constraints.txt"),
)
