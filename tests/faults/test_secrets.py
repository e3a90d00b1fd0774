"""What looks like keys or credentials is left out, with the reason, unless it is asked for."""

import base64
import random
import time
from binascii import crc_hqx
from hashlib import sha256
from pathlib import Path

import pytest
from tokens import FORMS, PLACES, filled

from searchkit_index.walk import secret
from searchkit_index.walk.entry import Skipped
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

# Put together here, so that no scanner of secrets stops at this file.
_NOISE = "q7Rz0KpX2mVbT9cYwL4sHd8FgJ1nEa6UiO3xQvBtMkPyZrCe5WfSlDhGjN"
TOKENS = {
    "holds an AWS key": "AKIA" + "Q7RZ2KPX2MVBT4CY",
    "holds a GitHub token": "ghp_" + _NOISE[:36],
    "holds a GitLab token": "glpat-" + _NOISE[:20],
    "holds a Slack token": "xoxb-" + "1234567890-" + _NOISE[:24],
    "holds a Google key": "AIza" + _NOISE[:35],
    "holds a Stripe key": "sk_live_" + _NOISE[:24],
    "holds an npm token": "npm_" + _NOISE[:36],
    "holds an Azure key": "AccountKey=" + (_NOISE * 2)[:86] + "==",
    "holds a private key": "-----BEGIN RSA PRIVATE" + " KEY-----\n" + _NOISE + "\n",
}


@pytest.mark.parametrize("reason", TOKENS)
def test_a_token_is_known_by_its_form(reason: str) -> None:
    assert secret.reason_of(f"# settings\ntoken = '{TOKENS[reason]}'\n") == reason


def test_a_key_in_json_and_an_encrypted_one_are_known() -> None:
    head = "-----BEGIN PRIVATE" + " KEY-----"
    assert secret.reason_of(f'{{"private_key": "{head}\\n{_NOISE}"}}') == "holds a private key"
    encrypted = f"{head}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{_NOISE}\n"
    assert secret.reason_of(encrypted) == "holds a private key"


@pytest.mark.parametrize(
    "header",
    [
        "name,url,username,password,note",
        '"Group","Title","Username","Password","URL","Notes"',
        '"Account","Login Name","Password","Web Site","Comments"',
        "folder,favorite,type,name,login_uri,login_username,login_password,login_totp",
        "Title | URL | Username | Password",
    ],
)
def test_passwords_that_a_browser_exported_were_shown(header: str) -> None:
    assert secret.reason_of(f"{header}\nBank,maple tree\n") == "holds exported passwords"
    assert secret.reason_of(f"{header}\n") is None
    assert secret.reason_of(f"# Export\n{header}\nBank\n") is None


def test_passwords_that_keepass_exported_as_xml_were_shown() -> None:
    text = '<?xml version="1.0" encoding="utf-8"?>\n<KeePassFile>\n<Value>maple</Value>'
    assert secret.reason_of(text) == "holds exported passwords"
    assert secret.reason_of(f"# About\n{text}") is None


@pytest.mark.parametrize(
    "text",
    [
        "the header is -----BEGIN PRIVATE" + " KEY----- and then base64",
        "ghp_" + "x" * 36,
        "AKIAIOSFODNN7" + "EXAMPLE",
        "my" + TOKENS["holds a GitHub token"],
        "sk-learn and sk_live_mode",
    ],
)
def test_a_placeholder_or_a_mention_is_no_secret(text: str) -> None:
    assert secret.reason_of(text) is None


def test_a_password_that_chance_made_is_known_on_a_host_of_ones_own_too() -> None:
    drawn = f"postgres://app:{_NOISE[:16]}@db.internal/app\n"
    assert secret.reason_of(drawn) == "holds a password in an address"


def test_of_the_forms_that_documentation_shows_95_in_100_are_known_wherever_they_stand() -> None:
    chance = random.Random(1)
    forms = FORMS.strip().split("\n")
    missed = [
        form
        for form in forms
        for place in PLACES
        if secret.reason_of("# settings\n" + place % filled(form, chance)) is None
    ]
    assert len(missed) <= 0.05 * len(forms) * len(PLACES), sorted(set(missed))


def _pem(kind: str, columns: int = 64, dashes: str = "-----") -> str:
    chance = random.Random(2)
    body = base64.b64encode(chance.randbytes(600)).decode()
    rows = [body[start : start + columns] for start in range(0, len(body), columns)]
    head = f"{kind}PRIVATE" + " KEY"
    return "\n".join((f"{dashes}BEGIN {head}{dashes}", *rows, f"{dashes}END {head}{dashes}", ""))


