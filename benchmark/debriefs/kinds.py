"""The synced kinds of this folder, as `create_app` registers them."""

from benchmark.debriefs import rules, schema
from benchmark.sync.kinds import Kind

KINDS = (Kind("group", schema.Group, rules.allows), Kind("finding", schema.Finding, rules.allows))
