"""The one place that reads the clock, so that tests can move time and nothing else can disagree about it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
