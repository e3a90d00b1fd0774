"""What looks like keys or credentials is left out, with the reason, unless it is asked for."""

import time
from pathlib import Path

import pytest

from searchkit_index.walk import secret

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
    assert secret.held(f"# settings\ntoken = '{TOKENS[reason]}'\n") == reason


def test_a_key_in_json_and_an_encrypted_one_are_known() -> None:
    head = "-----BEGIN PRIVATE" + " KEY-----"
    assert secret.held(f'{{"private_key": "{head}\\n{_NOISE}"}}') == "holds a private key"
    encrypted = f"{head}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{_NOISE}\n"
    assert secret.held(encrypted) == "holds a private key"


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
    assert secret.held(text) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
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
    assert secret.is_named(path) is expected


@pytest.mark.parametrize(
    "text",
    ["glpat-" * 170_000, "PRIVATE KEY-----" * 60_000, "AccountKey=" + "A" * 10**6, "hf_" * 300_000],
    ids=["glpat-", "PRIVATE KEY", "AccountKey", "hf_"],
)
def test_a_megabyte_of_beginnings_takes_linear_time(text: str) -> None:
    start = time.thread_time()
    secret.held(text)
    assert time.thread_time() - start < 5


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
