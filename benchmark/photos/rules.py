"""Who may write a photo's record. Pure."""

from benchmark.sync.kinds import Write

FIXED = frozenset({"sha256"})
"""What a photo is once and for all: other bytes are another photo."""


def allows(write: Write) -> bool:
    """The maker and leads; anyone who takes part may add one. The hash never changes."""
    if not write.is_new and FIXED.intersection(write.fields):
        return False
    return write.is_own or write.role == "lead"
