"""Which files look like keys or credentials, by their names and by what stands in them.

Knows well-known forms only, and looks at nothing but the name and text it is given. Takes linear
time: a form is looked for by a literal, and matched only where that literal stands.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAMES = frozenset(
    (
        *(".netrc", "_netrc", ".pgpass", ".my.cnf", ".pypirc", ".git-credentials", ".htpasswd"),
        *(".dockercfg", ".vault-token", ".s3cfg", ".boto", ".terraformrc", "terraform.rc"),
        *("credentials.tfrc.json", "master.key", "id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk"),
        *("id_ed25519", "id_ed25519_sk"),
    )
)
# Names that count in one folder only.
_FOLDERS = {
    "credentials": ".aws",
    "config.json": ".docker",
    "config": ".kube",
    "hosts.yml": "gh",
}
_SUFFIXES = (".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk")
# `.env.example` and its like are there to be read.
_SAMPLES = frozenset({"example", "sample", "template", "dist", "defaults", "schema"})

BY_NAME = "looks like credentials, by its name"

# Distinct characters in a token: what has fewer is a placeholder, as `ghp_xxxx`.
_DISTINCT = 10
# The beginning of a key that is looked at, in characters: its headers and the first line.
_BODY = 600


class _Form(NamedTuple):
    """A token: the literals that begin it, and what follows each of them."""

    kind: str
    literals: tuple[str, ...]
    rest: re.Pattern[str]


def _form(kind: str, literals: str, rest: str) -> _Form:
    # A token ends where no character of its alphabet follows; no `rest` takes over 300, so that
    # literals one after another are not each read to the end of the text.
    return _Form(kind, tuple(literals.split()), re.compile(f"{rest}(?![A-Za-z0-9])"))


_FORMS = (
    _form("an AWS key", "AKIA ASIA", r"[A-Z2-7]{16}"),
    _form("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9]{36,300}"),
    _form("a GitHub token", "github_pat_", r"[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _form("a GitLab token", "glpat- gldt- glrt-", r"[\w-]{20,300}"),
    _form("a Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs-", r"[0-9]{8,300}-[\w-]{20,300}"),
    _form("a Google key", "AIza", r"[\w-]{35}"),
    _form("a Stripe key", "sk_live_ rk_live_", r"[A-Za-z0-9]{24,300}"),
    _form("an OpenAI key", "sk-proj- sk-svcacct-", r"[\w-]{40,300}"),
    _form("an Anthropic key", "sk-ant-", r"[\w-]{40,300}"),
    _form("a Hugging Face token", "hf_", r"[A-Za-z]{34}"),
    _form("an npm token", "npm_", r"[A-Za-z0-9]{36}"),
    _form("a PyPI token", "pypi-AgE", r"[\w-]{50,300}"),
    _form("a SendGrid key", "SG.", r"[\w-]{22}\.[\w-]{43}"),
    _form("a DigitalOcean token", "dop_v1_ doo_v1_", r"[0-9a-f]{64}"),
    _form("a Docker token", "dckr_pat_", r"[\w-]{27,300}"),
    _form("a Vault token", "hvs.", r"[\w-]{24,300}"),
    _form("an age key", "AGE-SECRET-KEY-1", r"[A-Z0-9]{58}"),
    _form("an Azure key", "AccountKey=", r"[A-Za-z0-9+/]{86}=="),
)

# Such a character to the left of a token makes it a part of something else.
_WORD = re.compile(r"[A-Za-z0-9]")
_KEY_HEAD = "PRIVATE KEY"
_KEY = re.compile(
    r"PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr])*"
    r"(?:[A-Za-z-]{1,20}: .{1,80}(?:\s|\\[nr])+){0,4}"  # `Proc-Type: 4,ENCRYPTED`, `Version: ...`
    r"[\"' ]{0,4}([A-Za-z0-9+/=]{40})"
)


def is_named(path: str) -> bool:
    """Whether a path, "/" between its parts, is one that credentials usually have."""
    folder, _, name = path.lower().rpartition("/")
    if name.startswith(".env") and (name == ".env" or name[4] == "."):
        return name.rpartition(".")[2] not in _SAMPLES
    if name in _FOLDERS:
        return folder.rpartition("/")[2] == _FOLDERS[name]
    return name in _NAMES or name.endswith(_SUFFIXES)


def held(text: str) -> str | None:
    """What secret a text seems to hold, as `holds a private key`; None when it shows none."""
    if any(map(_varied, _keys(text))):
        return "holds a private key"
    for form in _FORMS:
        if any(map(_varied, _tokens(text, form))):
            return f"holds {form.kind}"
    return None


def _tokens(text: str, form: _Form) -> Iterator[str]:
    for literal in form.literals:
        for at in _places(text, literal):
            found = form.rest.match(text, at + len(literal))
            if found and not (at and _WORD.match(text, at - 1)):
                yield found[0]


def _keys(text: str) -> Iterator[str]:
    for at in _places(text, _KEY_HEAD):
        if found := _KEY.match(text, at, at + _BODY):
            yield found[1]


def _places(text: str, literal: str) -> Iterator[int]:
    at = text.find(literal)
    while at >= 0:
        yield at
        at = text.find(literal, at + len(literal))


def _varied(token: str) -> bool:
    return len(set(token)) >= _DISTINCT and "EXAMPLE" not in token
