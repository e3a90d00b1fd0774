"""Recognises files that look like keys or credentials, by their names and by what is in them.

Knows well-known forms, and looks at nothing but the name and text it is given. Takes linear time:
only stretches without blanks that are long enough for a secret are looked at, and each pattern is
matched where a literal of it is.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from searchkit_index.walk import keys
from searchkit_index.walk.keys import places

if TYPE_CHECKING:
    from searchkit_index.walk.forms import Form

BY_NAME = "looks like credentials, by its name"

_NAMES = frozenset(
    (
        *(".netrc", "_netrc", ".pgpass", ".my.cnf", ".mylogin.cnf", ".pypirc", ".npmrc", ".envrc"),
        *(".git-credentials", ".htpasswd", ".dockercfg", ".dockerconfigjson", ".vault-token"),
        *(".s3cfg", ".boto", ".terraformrc", "terraform.rc", "credentials.tfrc.json", "master.key"),
        *("id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss"),
        *("kubeconfig", "application_default_credentials.json", "access_tokens.db", "rclone.conf"),
        *(
            "credentials.db",
            "legacy_credentials",
            "secring.gpg",
            "accesstokens.json",
            ".vault_pass",
        ),
        *("msal_token_cache.json", ".ansible_vault_pass", "wallet.dat", "kubeconfig.yaml"),
        *(
            "kubeconfig.yml",
            ".yarnrc.auth",
            ".databrickscfg",
            ".snowsql.cnf",
            ".esmtprc",
            ".msmtprc",
        ),
    )
)
# Names that count in some folders only.
_FOLDERS = {
    "credentials": (".aws", ".cargo", ".gem", "git", "oci", ".oci"),
    "credentials.toml": (".cargo",),
    "config.json": (".docker", ".netlify"),
    "config": (".kube", "hub"),
    "hub": (".config",),
    "hosts.yml": ("gh",),
    "hosts.yaml": ("gh",),
    "auth.json": (".composer", "composer", "containers"),
    "settings.xml": (".m2",),
    "gradle.properties": (".gradle",),
    "config.yaml": ("doctl", "glab-cli"),
    "config.yml": ("glab-cli",),
    "token.json": (".databricks", ".kaggle"),
    "kaggle.json": (".kaggle", "kaggle"),
    "token": (".huggingface", "huggingface", ".cargo"),
}
_SUFFIXES = (
    ".p12",
    ".pfx",
    ".jks",
    ".keystore",
    ".kdbx",
    ".ppk",
    ".kubeconfig",
    ".mobileprovision",
)
# What editors and people put behind a name when they keep an older state.
_KEPT_ENDS = ("~", ".bak", ".backup", ".old", ".orig", ".save", ".swp", ".copy", ".1", ".2")
_KEPT = re.compile("(?:" + "|".join(map(re.escape, _KEPT_ENDS)) + ")$")
# `.env.example` and its like are there to be read; `.env.ts` is a program.
_SAMPLES = re.compile(
    r"(?:^|[._-])(?:example|sample|template|tmpl|tpl|dist|defaults?|schema|demo|fake|dummy|ci|test"
    r"|testing|d|[cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|sh|md|rst|txt|ya?ml|html?|vue|j2|erb)"
    r"(?=$|[._-])"
)

# So much of a token, and of what comes before the literal in it, is looked at.
_LONGEST, _BEFORE = 300, 100
# A stretch without blanks that may hold a secret.
_SHORTEST = 20
_DIGIT = re.compile(r"[0-9]")
_RUN = re.compile(r"[\w+/=.~:@$%&?\\-]{20,}", re.ASCII)
# A value in such a stretch: characters of base64 and similar encodings.
_VALUE = re.compile(r"(?<![\w+/.~-])[\w+/.~-]{20,200}={0,2}(?![\w+/.~-])", re.ASCII)
# What names a secret, at the end of what comes before a value.
_NAMED = re.compile(
    r"(?:secret|(?<!csrf.)(?<!xsrf.)(?<!icity.)(?<!next)(?<!next.)(?<!lock)(?<!lock.)(?<!page.)token"
    r"|passw(?:or)?d|passphrase|pwd|(?:api|access|auth|account|private|signing|encryption|shared"
    r"|license|app|application).?key|credentials?)(?-i:s?(?![a-z]))(?!.?(?:file|path|url|uri|host|name|id)\b)"
    r"[\w.\[\]-]{0,20}(?:[\"'`\])]{0,3}\s{0,4}(?:[:=]{1,3}>?|!=)\s{0,4}[\"'`(@]{0,4}"
    r"|[\"'`]?[,(]\s{0,4}[\"'`])\Z|\bbearer[ :]{1,2}\Z",
    re.IGNORECASE,
)
# What no key is, though its name may say so: hexadecimal and short, a path, words in a row, a UUID.
_OTHER = re.compile(
    r"[0-9a-f]{20,31}|[/.].*|(?!eyJ).*\..*|(?=.*/)(?!.{40}|.*[+=]).*|(?:[^_.-]{0,11}[_.-])*[^_.-]{0,11}"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Of the values with such names many are mere numbers; with these they are keys.
_KEYED = re.compile(r"api.?key|secret.?key|client.?secret|auth.?token[\"']?=|passw", re.IGNORECASE)
_LEFT = 80  # characters before a value in which its name stands
_PLACEHOLDER = re.compile(
    r"example|sample|x{5}|placeholder|change.?me|redacted|dummy|your|insert|abcdefgh|0{8}",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"fake|test|mock|deadbeef|123456|secret|token|passw|qwerty|foobar|sha\d|base64|utf.?8|uuid",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[a-z0-9]|(?<=[0-9])[A-Za-z]")
_DISCORD = re.compile(r"(?<![\w.-])[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w.-])", re.ASCII)
# Of letters alone, or of digits, without a change between the two: words are shorter.
_NUMBERS = re.compile(r"[0-9]{9,}")
_UNBROKEN = re.compile(r"[A-Za-z]{30,}")
_DIGIT_CHANGE = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")

_URL = re.compile(
    r"[\w.%+-]{0,64}:([^\s:@/\"'`<>{}\[\]()$*\\,;|]{6,100})@([\w.-]{1,253})", re.ASCII
)
_DRAWN = 12  # characters of a password, at least, that chance made
_OUR_HOSTS = re.compile(
    r"(?:^|\.)(?:localhost|example|test|invalid|local|internal|host|hostname|server|domain|proxy"
    r"|db|database|mysql|postgres|redis|rabbitmq|mongo)(?:\.(?:com|org|net|local|test))?$|^[\d.]+$|^\w$",
    re.IGNORECASE,
)


def is_named(path: str) -> bool:
    """Tell whether a path, "/" between its parts, is one that credentials usually have."""
    folder, _, name = path.lower().rpartition("/")
    if name.endswith(_KEPT_ENDS):
        name = _KEPT.sub("", name)
    if name.endswith(_SUFFIXES) or name in _NAMES:
        return True
    if name.startswith(".env.") or name.endswith(".env"):
        return not _SAMPLES.search(name.replace(".env", "", 1))
    return name in _FOLDERS and folder.rpartition("/")[2] in _FOLDERS[name]


def held(text: str) -> str | None:
    """Name the secret that a text seems to hold, as `holds a private key`; None without one."""
    from searchkit_index.walk.forms import FORMS  # a search looks into no file

    if keys.has_private(text):
        return "holds a private key"
    long = " ".join([word for word in text.split() if len(word) >= _SHORTEST])
    runs = "\n".join(filter(_DIGIT.search, _RUN.findall(long)))
    for form in FORMS:
        searched = runs if form.digits else long
        if form.literal in searched and any(_tokens(searched, form)):
            return f"holds {form.kind}"
    if _DISCORD.search(runs):
        return "holds a Discord token"
    if any(_passwords(text)):
        return "holds a password in an address"
    return "holds a key or token" if any(_named_values(text, runs)) else None


def _tokens(text: str, form: "Form") -> Iterator[bool]:
    """Tell, for each place of a form's literal, whether it is one of a token."""
    for at in places(text, form.literal):
        after = at + len(form.literal)
        found = form.rest.match(text, after, after + _LONGEST)
        before = found and form.before.search(text, max(0, at - _BEFORE), at)
        if found and before:
            yield _is_random((before[0] if form.inner else "") + found[0], form.weak)


