"""What tells of the service, told through the API."""

from __future__ import annotations

from tests.describing import OPERATIONS
from tests.story.telling import Story


def tell_the_document(story: Story) -> None:
    """Of which the example is the beginning."""
    id, name = "getSourceDocument", "beginning"
    answer, example = story.tell(id, 200).json, OPERATIONS[id].examples("200")[name]
    assert answer["openapi"] == example["openapi"]
    assert answer["info"].items() >= example["info"].items()
    assert answer["paths"].keys() > example["paths"].keys()
    story.shown.add((id, "200", name))


def tell_the_metrics(story: Story) -> None:
    """Of which the example is the beginning; what it counts is another each time."""
    id, name = "getMetrics", "beginning"
    example = OPERATIONS[id].examples("200")[name]
    help, kind, sample = example.splitlines()
    said = story.tell(id, 200).text
    assert said.startswith(f"{help}\n{kind}\n{sample.partition('{')[0]}"), said
    story.shown.add((id, "200", name))
