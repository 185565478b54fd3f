"""Cursors of the feed: opaque, signed, good as long as what comes behind them is kept. Each holds
all that is needed to go on.

What they hold is the same for all changes of one tick but for the last number, which is not signed:
whoever changes it reads the changes of the same source from elsewhere.
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
    """What comes between two ticks."""

    epoch: str
    done: Cut
    """All that it sees was read."""
    cut: Cut | None = None
    """What is being read; None before it is chosen."""
    kept: int = 0
    """Whoever began at the beginning knew that up to this `seq` not all is kept."""


class Place(msgspec.Struct, frozen=True):
    """Where a reader is: behind the change `seq` of a piece."""

    piece: Piece
    seq: int = 0


class _ShortSigner(Signer):
    """A cursor comes with every change. What it keeps out are mistakes, so it need not be long."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        return super().signature(value, key)[:SIGNATURE_LENGTH]


def write_piece(piece: Piece, source: str) -> str:
    """The cursors of a piece, up to their `seq`."""
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
