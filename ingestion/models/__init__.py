"""Every model of the app, a module for each thing that they keep."""

from ingestion.models.changes import Change, KeptAnswer, Receipt
from ingestion.models.definitions import (
    ConformityCheck,
    DataIndex,
    DefinitionPlan,
    IndexState,
    NonconformingResource,
)
from ingestion.models.feed import THE_ROW, Tick
from ingestion.models.resources import Resource
from ingestion.models.retention import Erasure, ErasureScope, Horizon
from ingestion.models.tasks import (
    UNCLAIMED,
    ConflictReason,
    Task,
    TaskChunk,
    TaskKind,
    TaskMode,
    TaskShare,
    TaskStatus,
    UndoneRecord,
)
from ingestion.models.webhooks import DeadLetter, Subscription, SubscriptionStatus

__all__ = [
    "THE_ROW",
    "UNCLAIMED",
    "Change",
    "ConflictReason",
    "ConformityCheck",
    "DataIndex",
    "DeadLetter",
    "DefinitionPlan",
    "Erasure",
    "ErasureScope",
    "Horizon",
    "IndexState",
    "KeptAnswer",
    "NonconformingResource",
    "Receipt",
    "Resource",
    "Subscription",
    "SubscriptionStatus",
    "Task",
    "TaskChunk",
    "TaskKind",
    "TaskMode",
    "TaskShare",
    "TaskStatus",
    "Tick",
    "UndoneRecord",
]
