"""The errors that many endpoints answer, as OpenAPI describes them, with an example of each."""

from __future__ import annotations

from collections.abc import Sequence

from profiles.access import Role
from profiles.api.bodies import PATCH_PARSERS, JsonParser, bad_media_type
from profiles.api.errors import BUG_MESSAGE, ERROR_MESSAGES, method_not_allowed
from profiles.api.openapi.endpoints import Object, answer, ref
from profiles.api.parameters import MAX_PER_PAGE
from profiles.faults import ErrorType, Fault, Refused, not_found
from profiles.preconditions import precondition_failed

_REQUEST_ID = "0b8f6a52-6a5b-4a55-9a0e-5d1f3c1d2e4b"


def refusal(description: str, **examples: Refused) -> Object:
    """An error with examples of it."""
    return _error(description, examples)


def missing(*whats: str) -> Object:
    """NOT_FOUND for a source, or for one of `whats` in it."""
    description = "Not there, or not for this key: a source that it does not see is as missing."
    return _error(description, {_camel(what): not_found(what) for what in ("source", *whats)})


def shared_refusals() -> dict[str, Object]:
    return {
        "NotModified": {
            "description": "It is still what the ETag in `If-None-Match` names.",
            "headers": {"ETag": ref("headers", "ETag")},
        },
        "InvalidRequest": _error(
            "A query parameter or a header is unknown, ill-formed or out of range.",
            {
                "badParameter": _bad_parameter(),
                "badPrecondition": Refused(
                    ErrorType.INVALID_ARGUMENT,
                    'If-Match and If-None-Match take "*" or ETags in double quotes.',
                ),
            },
        ),
        "Unauthenticated": _error(
            "No key, or one that is unknown, revoked or expired.",
            {"noKey": _plain(ErrorType.UNAUTHENTICATED)},
            headers=["WWW-Authenticate"],
        ),
        "PermissionDenied": _error(
            "The key lacks the role: `writer` for resources and relationships, `admin` for"
            " sources and definitions.",
            {role: _role_needed(role) for role in (Role.ADMIN, Role.WRITER)},
        ),
        "NotFound": missing("source"),
        "NotAcceptable": _error(
            "The Accept header excludes JSON.", {"accept": _plain(ErrorType.NOT_ACCEPTABLE)}
        ),
        "PreconditionFailed": _error(
            "`If-Match` or `If-None-Match` does not hold.",
            {
                "changed": precondition_failed("It was changed since it was read."),
                "exists": precondition_failed("It exists already."),
                "missing": precondition_failed("It does not exist."),
            },
        ),
        "ContentTooLarge": _error(
            "The body is larger than one request may be; see `MAX_BODY_BYTES`.",
            {
                "body": Refused(
                    ErrorType.CONTENT_TOO_LARGE, "The body is larger than 1000000 bytes."
                )
            },
        ),
        "UnsupportedMediaType": _error(
            "The body has a media type that is not taken here, or is packed: a `Content-Encoding`"
            " is not taken.",
            {"yaml": bad_media_type([JsonParser.media_type])},
        ),
        "UnsupportedPatchType": _error(
            "The patch has a media type that is not taken here, or is packed.",
            {"yaml": bad_media_type(parser.media_type for parser in PATCH_PARSERS)},
        ),
        "ResourceExhausted": _error(
            "More requests a minute than the key may make, too many failed authentications from"
            " this address, or too many writers of one record.",
            {
                "rateLimit": Refused(
                    ErrorType.RESOURCE_EXHAUSTED,
                    "Request was throttled. Expected available in 60 seconds.",
                )
            },
            headers=["Retry-After"],
        ),
        "Unavailable": _error(
            "The database is away. The same request may do in a moment.",
            {"noDatabase": _plain(ErrorType.UNAVAILABLE)},
            headers=["Retry-After"],
        ),
        "Error": _error(
            "Any other error, in the same form: another method at a known address (405, with"
            " `Allow`), or a bug (500, with an id by which the log can be searched).",
            {
                "methodNotAllowed": method_not_allowed("TRACE", ["GET", "HEAD", "PUT", "DELETE"]),
                "internal": Refused(ErrorType.INTERNAL, f"{BUG_MESSAGE} Its id is {_REQUEST_ID}."),
            },
            headers=["Allow"],
        ),
    }


def _error(description: str, examples: dict[str, Refused], headers: Sequence[str] = ()) -> Object:
    shown = {name: refused.as_json() for name, refused in examples.items()}
    return answer(description, "Error", shown, headers)


def _plain(type: ErrorType) -> Refused:
    return Refused(type, ERROR_MESSAGES[type])


def _role_needed(role: Role) -> Refused:
    return Refused(ErrorType.PERMISSION_DENIED, f"This needs the role {role}.")


def _bad_parameter() -> Refused:
    message = f"Must be a whole number from 1 to {MAX_PER_PAGE}."
    fault = Fault("?perPage", "parameter", message, {"min": 1, "max": MAX_PER_PAGE})
    told = f"Bad query parameter perPage. {message}"
    return Refused(ErrorType.INVALID_ARGUMENT, told, [fault])


def _camel(words: str) -> str:
    first, *others = words.split()
    return first + "".join(map(str.capitalize, others))
