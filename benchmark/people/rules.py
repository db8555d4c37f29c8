"""What a name, an e-mail, a password, a visit code and a request of our own look like. Pure.

What a person types is mended where that is harmless (case, spaces, look-alike letters), else refused by name.
"""

import ipaddress
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from benchmark.kernel.errors import Problem

LANGUAGES = ("fi", "sv", "en")
ROLES = ("guest", "member", "lead")
NAME_LENGTH = 80
EMAIL_LENGTH = 254
PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 1024
DEVICE_LIFETIME = timedelta(days=90)
# The longest that browsers keep one: a phone that comes back after its session ended is known by it, see `returning`.
COOKIE_LIFETIME = timedelta(days=400)
TOUCH_INTERVAL = timedelta(hours=1)
CODE_LIFETIME = timedelta(days=90)
CODE_LENGTH = 8
# Crockford's alphabet: no I, L, O (read as 1, 1, 0) and no U, so that a code never spells anything.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Controls, lone surrogates, line and paragraph separators; and the marks that would turn a whole line around.
UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
TEXT_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
FILE_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/webp", "application/zip", "application/offset+octet-stream"}
)


@dataclass(frozen=True)
class Limit:
    """At most `most` failed attempts within `window`; counted per e-mail or per client address."""

    most: int
    window: timedelta


# A whole staff may sit behind one address and mistype the code on the same morning.
LIMITS = {
    "sign_in_email": Limit(10, timedelta(minutes=15)),
    "sign_in_address": Limit(100, timedelta(minutes=15)),
    "code_address": Limit(100, timedelta(minutes=15)),
    "setup_address": Limit(20, timedelta(minutes=15)),
}


def clean_name(text: str | None, most: int = NAME_LENGTH) -> str:
    """The name as it will be shown: one line, single spaces. Problems: name_missing, name_too_long."""
    composed = unicodedata.normalize("NFC", text or "")
    printable = "".join(" " if unicodedata.category(c) in UNPRINTABLE else c for c in composed)
    name = " ".join(printable.translate(TEXT_DIRECTION).split())
    if all(unicodedata.category(c) == "Cf" for c in name):
        raise Problem("name_missing")
    if len(name) > most:
        raise Problem("name_too_long", values={"most": most})
    return name


def clean_email(text: str | None) -> str:
    """The e-mail in the one form that is stored and compared. Problem: email_invalid."""
    email = unicodedata.normalize("NFKC", text or "").strip().lower()
    name, at, domain = email.rpartition("@")
    is_odd = any(c.isspace() or unicodedata.category(c) in UNPRINTABLE for c in email)
    if not (at and name and domain) or len(email) > EMAIL_LENGTH or is_odd:
        raise Problem("email_invalid")
    return email


def check_password(password: str) -> None:
    """Length is the only rule (NIST SP 800-63B). Problems: password_too_short, password_too_long."""
    if len(password) < PASSWORD_SHORTEST:
        raise Problem("password_too_short")
    if len(password) > PASSWORD_LONGEST:
        raise Problem("password_too_long")


def choose_language(wanted: str | None, fallback: str) -> str:
    """The wanted language when we have it, else the fallback."""
    return wanted if wanted in LANGUAGES else fallback


def new_code() -> str:
    """A visit code nobody can guess: 8 of 32 letters, 40 bits, and wrong ones are counted."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normalise_code(text: str) -> str:
    """The code as it was made, whatever case, dashes or look-alikes were typed. Problem: wrong_code."""
    typed = unicodedata.normalize("NFKC", text).upper().translate(LOOK_ALIKES)
    code = "".join(c for c in typed if c.isalnum())
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
        raise Problem("wrong_code")
    return code


def spell_code(code: str) -> str:
    """The code in two halves, as people read it aloud: "7KQM 2XWD"."""
    return f"{code[:4]} {code[4:]}"


def new_token() -> str:
    """An opaque random secret for a cookie or a one-time link."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What the database keeps of a token; 256 random bits need no salt."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_expired(last_seen_at: datetime, now: datetime) -> bool:
    """Whether a device has been unused for so long that it must sign in again."""
    return now - last_seen_at > DEVICE_LIFETIME


def stronger_role(one: str, other: str) -> str:
    """The role that may do more; joining with a code never takes anything away from a lead."""
    return max(one, other, key=ROLES.index)


def network_of(address: str | None) -> str:
    """The address that attempts are counted for: IPv4 as it is, IPv6 by /64, since one home has that many."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def is_own_origin(site: str | None, origin: str, own_origin: str) -> bool:
    """Whether a changing request comes from our own pages (Fetch Metadata, else Origin).

    Browsers send Sec-Fetch-Site only to trustworthy addresses; plain http on a local network relies on Origin.
    A program of one's own sends Origin itself.
    """
    return site == "same-origin" if site is not None else origin == own_origin


def is_accepted_media_type(mimetype: str, has_body: bool) -> bool:
    """Whether a changing request carries JSON, a picture or a piece of one, or a ZIP: what no foreign form can send."""
    return mimetype == "application/json" or mimetype in FILE_TYPES or (not has_body and not mimetype)
