"""Seal a rating for its landlord, open it again: P-256 ECDH with a fresh key, HKDF-SHA-256, AES-256-GCM.

What a telephone keeps or exports until the server has it can then be read by the landlord's server alone: neither by
whoever finds the telephone, nor by its next user, nor by the person who lost her code. See docs/decisions/capture.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import IntegrityError, transaction

from tenants.capture.models import CaptureKey

CURVE = ec.SECP256R1()
INFO = b"orsen-capture-1"


class SealError(ValueError):
    """An envelope that no key of this landlord opens, or that was changed on its way."""


@dataclass(frozen=True)
class Envelope:
    """A sealed body: the landlord's key it is for, the fresh public key, the nonce, the ciphertext with its tag."""

    kid: str
    epk: bytes
    iv: bytes
    data: bytes

    def as_json(self) -> dict[str, str]:
        """As it travels."""
        return {
            "kid": self.kid,
            "epk": _b64(self.epk),
            "iv": _b64(self.iv),
            "data": _b64(self.data),
        }


def read_envelope(value: Any) -> Envelope:
    """Raises SealError for anything that is not an envelope."""
    if not isinstance(value, dict):
        raise SealError("not an envelope")
    try:
        kid = str(value["kid"])
        epk, iv, data = (
            base64.b64decode(value[name], validate=True) for name in ("epk", "iv", "data")
        )
    except (KeyError, TypeError, binascii.Error, ValueError) as error:
        raise SealError("not an envelope") from error
    return Envelope(kid, epk, iv, data)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def point_of(public: ec.EllipticCurvePublicKey) -> bytes:
    """The uncompressed point, 65 bytes."""
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def kid_of(public: bytes) -> str:
    """Name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def current_key() -> CaptureKey:
    """The key in use of the landlord whose scope is open; made at the first call."""
    found: CaptureKey | None = CaptureKey.objects.filter(retired_at__isnull=True).first()
    if found is not None:
        return found
    private = ec.generate_private_key(CURVE)
    public = point_of(private.public_key())
    scalar = private.private_numbers().private_value.to_bytes(32, "big")
    try:
        with transaction.atomic():
            made: CaptureKey = CaptureKey.objects.create(
                kid=kid_of(public), public=public, private=scalar
            )
            return made
    except IntegrityError:  # another request made it meanwhile
        again: CaptureKey = CaptureKey.objects.get(retired_at__isnull=True)
        return again


def _secret(shared: bytes, epk: bytes, public: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=epk + public, info=INFO).derive(shared)


def seal(public: bytes, key: UUID, plain: bytes) -> Envelope:
    """Seal for a public key, bound to the rating's own key. The telephones do the same in TypeScript."""
    fresh = ec.generate_private_key(CURVE)
    epk = point_of(fresh.public_key())
    shared = fresh.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, public))
    iv = os.urandom(12)
    data = AESGCM(_secret(shared, epk, public)).encrypt(iv, plain, str(key).encode())
    return Envelope(kid_of(public), epk, iv, data)


def unseal(envelope: Envelope, key: UUID) -> bytes:
    """The body. Raises SealError where no key of the landlord in scope opens it."""
    held: CaptureKey | None = CaptureKey.objects.filter(kid=envelope.kid).first()
    if held is None:
        raise SealError("sealed for another landlord")
    private = ec.derive_private_key(int.from_bytes(bytes(held.private), "big"), CURVE)
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, envelope.epk)
        secret = _secret(private.exchange(ec.ECDH(), theirs), envelope.epk, bytes(held.public))
        return AESGCM(secret).decrypt(envelope.iv, envelope.data, str(key).encode())
    except (ValueError, InvalidTag) as error:
        raise SealError("damaged") from error
