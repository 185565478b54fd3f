"""Resources that were deleted while somebody had their form open, rebuilt from their history."""

from __future__ import annotations

from ingestion.forms.opening import changes_of
from ingestion.models import Resource
from ingestion.operations import Action, Target
from ingestion.records import RecordKey
from profiles.models import Profile


def deleted_resource(profile: Profile, public_id: str, row_id: str) -> Resource | None:
    """The resource as it was last, if the last that history tells of its id is that it went.

    `row_id` is that of the life that was opened: another one is somebody else's. What was erased
    is not offered to be made anew.
    """
    key = RecordKey(profile.key, public_id)
    last = changes_of(profile.source_id, Target.RESOURCE, key).first()
    if last is None or last.action != Action.DELETE or last.is_erased:
        return None
    if str(last.record_id) != row_id:
        return None
    return Resource(
        id=last.record_id,
        source=profile.source,
        profile=profile,
        public_id=public_id,
        **{
            name: getattr(last, name)
            for name in (
                *("data", "contained", "identifiers", "version"),
                *("contract_version", "created_at", "updated_at"),
            )
        },
    )