_RSA = _pem("RSA ")
_BODY = "".join(_RSA.split("\n")[1:-2])
KEYS = {
    "as it is": _RSA,
    "of 32 columns": _pem("", 32),
    "encrypted": _pem("ENCRYPTED "),
    "openssh": _pem("OPENSSH ", 70),
    "ssh2": _pem("SSH2 ENCRYPTED ", 70, "---- ").replace(
        " KEY---- \n", ' KEY ----\nComment: "me"\n', 1
    ),
    "pgp": _RSA.replace(" KEY-----", " KEY BLOCK-----").replace("-\n", "-\nVersion: 1\n\n", 1),
    "putty": "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: me\nPrivate-Lines: 9\n"
    + _BODY,
    "in a notebook": '"source": [\n' + "".join(f'  "{line}\\n",\n' for line in _RSA.split("\n")),
    "in concatenated strings": "key = (\n" + "".join(f"  '{row}\\n'\n" for row in _RSA.split("\n")),
    "in Java": "\n".join(f'    + "{row}\\r\\n"' for row in _RSA.split("\n")),
    "in a comment": "".join(f"// {row}\n" for row in _RSA.split("\n")),
    "in a block comment": "/*\n" + "".join(f" * {row}\n" for row in _RSA.split("\n")) + " */",
    "in JSON": '{"private_key": "' + _RSA.replace("\n", "\\n") + '"}',
    "in JSON in JSON": '{"a": "{\\"k\\": \\"' + _RSA.replace("\n", "\\\\n") + '\\"}"}',
    "in YAML": "key: |\n" + "".join(f"    {row}\n" for row in _RSA.split("\n")),
    "on one line": _RSA.replace("\n", " "),
    "in HTML": _RSA.replace("\n", "<br/>\n"),
    "base64 in a secret of Kubernetes": "  tls.key: " + base64.b64encode(_RSA.encode()).decode(),
    "base64, one byte on": base64.b64encode(b"x" + _RSA.encode()).decode(),
    "base64, two bytes on": base64.b64encode(b"xy" + _RSA.encode()).decode(),
    "without a head": "b3BlbnNzaC1rZXktdjEA" + _BODY,
    "as a JWK": '{"kty": "EC", "crv": "P-256", "d": "' + _NOISE[:43] + '"}',
    "of WireGuard": "[Interface]\nPrivateKey = " + _BODY[:43] + "=\n",
}


@pytest.mark.parametrize("text", KEYS.values(), ids=KEYS)
def test_a_private_key_is_known_in_whatever_it_stands(text: str) -> None:
    assert secret.reason_of(f"some text before\n{text}\nand after\n") == "holds a private key"


def _checked(data: bytes) -> str:
    """Write bytes in base 58, with a check sum behind them, as wallets do."""
    number = int.from_bytes(data + sha256(sha256(data).digest()).digest()[:4], "big")
    written = ""
    while number:
        number, digit = divmod(number, 58)
        written = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + written
    return written


def _stellar(data: bytes) -> str:
    versioned = bytes([18 << 3]) + data
    return base64.b32encode(versioned + crc_hqx(versioned, 0).to_bytes(2, "little")).decode()


_CHANCE = random.Random(3)
_BYTES = list(_CHANCE.randbytes(64))
WALLETS = {
    "of Bitcoin": _checked(b"\x80" + _CHANCE.randbytes(32) + b"\x01"),
    "of Bitcoin, without compression": _checked(b"\x80" + _CHANCE.randbytes(32)),
    "extended": _checked(bytes.fromhex("0488ade4") + _CHANCE.randbytes(74)),
    "of Tezos": _checked(bytes((13, 15, 58, 7)) + _CHANCE.randbytes(32)),
    "of Stellar": _stellar(_CHANCE.randbytes(32)),
    "of Nostr": "nsec1" + "".join(_CHANCE.choices("qpzry9x8gf2tvdw0s3jn54khce6mua7l", k=58)),
    "a file of Ethereum": '{"crypto": {"ciphertext": "0f", "kdf": "scrypt", "kdfparams": {}}}',
    "of Solana": f"const payer = Keypair.fromSecretKey(Uint8Array.from({_BYTES}));",
    "of Solana, on rows": "SECRET = [\n" + "".join(f"    {each},\n" for each in _BYTES) + "]",
}


@pytest.mark.parametrize("text", WALLETS.values(), ids=WALLETS)
def test_a_key_of_a_wallet_was_shown(text: str) -> None:
    assert secret.reason_of(f"the old one\n{text}\nand after\n") == "holds a key of a wallet"


@pytest.mark.parametrize("name", ["of Bitcoin", "extended", "of Tezos", "of Stellar"])
def test_what_has_another_check_sum_is_no_key_of_a_wallet(name: str) -> None:
    key = WALLETS[name]
    other = "3" if key[20] != "3" else "4"
    assert secret.reason_of(f"the sum\n{key[:20]}{other}{key[21:]}\n") is None


