"""The synced kinds of this folder, as `create_app` registers them. Guests take no part in the debrief."""

from benchmark.debriefs import rules, schema
from benchmark.sync.kinds import Kind

GUESTS = frozenset({"guest"})

KINDS = (
    Kind("group", schema.Group, rules.allows, hidden_from=GUESTS),
    Kind("finding", schema.Finding, rules.allows, hidden_from=GUESTS),
)
