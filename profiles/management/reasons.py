"""`--reason`, as the commands take it that write."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from profiles.reasons import REASON_FORM, is_reason


def add_reason(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--reason",
        type=reason,
        default="",
        metavar="TEXT",
        help="why; history keeps it with every change that is made",
    )


def reason(text: str) -> str:
    """Empty for none, which is the default."""
    stripped = text.strip()
    if stripped and not is_reason(stripped):
        raise ArgumentTypeError(f"it {REASON_FORM}")
    return stripped
