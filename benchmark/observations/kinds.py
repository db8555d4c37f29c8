"""The synced kind of this folder, as `create_app` registers it."""

from benchmark.observations import rules, schema
from benchmark.sync.kinds import Kind

KINDS = (Kind("observation", schema.Observation, rules.allows),)
