"""Finds keys of wallets, by their check sums where they have one; takes linear time."""

import re
from binascii import crc_hqx
from hashlib import sha256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {digit: value for value, digit in enumerate(_BASE58)}
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

# Keys of Bitcoin and its kin (WIF), extended keys (BIP 32), keys of Tezos and of Stellar.
_KEY = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?P<stellar>S[A-Z2-7]{{55}})"
    rf"|[59KLc][{_BASE58}]{{50,51}}|[txyzuvYZUV]prv[{_BASE58}]{{107}}|edsk[{_BASE58}]{{50}})"
    r"(?![A-Za-z0-9])"
)
# The bytes of a key in a source, as Solana has them: half of it is a public key.
_BYTES = re.compile(r"\[\s{0,20}(?:\d{1,3}\s{0,20},\s{0,20}){63}\d{1,3}\s{0,20},?\s{0,20}\]")
_NAME = re.compile(r"(?i:secret|private|key.?pair|wallet)[^\n\[\]]{0,80}\Z")
_LONGEST_NAME = 100  # characters before a list of bytes in which its name is searched
_FEWEST_VALUES = 40  # that differ, of 64 random bytes


def has_key(text: str, runs: str) -> bool:
    """Tell whether a text holds a key of a wallet.

    Args:
        text: Any text.
        runs: The stretches of it without white space that may hold a key.

    Returns:
        Whether it seems to.
    """
    if '"kdfparams"' in text and '"ciphertext"' in text:  # a key file of Ethereum
        return True
    if any(_is_sound(found) for found in _KEY.finditer(runs)):
        return True
    return any(_is_secret(text, found) for found in _BYTES.finditer(text))


def _is_sound(found: re.Match[str]) -> bool:
    if found["stellar"]:
        number = 0
        for sign in found[0]:
            number = number * 32 + _BASE32.index(sign)
        data = number.to_bytes(35, "big")
        return crc_hqx(data[:-2], 0).to_bytes(2, "little") == data[-2:]
    number = 0
    for sign in found[0]:
        number = number * 58 + _DIGITS[sign]
    data = number.to_bytes(-(-number.bit_length() // 8), "big")
    return sha256(sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def _is_secret(text: str, found: re.Match[str]) -> bool:
    """Tell whether a list is one of random bytes with the name of a secret before it."""
    values = {int(value) for value in re.findall(r"\d+", found[0])}
    start = found.start()
    is_named = _NAME.search(text, max(0, start - _LONGEST_NAME), start)
    return bool(is_named) and max(values) < 256 and len(values) >= _FEWEST_VALUES
