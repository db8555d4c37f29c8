"""Passwords of leads: argon2id with the smallest settings OWASP recommends, about 20 ms and 19 MiB each."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when nobody has the e-mail, so that an unknown one takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to keep, with its settings and salt inside."""
    return _hasher.hash(_bytes(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is right; the same work when there is no hash to compare with."""
    try:
        _hasher.verify(password_hash or _NOBODY, _bytes(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def _bytes(password: str) -> bytes:
    """One form for what different keyboards write differently (NIST SP 800-63B: NFKC)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
