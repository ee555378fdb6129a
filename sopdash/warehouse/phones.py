"""Phone numbers: a keyed hash to join on, ciphertext to show again, a masked form for everybody.

The key lives in `secret.key` beside the data (mode 0600) and never enters SQL. Only Chinese mobile numbers are keys; a
masked number is none.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sopdash.errors import StoreUnavailable

if TYPE_CHECKING:
    from sopdash.warehouse.connection import Database

_NOISE = re.compile(r"[\s'`\-‐–()（）\u200b\ufeff]+")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})(?:\.0)?")


def normalise(raw: str | None) -> str | None:
    """The 11 digits of a Chinese mobile number as an export may write it, None for anything else (masked ones too)."""
    if not raw:
        return None
    found = _MOBILE.fullmatch(_NOISE.sub("", raw))
    return found.group(1) if found else None


def mask(phone: str) -> str:
    """138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"


def read_secret(path: Path) -> bytes | None:
    """The installation's secret, None when there is none yet."""
    try:
        return bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise StoreUnavailable("secret_wrong", path=str(path)) from error


def make_secret(path: Path) -> bytes:
    """Makes the secret once, readable by its owner only."""
    secret = secrets.token_bytes(32)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return secret


class Phones:
    """The phone book of one warehouse."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._hash_key = _derive(secret, b"hash")
        self._cipher = AESSIV(_derive(secret, b"seal-1") + _derive(secret, b"seal-2"))

    def fingerprint(self) -> str:
        """Says which secret is in use without telling it."""
        return self._key("fingerprint")

    def keys(self, phones: Iterable[str]) -> dict[str, str]:
        """Raw text → key, for those that are full mobile numbers; new numbers are kept sealed and masked."""
        normal = {raw: phone for raw in set(phones) if (phone := normalise(raw))}
        keys = {phone: self._key(phone) for phone in set(normal.values())}
        if keys:
            self._keep(keys)
        return {raw: keys[phone] for raw, phone in normal.items()}

    def masked(self, keys: Iterable[str]) -> dict[str, str]:
        """Key → 138****5678."""
        sql = "select phone_key, masked from phones where phone_key in (select unnest(?::varchar[]))"
        return dict(self._database.rows(sql, [list(keys)]))

    def reveal(self, keys: Iterable[str]) -> dict[str, str]:
        """Key → full number. The caller has checked the viewer's right and writes the audit row."""
        sql = "select phone_key, sealed from phones where phone_key in (select unnest(?::varchar[]))"
        return {
            key: self._cipher.decrypt(sealed, None).decode() for key, sealed in self._database.rows(sql, [list(keys)])
        }

    def _key(self, phone: str) -> str:
        return hmac.new(self._hash_key, phone.encode(), hashlib.sha256).hexdigest()[:32]

    def _keep(self, keys: dict[str, str]) -> None:
        with self._database.write() as cursor:
            known = "select phone_key from phones where phone_key in (select unnest(?::varchar[]))"
            old = {key for (key,) in cursor.execute(known, [list(keys.values())]).fetchall()}
            new = [
                (key, mask(phone), self._cipher.encrypt(phone.encode(), None))
                for phone, key in keys.items()
                if key not in old
            ]
            if not new:
                return
            frame = pd.DataFrame(new, columns=["phone_key", "masked", "sealed"])
            cursor.register("new_phones", frame)
            cursor.execute("insert into phones select phone_key, masked, sealed from new_phones")
            cursor.unregister("new_phones")


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, b"sopdash phones " + purpose, hashlib.sha256).digest()
