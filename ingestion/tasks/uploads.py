"""Uploads: what was sent, unpacked and kept in a storage until its task is done with it.

The storage is Django's, `STORAGES["uploads"]`, so it may be any: servers and workers share it.
"""

from __future__ import annotations

import errno
import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, cast

import zstandard
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.http.request import UnreadablePostError

from profiles.faults import ErrorType, Refused

LENGTH_IS_UNTOLD = "registrar.length_is_untold"
"""Marks a request whose CONTENT_LENGTH was made up: nobody knows whether its body is whole."""
READ_BYTES = 1 << 18
GZIP = 16 + zlib.MAX_WBITS


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """Something that was sent, kept under a name."""

    name: str
    digest: str
    """SHA-256 of the bytes that came, in hexadecimal."""
    size: int
    """Bytes, unpacked."""

    @contextmanager
    def or_discarded(self) -> Iterator[None]:
        """Where its task does not come to be, it is not kept either."""
        try:
            yield
        except BaseException:
            discard(self.name)
            raise


def storage() -> Storage:
    return storages["uploads"]


def keep(name: str, body: Readable, *, encoding: str, limit: int, length: int | None) -> Upload:
    """Keep a body under a name that nothing else has.

    `length` is how many bytes are to come, if that is known. Raises `Refused`, and keeps nothing,
    for what is not `encoding` (`identity`, `gzip`, `zstd`), is longer than `limit` once unpacked,
    or ends too early; and where there is no room for it.
    """
    packed = _Counted(body)
    content = _Content(_unpacked(packed, encoding), limit, packed, length)
    try:
        storage().save(name, content)
    except UnreadablePostError:
        discard(name)
        raise Refused(ErrorType.INVALID_ARGUMENT, "The body broke off.") from None
    except OSError as error:
        discard(name)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        message = "There is no room to keep what was sent. Try again later, or send less at a time."
        raise Refused(ErrorType.UNAVAILABLE, message, status=507) from None
    except BaseException:
        discard(name)
        raise
    return Upload(name, packed.digest.hexdigest(), content.size)


def discard(name: str) -> None:
    if name:
        storage().delete(name)


def names() -> Sequence[str]:
    """Of all that is kept."""
    try:
        _, files = storage().listdir("")
    except FileNotFoundError:  # Nothing was sent yet, so nobody has made the folder.
        return ()
    return files


def is_older(name: str, time: datetime) -> bool:
    """Whether it was kept before; not where it has gone meanwhile."""
    try:
        return storage().get_modified_time(name) < time
    except FileNotFoundError:
        return False


def is_kept(name: str, size: int) -> bool:
    """Whether it is there, whole: a machine may have gone down before all was on the disk."""
    try:
        return storage().size(name) == size
    except FileNotFoundError:
        return False


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    with storage().open(name) as kept:
        yield cast(BinaryIO, kept.file)


class _Counted:
    """Reads, and remembers how much and what it was."""

    def __init__(self, body: Readable) -> None:
        self._body = body
        self.count = 0
        self.digest = hashlib.sha256()

    def read(self) -> bytes:
        read = self._body.read(READ_BYTES)
        self.count += len(read)
        self.digest.update(read)
        return read


class _Content(File):  # type: ignore[type-arg]
    """What a storage saves: chunk by chunk, so that memory stays flat."""

    def __init__(
        self, chunks: Iterator[bytes], limit: int, packed: _Counted, length: int | None
    ) -> None:
        super().__init__(None)
        self._chunks = chunks
        self._limit = limit
        self._packed = packed
        self._length = length
        self.size = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > self._limit:
                message = f"What was sent is larger than {self._limit} bytes, unpacked."
                raise Refused(ErrorType.CONTENT_TOO_LARGE, message)
            yield chunk
        if self._length is not None and self._packed.count < self._length:
            message = f"The body ended after {self._packed.count} of {self._length} bytes."
            raise Refused(ErrorType.INVALID_ARGUMENT, message)


def _unpacked(packed: _Counted, encoding: str) -> Iterator[bytes]:
    unpack = _UNPACKERS.get(encoding)
    if unpack is None:
        known = ", ".join(_UNPACKERS)
        message = f"Content-Encoding must be one of: {known}."
        raise Refused(ErrorType.UNSUPPORTED_MEDIA_TYPE, message)
    return unpack(packed)


def _plain(packed: _Counted) -> Iterator[bytes]:
    while read := packed.read():
        yield read


def _gunzipped(packed: _Counted) -> Iterator[bytes]:
    """All members of a gzip file (RFC 1952), a little at a time: a small one may be huge inside."""
    return _members(packed, "gzip", zlib.error, lambda: _Gzip())


def _unzstd(packed: _Counted) -> Iterator[bytes]:
    """All frames (RFC 8878)."""
    return _members(packed, "zstd", zstandard.ZstdError, lambda: _Zstd())


class _Member(Protocol):
    """One of the parts that a packed body has, each unpacked by itself."""

    def feed(self, read: bytes) -> Iterator[bytes]: ...
    @property
    def has_ended(self) -> bool: ...
    @property
    def left(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(GZIP)

    def feed(self, read: bytes) -> Iterator[bytes]:
        unpacked = b""
        while read or len(unpacked) == READ_BYTES:  # There may be more of it inside.
            unpacked = self._unpacker.decompress(read, READ_BYTES)
            yield unpacked
            read = self._unpacker.unconsumed_tail

    @property
    def has_ended(self) -> bool:
        return self._unpacker.eof

    @property
    def left(self) -> bytes:
        return self._unpacker.unused_data


class _Zstd:
    PIECE = 1 << 10
    """Packed bytes at a time: they unpack to 128 kB a block of a few bytes."""

    def __init__(self) -> None:
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        self.left = b""

    def feed(self, read: bytes) -> Iterator[bytes]:
        for start in range(0, len(read), self.PIECE):
            yield self._unpacker.decompress(read[start : start + self.PIECE])
            if self._unpacker.eof:
                self.left = self._unpacker.unused_data + read[start + self.PIECE :]
                return

    @property
    def has_ended(self) -> bool:
        return self._unpacker.eof


def _members(
    packed: _Counted, name: str, broken: type[Exception], begin: Callable[[], _Member]
) -> Iterator[bytes]:
    member, is_begun = begin(), False
    try:
        while read := packed.read():
            while read:
                is_begun = True
                yield from filter(None, member.feed(read))
                read = member.left if member.has_ended else b""
                if member.has_ended:
                    member, is_begun = begin(), False
    except broken:
        message = f"The body is not {name}, or is broken."
        raise Refused(ErrorType.INVALID_ARGUMENT, message) from None
    if is_begun:
        raise Refused(ErrorType.INVALID_ARGUMENT, f"The {name} body ends too early.")


_UNPACKERS: dict[str, Callable[[_Counted], Iterator[bytes]]] = {
    "identity": _plain,
    "gzip": _gunzipped,
    "zstd": _unzstd,
}
