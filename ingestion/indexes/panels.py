"""How far the indexes are, beside the rows of the definition that asks for them."""

from __future__ import annotations

from ingestion.indexes.profiles import shown_indexes
from ingestion.operations import Target
from profiles.contract import Contract
from profiles.definition_panels import DefinitionPanel
from profiles.exact import Json
from profiles.models import Definition


def index_panel(target: Target, model: type[Definition]) -> DefinitionPanel:
    def read(contract: Contract, definition: Definition) -> list[Json]:
        return shown_indexes(target, definition.pk)

    return DefinitionPanel(model, "admin/ingestion/indexes.html", read)
