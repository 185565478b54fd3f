"""Every model of the app, a module for each thing that they keep."""

from ingestion.models.feed import Tick
from ingestion.models.resources import (
    Change,
    ConformityCheck,
    DataIndex,
    DefinitionPlan,
    IndexState,
    KeptAnswer,
    NonconformingResource,
    Receipt,
    Resource,
)
from ingestion.models.retention import Erasure, Horizon
from ingestion.models.tasks import (
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
    "Change",
    "ConformityCheck",
    "DataIndex",
    "DeadLetter",
    "DefinitionPlan",
    "Erasure",
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
