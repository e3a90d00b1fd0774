"""Recognises files that hold secrets: keys, tokens, passwords.

A file is recognised by its name or by known forms of secrets in its text. Takes linear time: only
stretches without white space that are long enough for a secret are examined, and each pattern is
matched only where its literal is.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from searchkit_index.walk import keys, wallet
from searchkit_index.walk.keys import places

if TYPE_CHECKING:
    from searchkit_index.walk.forms import Form

BY_NAME = "looks like credentials, by its name"

# Names of files in which well-known programs keep credentials.
_FILE_NAMES = (
    ".netrc _netrc .pgpass .my.cnf .mylogin.cnf .pypirc .npmrc .envrc .git-credentials .htpasswd"
    " .dockercfg .dockerconfigjson .vault-token .s3cfg .boto .terraformrc terraform.rc"
    " credentials.tfrc.json master.key id_rsa id_dsa id_ecdsa id_ecdsa_sk id_ed25519"
    " id_ed25519_sk id_xmss kubeconfig application_default_credentials.json access_tokens.db"
    " rclone.conf credentials.db legacy_credentials secring.gpg accesstokens.json .vault_pass"
    " msal_token_cache.json .ansible_vault_pass wallet.dat kubeconfig.yaml kubeconfig.yml"
    " key.properties keystore.properties .yarnrc.auth .databrickscfg .snowsql.cnf .esmtprc .msmtprc"
)
_NAMES = frozenset(_FILE_NAMES.split())
# Names of files with credentials, by the folders in which they are.
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
    *(".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".kubeconfig", ".mobileprovision"),
    ".tfstate",  # Terraform writes each password into it
)
# Suffixes of backup copies.
_BACKUP_SUFFIXES = ("~", ".bak", ".backup", ".old", ".orig", ".save", ".swp", ".copy", ".1", ".2")
_BACKUP = re.compile("(?:" + "|".join(map(re.escape, _BACKUP_SUFFIXES)) + ")$")
# Parts of names of samples, such as `.env.example`, and of programs, such as `.env.ts`.
_SAMPLES = re.compile(
    r"(?:^|[._-])(?:example|sample|template|tmpl|tpl|dist|defaults?|schema|demo|fake|dummy|ci|test"
    r"|testing|d|[cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|sh|md|rst|txt|ya?ml|html?|vue|j2|erb)"
    r"(?=$|[._-])"
)

# The most characters of a token that are examined, after its literal and before it.
_MOST_AFTER, _MOST_BEFORE = 300, 100
_SHORTEST = 20  # characters of a stretch without white space that may hold a secret
_DIGIT = re.compile(r"[0-9]")
_RUN = re.compile(r"[\w+/=.~:@$%&?\\-]{20,}", re.ASCII)
# A value in such a stretch: characters of base64 and similar encodings.
_VALUE = re.compile(r"(?<![\w+/.~-])[\w+/.~-]{20,200}={0,2}(?![\w+/.~-])", re.ASCII)
# The name of a secret, directly before its value.
_SECRET_NAME = re.compile(
    r"(?:secret|(?<!csrf.)(?<!xsrf.)(?<!icity.)(?<!next)(?<!next.)(?<!lock)(?<!lock.)(?<!page.)token"
    r"|passw(?:or)?d|passphrase|pwd|(?:api|access|auth|account|private|signing|encryption|shared"
    r"|license|app|application).?key|credentials?)(?-i:s?(?![a-z]))(?!.?(?:file|path|url|uri|host|name|id)\b)"
    r"[\w.\[\]-]{0,20}(?:[\"'`\])]{0,3}\s{0,4}(?:[:=]{1,3}>?|!=)\s{0,4}[\"'`(@]{0,4}"
    r"|[\"'`]?[,(]\s{0,4}[\"'`])\Z|\bbearer[ :]{1,2}\Z",
    re.IGNORECASE,
)
# Values that are no secrets, whatever their names: short hexadecimal numbers, paths, joined words.
_HARMLESS = re.compile(
    r"[0-9a-f]{20,31}|[/.].*|(?!eyJ).*\..*|(?=.*/)(?!.{40}|.*[+=]).*|(?:[^_.-]{0,11}[_.-])*[^_.-]{0,11}"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# The names with which a UUID is a secret; with others it is mostly a number.
_UUID_SECRET_NAME = re.compile(
    r"api.?key|secret.?key|client.?secret|auth.?token[\"']?=|passw", re.IGNORECASE
)
_LONGEST_NAME = 80  # characters before a value in which its name is searched
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
# Random tokens without changes between letters and digits; words and other numbers are shorter.
_NUMBERS = re.compile(r"[0-9]{9,}")
_UNBROKEN = re.compile(r"[A-Za-z]{30,}")
_DIGIT_CHANGE = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")

_URL = re.compile(
    r"[\w.%+-]{0,64}:([^\s:@/\"'`<>{}\[\]()$*\\,;|]{6,100})@([\w.-]{1,253})", re.ASCII
)
_SHORTEST_RANDOM = 12  # characters of a random password
# The hosts of examples and of local networks, whose passwords are mostly made up.
_LOCAL_HOSTS = re.compile(
    r"(?:^|\.)(?:localhost|example|test|invalid|local|internal|host|hostname|server|domain|proxy"
    r"|db|database|mysql|postgres|redis|rabbitmq|mongo)(?:\.(?:com|org|net|local|test))?$|^[\d.]+$|^\w$",
    re.IGNORECASE,
)

# What a browser or a keeper of passwords exports: a table with these three columns, or XML.
_EXPORTED = (
    frozenset(("password", "login_password")),
    frozenset(("username", "login_username", "login name", "user name", "login")),
    frozenset(("url", "login_uri", "web site", "website")),
)
_KEEPASS = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<KeePassFile>")
_LONGEST_HEADER = 2000
_COLUMN = re.compile(r"[,;|\t]")


def has_secret_name(path: str) -> bool:
    """Tell whether a path, with "/" between its parts, is a usual one of credentials."""
    folder, _, name = path.lower().rpartition("/")
    if name.endswith(_BACKUP_SUFFIXES):
        name = _BACKUP.sub("", name)
    if name.endswith(_SUFFIXES) or name in _NAMES:
        return True
    if name.startswith(".env.") or name.endswith(".env"):
        return not _SAMPLES.search(name.replace(".env", "", 1))
    return name in _FOLDERS and folder.rpartition("/")[2] in _FOLDERS[name]


def reason_of(text: str) -> str | None:
    """Find the first secret in a text.

    Args:
        text: Any text.

    Returns:
        The reason to skip it, such as `holds a private key`; None if it seems to hold no secret.
    """
    from searchkit_index.walk.forms import FORMS  # slow, and no query needs it

    if keys.has_private(text):
        return "holds a private key"
    long = " ".join([word for word in text.split() if len(word) >= _SHORTEST])
    runs = "\n".join(filter(_DIGIT.search, _RUN.findall(long)))
    if wallet.has_key(text, runs):
        return "holds a key of a wallet"
    for form in FORMS:
        searched = runs if form.digits else long
        if form.literal in searched and any(_tokens(searched, form)):
            return f"holds {form.kind}"
    if _DISCORD.search(runs):
        return "holds a Discord token"
    if any(_passwords(text)):
        return "holds a password in an address"
    if _is_export(text):
        return "holds exported passwords"
    return "holds a key or token" if any(_named_values(text, runs)) else None


def _tokens(text: str, form: "Form") -> Iterator[bool]:
    """Tell for each token of a form whether it is random."""
    for at in places(text, form.literal):
        after = at + len(form.literal)
        found = form.rest.match(text, after, after + _MOST_AFTER)
        before = found and form.before.search(text, max(0, at - _MOST_BEFORE), at)
        if found and before:
            yield _is_random((before[0] if form.inner else "") + found[0], form.weak)


def _passwords(text: str) -> Iterator[bool]:
    """Tell for each URL with a password whether that is a real one."""
    from urllib.parse import unquote

    for at in places(text, "://"):
        if found := _URL.match(text, at + 3):
            word, is_local = unquote(found[1]), _LOCAL_HOSTS.search(found[2])
            yield _is_password(word) and (not is_local or _is_random_password(word))


def _is_export(text: str) -> bool:
    header, _, rows = text[: 2 * _LONGEST_HEADER].partition("\n")
    if _KEEPASS.match(text, 0, _LONGEST_HEADER):
        return True
    columns = {each.strip("\"' ").lower() for each in _COLUMN.split(header[:_LONGEST_HEADER])}
    return bool(rows.strip()) and not any(map(columns.isdisjoint, _EXPORTED))


def _named_values(text: str, runs: str) -> Iterator[bool]:
    """Tell for each random value whether it has the name of a secret."""
    for value in set(_VALUE.findall(runs)):
        uuid = _UUID.fullmatch(value) is not None
        if (uuid or not _HARMLESS.fullmatch(value)) and _is_random(value, weak=True):
            for at in places(text, value):
                name = _SECRET_NAME.search(text, max(0, at - _LONGEST_NAME), at)
                is_call = text[at + len(value) : at + len(value) + 1] in ("(", "[", "<")
                yield bool(name and not is_call and (not uuid or _UUID_SECRET_NAME.search(name[0])))


def _is_random(token: str, weak: bool) -> bool:
    """Tell whether a token is random: not of words, nor of few characters, nor a placeholder."""
    changes = len((_DIGIT_CHANGE if weak else _CHANGE).findall(token))
    if weak and changes < max(3, len(token) // 9):
        return False
    if changes < 2 and not (_NUMBERS.search(token) or _UNBROKEN.fullmatch(token)):
        return False
    varied = len(set(token)) >= min(10, len(token) // 2)
    return varied and not (_PLACEHOLDER.search(token) or (weak and _WORD.search(token)))


def _is_random_password(word: str) -> bool:
    return len(_CHANGE.findall(word)) * 3 >= max(len(word), _SHORTEST_RANDOM)


def _is_password(word: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit)
    mixed = sum(any(map(kind, word)) for kind in kinds) + (not word.isalnum())
    return mixed >= 3 and len(word) >= 8 and not (_PLACEHOLDER.search(word) or _WORD.search(word))