def _passwords(text: str) -> Iterator[bool]:
    """Tell, for each address with a password in it, whether somebody made that."""
    for at in places(text, "://"):
        found = _URL.match(text, at + 3)
        if found:
            # Those of hosts of one's own are made up, unless chance made them.
            own = _OUR_HOSTS.search(found[2])
            yield _is_password(found[1]) and (not own or _is_drawn(found[1]))


def _named_values(text: str, runs: str) -> Iterator[bool]:
    """Tell, for each value that looks random, whether its name says that it is a secret."""
    for value in set(_VALUE.findall(runs)):
        uuid = _UUID.fullmatch(value) is not None
        if (uuid or not _OTHER.fullmatch(value)) and _is_random(value, weak=True):
            for at in places(text, value):
                name = _NAMED.search(text, max(0, at - _LEFT), at)
                called = text[at + len(value) : at + len(value) + 1] in ("(", "[", "<")
                yield bool(name and not called and (not uuid or _KEYED.search(name[0])))


def _is_random(token: str, weak: bool) -> bool:
    """Tell whether a token is made by chance: no words, no row of one character, no placeholder."""
    changes = len((_DIGIT_CHANGE if weak else _CHANGE).findall(token))
    if weak and changes < max(3, len(token) // 9):
        return False
    if changes < 2 and not (_NUMBERS.search(token) or _UNBROKEN.fullmatch(token)):
        return False
    varied = len(set(token)) >= min(10, len(token) // 2)
    return varied and not (_PLACEHOLDER.search(token) or (weak and _WORD.search(token)))


def _is_drawn(word: str) -> bool:
    return "%" not in word and len(_CHANGE.findall(word)) * 3 >= max(len(word), _DRAWN)


def _is_password(word: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit)
    mixed = sum(any(map(kind, word)) for kind in kinds) + (not word.isalnum())
    return mixed >= 3 and len(word) >= 8 and not (_PLACEHOLDER.search(word) or _WORD.search(word))
