"""Who may write which part of a study. Pure. What guests do not get is said with the kinds."""

from benchmark.sync.kinds import Write


def may_write_study(write: Write) -> bool:
    """Leads change the study's own record; the server makes it, with its space, and nobody deletes it."""
    return write.role == "lead" and not write.is_new and not write.is_delete


def may_prepare(write: Write) -> bool:
    """Leads prepare: foci, visits and plans."""
    return write.role == "lead"


def nobody(_write: Write) -> bool:
    """Participants are written by the server alone, as people join, change their name or are removed."""
    return False
