"""The synced kinds of this folder, as `create_app` registers them."""

from benchmark.observations import rules, schema
from benchmark.sync.kinds import Kind

KINDS = (
    Kind("observation", schema.Observation, rules.may_observe),
    Kind("reflection", schema.Reflection, rules.may_reflect, hidden_from=frozenset({"guest"})),
)
