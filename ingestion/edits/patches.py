"""PATCH: JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396) as edits of a stored record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jsonpatch import JsonPatch, JsonPatchException
from jsonpointer import EndOfList, JsonPointerException, resolve_pointer

from ingestion.operations import Edit
from profiles.exact import Json, decode, encode
from profiles.faults import ErrorType, Fault, Refused, faulty, missing_member, pointer

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"

PATCH_OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
MAX_COPIED_BYTES = 1_000_000
"""Of all copies of one JSON Patch together."""


def read_patch(body: bytes, media_type: str) -> Edit:
    """The edit that the body of a PATCH describes: an array is a JSON Patch, an object a merge.

    Raises `Refused` for anything else, and for a form that the media type excludes.
    """
    patch = decode(body)
    if isinstance(patch, list) and media_type != MERGE_PATCH:
        return JsonPatchEdit(patch)
    if isinstance(patch, dict) and media_type != JSON_PATCH:
        return MergePatchEdit(patch)
    message = (
        "Must be an array (JSON Patch) or an object (JSON Merge Patch), as its media type says."
    )
    raise faulty("patch", [Fault("", "type", message)])


@dataclass(frozen=True, slots=True)
class JsonPatchEdit:
    """Operations in order; the first that fails is the fault, since the rest builds on it."""

    operations: list[Json]

    def apply(self, document: Json) -> Json:
        faults = [
            fault for i, op in enumerate(self.operations) for fault in _faults(op, i, document)
        ]
        if faults:
            raise faulty("patch", faults)
        try:
            return sendable(_complete(_patched(document, self.operations)))
        except RecursionError:
            raise _too_deep() from None

    def locate(self, fault: Fault) -> Fault:
        return replace(fault, scope="result")


@dataclass(frozen=True, slots=True)
class MergePatchEdit:
    """Members to set; a null removes."""

    patch: Mapping[str, Json]

    def apply(self, document: Json) -> Json:
        faults = list(_merge_faults(self.patch, document))
        if faults:
            raise faulty("patch", faults)
        return _complete(merged(document, self.patch))

    def locate(self, fault: Fault) -> Fault:
        return replace(fault, scope="result")


def merged(target: Json, patch: Json) -> Json:
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, member in patch.items():
        if member is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), member)
    return result


def _faults(operation: Json, index: int, document: Mapping[str, Json]) -> Iterator[Fault]:
    """What can be told of an operation before it is applied."""
    if not isinstance(operation, dict):
        yield Fault(pointer(index), "type", "Must be an object with op and path.")
        return
    name = operation.get("op")
    if name not in PATCH_OPERATIONS:
        message = f"Must be one of: {', '.join(PATCH_OPERATIONS)}."
        yield Fault(pointer(index, "op"), "enum", message, expected=list(PATCH_OPERATIONS))
    for member in ("path", "from") if name in ("move", "copy") else ("path",):
        if not _is_inside(operation.get(member), document):
            there = ", ".join(_places(document))
            message = f"Must be a JSON Pointer into {there}."
            yield Fault(pointer(index, member), "path", message)
    if name in ("add", "replace", "test") and "value" not in operation:
        yield missing_member(pointer(index, "value"))


def _places(document: Mapping[str, Json]) -> list[str]:
    """Where a patch may reach: the rest of a record is made by the system."""
    return ["/meta/identifier" if name == "meta" else f"/{name}" for name in document]


def _is_inside(path: Json, document: Mapping[str, Json]) -> bool:
    return isinstance(path, str) and any(
        path == place or path.startswith(f"{place}/") for place in _places(document)
    )


def _patched(document: Json, operations: Sequence[Mapping[str, Json]]) -> Json:
    """The document after all operations. Raises `Refused` for the first that fails.

    Copies of copies double with every operation, so what they come to is limited.
    """
    copied = 0
    for index, operation in enumerate(operations):
        try:
            if operation["op"] == "copy":
                copied += _length_at(document, operation["from"])
                if copied > MAX_COPIED_BYTES:
                    raise _too_large(index)
            document = JsonPatch([operation]).apply(document, in_place=True)
        except (JsonPatchException, JsonPointerException) as error:
            raise faulty("patch", [_failed(index, operation, error)]) from None
    return document


def _length_at(document: Json, path: str) -> int:
    found = resolve_pointer(document, path)
    return 0 if isinstance(found, EndOfList) else len(encode(found))


def sendable(document: Json) -> Json:
    """The document, unless it is nested deeper than any that could be sent: it could not be read.

    Raises `Refused`.
    """
    try:
        return decode(encode(document))
    except Refused:
        raise _too_deep() from None


def _too_deep() -> Refused:
    fault = Fault("", "depth", "Makes a record that is nested too deeply.", scope="result")
    return faulty("record", [fault])


def _too_large(index: int) -> Refused:
    message = f"The patch copies more than {MAX_COPIED_BYTES} bytes."
    fault = Fault(pointer(index), "length", message, type=ErrorType.CONTENT_TOO_LARGE)
    return faulty("patch", [fault])


def _failed(index: int, operation: Mapping[str, Json], error: Exception) -> Fault:
    if operation["op"] == "test":
        return Fault(pointer(index, "path"), "test", "The test failed: it has another value.")
    return Fault(pointer(index, "path"), "path", "Leads to nothing in the record.")


def _merge_faults(patch: Mapping[str, Json], document: Mapping[str, Json]) -> Iterator[Fault]:
    there = list(document)
    for key in patch:
        if key not in document:
            message = f"Is not known here. Known are: {', '.join(there)}."
            yield Fault(pointer(key), "unknown", message, expected=there)
    meta = patch.get("meta")
    for key in meta if isinstance(meta, dict) else ():
        if key != "identifier":
            message = "Is not known here. Known are: identifier."
            yield Fault(pointer("meta", key), "unknown", message, expected=["identifier"])


def _complete(document: Json) -> Json:
    """The document with what a patch removed as a whole: empty, since it is always there."""
    meta = document.get("meta", {})
    if not isinstance(meta, dict):
        raise faulty("record", [Fault("/meta", "type", "Must be an object.", scope="result")])
    return {"data": {}, "contained": {}, **document, "meta": {"identifier": [], **meta}}
