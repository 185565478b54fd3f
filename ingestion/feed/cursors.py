"""Cursors of the change feed: opaque, signed, and good as long as the changes behind them are kept.

A cursor holds all that is needed to go on. The cursors of one piece differ in their last number
alone, the `seq`. That is not signed: whoever alters it reads the same source from elsewhere.
"""

from __future__ import annotations

import base64
import binascii

import msgspec
from django.core.signing import BadSignature, Signer

from ingestion.feed.ticks import Cut

SEPARATOR = "."
SIGNATURE_LENGTH = 12
LONGEST_SEQ = 18


class Piece(msgspec.Struct, array_like=True, frozen=True):
    """A part of the feed: the changes between two ticks."""

    epoch: str
    done: Cut
    """Whatever this snapshot sees was read before."""
    cut: Cut | None = None
    """The snapshot up to which is read now; None until it is chosen."""
    kept: int = 0
    """A reader who began at the beginning knew that changes up to this `seq` may be removed."""


class Place(msgspec.Struct, frozen=True):
    """Where a reader is: behind the change `seq` of a piece."""

    piece: Piece
    seq: int = 0


class _ShortSigner(Signer):
    """Short, since every change carries a cursor. It keeps out mistakes, not attacks."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        return super().signature(value, key)[:SIGNATURE_LENGTH]


def write_piece(piece: Piece, source: str) -> str:
    """How all cursors of a piece begin: they end with a `seq`."""
    text = base64.urlsafe_b64encode(msgspec.msgpack.encode(piece)).decode().rstrip("=")
    return _signer(source).sign(text) + SEPARATOR


def write_place(place: Place, source: str) -> str:
    return f"{write_piece(place.piece, source)}{place.seq}"


def read_place(text: str, source: str) -> Place | None:
    """None for what is no cursor of this source's feed."""
    signed, _, seq = text.rpartition(SEPARATOR)
    if not (seq.isascii() and seq.isdecimal() and len(seq) <= LONGEST_SEQ):
        return None
    try:
        packed = _signer(source).unsign(signed)
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        return Place(msgspec.msgpack.decode(raw, type=Piece), int(seq))
    except (BadSignature, binascii.Error, msgspec.DecodeError):
        return None


def _signer(source: str) -> Signer:
    return _ShortSigner(sep=SEPARATOR, salt=f"registrar.changes:{source}")
