"""Who may change an observation or a reflection. Pure."""

from __future__ import annotations

from benchmark.sync.kinds import Write

GROUPING = frozenset({"group_id"})
"""Fields that belong to the debrief: everybody who groups may set them on anybody's observation."""


def may_observe(write: Write) -> bool:
    """Its author and leads may change all of it; members may move it between groups; guests add their own."""
    if write.is_own or write.role == "lead":
        return True
    return write.role == "member" and not write.is_delete and GROUPING.issuperset(write.fields)


def may_reflect(write: Write) -> bool:
    """Everyone of the team answers for themselves."""
    return write.is_own and write.role in ("lead", "member")
