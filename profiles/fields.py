"""Model fields that keep what was sent: every digit, and in definitions the order too."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Json as JsonText
from psycopg.types.json import Jsonb

from profiles.exact import Document, Json, encode


class ExactJSONField(models.JSONField):
    """A JSONField whose decimals are Decimals: a float would lose digits on the way to a form."""

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Json:
        return Document.read(value).value if isinstance(value, str) else value

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return super().get_db_prep_value(value, connection, prepared)
        return Jsonb(value, dumps=encode)


class DefinitionField(ExactJSONField):
    """The body of a definition, as `json`: forms and documents follow the order of its members."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        return f"{sql}::text", params

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        return None if value is None else JsonText(value, dumps=encode)