ORDINARY = {
    "a table of bytes": f"static const uint8_t signature[64] = {_BYTES};\n",
    "an address of a wallet": _checked(b"\0" + _CHANCE.randbytes(20)),
    "a parser of keys": f'if line == "{_RSA[:31]}":\n    return load(text, password=None)\n' * 9,
    "a public key": _RSA.replace("PRIVATE", "PUBLIC"),
    "a certificate": _RSA.replace("RSA PRIVATE" + " KEY", "CERTIFICATE"),
    "a lock file": f'"integrity": "sha512-{_BODY[:86]}=="\n"resolved": "https://r.org/a-1.tgz"\n',
    "a digest": f"sha256:{'0a1b2c3d' * 8}\ncommit {'9f8e7d6c5b' * 4}\n",
    "a cursor": f'"nextToken": "{_BODY[:60]}"\n"csrf_token": "{_BODY[:40]}"\n',
    "a variable": "token = SeamlessM4Tv2ScaledWordEmbedding(config)\npassword = getpass()\n",
    "a placeholder": f"GITHUB_TOKEN=ghp_{'x' * 36}\nKEY=<your-api-key-goes-here>\n",
    "a blank in a password": "http://user:pass%20pass@h.url.com/\nhttps://user:pass%5B%7F@foo/bar\n",
    "a local address": "postgres://user:passw0rd@localhost/db\nhttps://user:pass@example.com\n",
    "a picture": "data:image/png;base64," + _BODY * 9,
}


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_text_is_no_secret(text: str) -> None:
    assert secret.reason_of(text) is None


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        (".aws", "credentials"),
        (".docker", "config.json"),
        (".kube", "config"),
        (".config/gh", "hosts.yml"),
        (".config/git", "credentials"),
        (".cargo", "credentials.toml"),
    ],
)
def test_a_root_that_is_itself_such_a_folder_gives_nothing_away(
    tmp_path: Path, folder: str, name: str
) -> None:
    root = tmp_path / folder
    root.mkdir(parents=True)
    (root / name).write_text("key")
    (entry,) = walk(root, Rules())
    assert isinstance(entry, Skipped)
    assert entry.reason == secret.BY_NAME


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *((name, True) for name in ("prod.env", ".envrc", ".npmrc", ".env~", ".env.local.bak")),
        *(
            (name, True)
            for name in (
                "kubeconfig",
                "a.kubeconfig",
                ".dockerconfigjson",
                ".env.prod",
                "key.properties",
            )
        ),
        (".config/git/credentials", True),
        (".config/gcloud/application_default_credentials.json", True),
        (".cargo/credentials.toml", True),
        *((name, False) for name in (".env.ts", ".env.d.ts", ".env.template", "example.env")),
        *((name, False) for name in ("credentials.toml", "git.md", "env.py", ".env.sample~")),
        *((name, True) for name in ("terraform.tfstate", "a/terraform.tfstate.backup")),
        (".env", True),
        ("deploy/.env.production", True),
        (".env.example", False),
        (".environment.md", False),
        ("home/.aws/credentials", True),
        ("docs/credentials", False),
        ("keys/id_ed25519", True),
        ("keys/id_ed25519.pub", False),
        ("Store.P12", True),
        ("config.json", False),
    ],
)
def test_credentials_are_known_by_their_names(path: str, expected: bool) -> None:
    assert secret.has_secret_name(path) is expected


@pytest.mark.parametrize(
    "text",
    [
        *("glpat-" * 17_000, "PRIVATE KEY-----" * 6_000, "AccountKey=" + "A" * 100_000),
        *("hf_" * 33_000, "a1" * 50_000, "token=" * 17_000, "://a:b" * 17_000, ":A1" * 33_000),
        *("q7Rz0KpX2mVbT9cYwL4s " * 5_000, "s.a1" * 25_000, '"kty"' * 20_000, "-us1" * 25_000),
        "".join(f"{number:x}Z{number:o}token " for number in range(6_000)),
    ],
    ids=lambda text: text[:12],
)
def test_a_hundred_kilobytes_of_beginnings_take_linear_time(text: str) -> None:
    start = time.thread_time()
    secret.reason_of(text)
    assert time.thread_time() - start < 2


def test_secrets_are_skipped_with_the_reason_until_they_are_asked_for(
    tree: Path, open_index
) -> None:
    (tree / "credentials.md").write_text(f"# Wombat\n\n{TOKENS['holds a GitHub token']}\n")
    (tree / "id_rsa").write_text("wombat")
    with open_index(tree) as index:
        index.build()
        assert index.search("wombat", mode="lexical") == []
        assert index.status().skipped == {"holds a GitHub token": 1, secret.BY_NAME: 1}
        index.build(secrets=True)
        assert {hit.path for hit in index.search("wombat")} >= {"credentials.md", "id_rsa"}
        index.refresh()
        assert index.status().skipped == {}
        index.build(secrets=False)
        assert index.search("wombat", mode="lexical") == []
