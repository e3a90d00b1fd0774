"""Recognises artifacts: files that programs write for programs, by their names or first bytes.

Lock files, source maps, generated code and the like are left out: people wrote the same elsewhere
in their own words, and a search is better without a second copy.
"""

import re
from fnmatch import translate
from itertools import islice

LOCK = "lock file"
MAP = "source map"
SNAPSHOT = "snapshot of a test"
GENERATED = "generated"
MINIFIED = "minified"
LFS_POINTER = "not here but in Git LFS: type `git lfs pull`"
OLD_OFFICE = "an Office file of the old kind: save it as docx, xlsx or pptx"
MACHINE = "numbers for a machine"
POSTSCRIPT = "drawn in PostScript: save it as PDF"
PASSWORD = "locked by a password"
ANNEX_POINTER = "not here but in git-annex: type `git annex get`"

_NAMES = {
    LOCK: (
        *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"),
        *("deno.lock", "poetry.lock", "uv.lock", "pdm.lock", "pipfile.lock", "pixi.lock"),
        *("conda-lock.yml", "cargo.lock", "gemfile.lock", "composer.lock", "mix.lock"),
        *("pubspec.lock", "podfile.lock", "cartfile.resolved", "package.resolved", "flake.lock"),
        *("go.sum", "go.work.sum", "packages.lock.json", "project.assets.json", "paket.lock"),
        *("gradle.lockfile", "gopkg.lock", "glide.lock", "module.bazel.lock", "chart.lock"),
        ".terraform.lock.hcl",
        *("rebar.lock", "stack.yaml.lock", "cabal.project.freeze", "manifest-v2.toml.lock"),
        *("renv.lock", "gems.locked", "shard.lock", "dub.selections.json", "nimble.lock"),
        *("pylock.toml", "pylock.*.toml", "buf.lock", "conan.lock", "cpanfile.snapshot"),
        *("spago.lock", "mise.lock", "devbox.lock", "symfony.lock", "lazy-lock.json"),
        *("luarocks.lock", "*.opam.locked", "*.lockfile", "deps-lock.json"),
    ),
    MAP: ("*.js.map", "*.css.map", "*.mjs.map", "*.cjs.map", "*.ts.map"),
    SNAPSHOT: ("*.snap", "*.snap.new"),
    GENERATED: (
        *("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "*.pb.go", "*.pb.gw.go", "*.pb.cc", "*.pb.h"),
        *("*.pb.swift", "*_pb.js", "*_pb.d.ts", "*_grpc_pb.js", "*.pb.dart", "*.g.dart"),
        *("*.freezed.dart", "*.designer.cs", "*.designer.vb", "*.g.cs", "*.g.i.cs"),
        *("*.generated.*", "*.gen.go", "zz_generated*.go", "*_string.go.gen", "*.tsbuildinfo"),
        "project.pbxproj",
    ),
    MACHINE: (
        *("*.gcode", "*.gco", "*.ihex", "*.srec", "*.s19", "*.gbr", "*.gerber", "*.gtl", "*.gbl"),
        *("*.gts", "*.gbs", "*.gto", "*.gbo", "*.gtp", "*.gbp", "*.gko", "*.gm1"),
    ),
    MINIFIED: ("*.min.js", "*.min.css", "*.min.mjs", "*-min.js", "*.bundle.js"),
}
_PATTERNS = [
    (re.compile("|".join(map(translate, names))), reason) for reason, names in _NAMES.items()
]

# Names of lock files of package managers that are not listed above. People use such names too, so a
# file counts only if at least `_FEWEST_HASHES` of its lines hold a hash.
_LOCK_NAME = re.compile(
    r"(?:.*[._-])?lock(?:b|ed)?(?:\.(?:json5?|ya?ml|toml|hcl|edn))?|.*\.resolved|manifest\.toml"
)
_HASH_LINE = re.compile(
    rb"^.*?(?:\b(?:integrity|checksums?|digest|narHash|git-tree-sha1)\b|sha\d{1,3}[-:=_]|[0-9a-f]{32})",
    re.MULTILINE | re.IGNORECASE,
)
_FEWEST_HASHES = 2

_LFS = b"version https://git-lfs.github.com/spec/"
_ANNEX = re.compile(rb"(?:/annex/objects/|\.\./[./]*git/annex/objects/)")
# By suffix, the first bytes of artifacts whose suffix other files have too: source maps, the files
# that Godot and Unity keep beside each asset, pages and pictures in PostScript, firmware, recorded
# signals, measurements of Apple's Health, shapes.
_BEGINNINGS = {
    "map": (rb"\s*\{\s*\"version\"\s*:\s*3\s*,.{0,4000}\"(?:mappings|sources)\"", MAP),
    "import": (rb"\[remap\]\s+importer=", GENERATED),
    "uid": (rb"uid://\w+\s*$", GENERATED),
    "meta": (rb"fileFormatVersion: \d+\s+guid: ", GENERATED),
    "hex": (rb":[0-9A-Fa-f]{8,}\s", MACHINE),
    "vcd": (rb"\s*\$(?:date|version|comment|timescale|scope)\b", MACHINE),
    "stl": (rb"solid\b.{0,200}?\sfacet normal\s", MACHINE),
    "obj": (rb"(?:(?:#|mtllib |o |g )[^\n]*\n|\s)*v +-?\d", MACHINE),
    "ply": (rb"ply\r?\nformat ", MACHINE),
    "dxf": (rb"\s*(?:999\r?\n[^\n]*\n\s*)*0\r?\n\s*SECTION\r?\n", MACHINE),
    "xml": (rb"\s*(?:<\?[^>]*>\s*)?<(?:!DOCTYPE )?HealthData\b", MACHINE),
    **dict.fromkeys(("step", "stp", "p21"), (rb"ISO-10303-21;", MACHINE)),
    **dict.fromkeys(("eps", "epsf", "epsi", "ps", "ai"), (rb"%!PS-Adobe", POSTSCRIPT)),
}
# The container of Office files before 2007, of Outlook messages, and of encrypted newer documents.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_REASONS = {
    **dict.fromkeys(("doc", "dot", "xls", "xlt", "ppt", "pps", "pot"), OLD_OFFICE),
    **dict.fromkeys(("docx", "docm", "xlsx", "xlsm", "pptx", "pptm"), PASSWORD),
}
# The most bytes of a pointer file of Git LFS or git-annex; a longer file only mentions them.
_LONGEST_POINTER = 1024


def reason_of(path: str, data: bytes) -> str | None:
    """Return the reason to leave out a file that is an artifact.

    Args:
        path: Relative to the root; only its last part counts.
        data: The whole content of the file.

    Returns:
        A short phrase such as `lock file`; None if nothing shows that a program wrote the file.
    """
    if len(data) <= _LONGEST_POINTER:
        if data.startswith(_LFS):
            return LFS_POINTER
        if _ANNEX.match(data):
            return ANNEX_POINTER
    name = path.rpartition("/")[2].lower()
    if data.startswith(OLE):
        return _OLE_REASONS.get(name.rpartition(".")[2])
    found = next((reason for pattern, reason in _PATTERNS if pattern.match(name)), None)
    beginning, reason = _BEGINNINGS.get(name.rpartition(".")[2], (b"", GENERATED))
    if found is None and beginning and re.match(beginning, data, re.DOTALL):
        return reason
    if found is None and _LOCK_NAME.fullmatch(name):
        hashes = islice(_HASH_LINE.finditer(data), _FEWEST_HASHES)
        return LOCK if len(list(hashes)) == _FEWEST_HASHES else None
    return found
