"""How the endpoints of definitions are described: the same for profiles and relationships'."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from profiles.api.openapi.components import POSITIVE, TEXT
from profiles.api.openapi.endpoints import (
    Examples,
    answer,
    json_body,
    lifted,
    page_schema,
    reading,
    schema,
    writing,
)
from profiles.api.openapi.plans import PLAN_COMPUTING
from profiles.api.openapi.refusals import missing, refusal
from profiles.api.openapi.versions import DescribedVersions, version_schemas
from profiles.datatypes.base import Schema
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused

UPDATE = """\
It governs writes from now on; stored records stay as they are.

With `mode=plan` nothing is changed. The same is refused as without, and the answer tells how many
stored records would not fit the definition, by type, place and rule, with up to 5 examples of
each; of a relationship definition also how many resources would have more partners than they may
(which a change is refused for), or lack the one that they should have. The `ETag` is that of the
definition as it is: send it as `If-Match` to save what was planned.
"""


@dataclass(frozen=True, slots=True)
class DescribedDefinitions:
    """One kind of definition, with what its examples show."""

    name: str
    """In PascalCase, as its schema and in the ids of its operations."""
    what: str
    """In words."""
    tag: str
    parameter: str
    """The path parameter of its key."""
    bodies: Examples
    """Definitions as they are sent, by key."""
    faulty: Refused
    stands_in_the_way: Refused
    """What a change of a definition may meet."""
    in_use: Refused
    unrestorable: Refused
    """What the restoration of an old version may meet."""
    plan: Json
    """What a changed definition would leave behind, as it is answered."""

    def endpoints(self) -> dict[str, Callable[[Any], Any]]:
        """By action of the viewset."""
        return {
            "list": self._list(),
            "retrieve": self._retrieve(),
            "update": self._update(),
            "destroy": self._destroy(),
            **self._versions.endpoints(),
            "restore": self._versions.restoring(self._first_key, self.unrestorable),
        }

    @property
    def _first_key(self) -> str:
        return next(iter(self.bodies))

    @property
    def _versions(self) -> DescribedVersions:
        return DescribedVersions(
            name=self.name,
            what=self.what,
            tag=self.tag,
            parameters=("source", self.parameter),
            payload=self.bodies[self._first_key],
            with_contract=True,
        )

    def _list(self) -> Callable[[Any], Any]:
        shown = self._shown()
        page = {"clinic": catalogue_page(*(shown[key] for key in sorted(shown)))}
        return reading(
            f"list{self.name}s",
            self.tag,
            f"List the {self.what}s of a source",
            {200: answer(f"A page of {self.what}s.", f"{self.name}Page", page, headers=())},
            parameters=("source", "page", "perPage"),
        )

    def _retrieve(self) -> Callable[[Any], Any]:
        return reading(
            f"get{self.name}",
            self.tag,
            f"Read a {self.what}",
            {
                200: answer(f"The {self.what}.", self.name, self._shown()),
                404: missing(self.what),
            },
            parameters=("source", self.parameter, "IfNoneMatch"),
        )

    def _update(self) -> Callable[[Any], Any]:
        shown = self._shown()
        return writing(
            f"put{self.name}",
            self.tag,
            f"Create or replace a {self.what}",
            {
                200: answer(
                    "Replaced, or the same as before; or a plan.",
                    f"{self.name} | DefinitionPlan",
                    {**shown, "plan": self.plan},
                ),
                201: answer("Created.", self.name, shown),
                202: answer(
                    "A plan that takes longer: send the same again to hear of it.",
                    "DefinitionPlan",
                    {"computing": PLAN_COMPUTING},
                ),
                400: refusal(f"The {self.what} is faulty.", faulty=self.faulty),
                409: refusal("What is there forbids the change.", forbidden=self.stands_in_the_way),
            },
            parameters=("source", self.parameter, "mode", "IfMatch", "IfNew", "ChangeReason"),
            body=json_body(f"{self.name}Body", self.bodies),
            description=UPDATE,
        )

    def _destroy(self) -> Callable[[Any], Any]:
        return writing(
            f"delete{self.name}",
            self.tag,
            f"Delete a {self.what} that nothing uses",
            {
                204: {"description": "Deleted."},
                404: missing(self.what),
                409: refusal(f"The {self.what} is in use.", inUse=self.in_use),
            },
            parameters=("source", self.parameter, "IfMatch", "ChangeReason"),
        )

    def _shown(self) -> dict[str, Json]:
        return {key: shown_first(key, body) for key, body in self.bodies.items()}


def definition_schemas(name: str, checked: Schema) -> dict[str, Schema]:
    """The components of a definition: as it is sent, as it is shown, a page, and what they name.

    `checked` is the schema that the definition is checked by. PUT takes what GET shows.
    """
    sent, lower = lifted(checked)
    key = {**TEXT, "description": "Must agree with the path."}
    version = {**POSITIVE, "description": "The one that was read: a precondition, as `If-Match`."}
    members = {"key": key, "version": version, **sent["properties"]}
    needed = ["key", "version", *sent.get("required", ())]
    return {
        f"{name}Body": {**sent, "properties": members},
        name: {**sent, "properties": members, "required": needed},
        f"{name}Page": page_schema(name, schema("CataloguePageMeta")),
        **version_schemas(name, with_contract=True),
        **lower,
        "Property": _with_members_of_all(lower["Property"]),
    }


def _with_members_of_all(checked: Schema) -> Schema:
    """A property with the members that one of any type may have: its own are said by `allOf`, where
    no generator of clients looks for them.
    """
    rules: Schema = {"type": "array", "items": {"type": "object"}}
    nested = {"items": schema("Property"), "properties": schema("Properties")}
    marks: Schema = {
        "type": ["boolean", "array"],
        "items": TEXT,
        "description": "Of what has parts, the paths of those that are indexed.",
    }
    members = {"description": TEXT, "rules": rules, "indexed": marks, **nested}
    return {**checked, "properties": {**checked["properties"], **members}}


def shown_first(key: str, body: Json) -> Json:
    """A definition as it is answered after it was created."""
    return {"key": key, "version": 1, **body}


def catalogue_page(*rows: Json) -> Json:
    return {
        "data": list(rows),
        "meta": {"numPages": 1, "page": 1, "perPage": 100, "total": len(rows)},
    }


def in_use(what: str, users: str) -> Refused:
    """The refusal to delete what something refers to."""
    message = f"Is used by {users}."
    fault = Fault("", "unused", message, type=ErrorType.FAILED_PRECONDITION)
    return Refused(ErrorType.FAILED_PRECONDITION, f"The {what} is in use. {message}", [fault])
