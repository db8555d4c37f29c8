"""Who may change groups and findings. Pure."""

from __future__ import annotations

from benchmark.sync.kinds import Write


def allows(write: Write) -> bool:
    """The whole team makes sense of the visit together; guests take no part."""
    return write.role in ("lead", "member")
