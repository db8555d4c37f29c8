"""The synced kinds of this folder, as `create_app` registers them."""

from benchmark.studies import rules, schema
from benchmark.sync.kinds import Kind

KINDS = (
    Kind("study", schema.Study, rules.may_write_study),
    Kind("focus", schema.Focus, rules.may_prepare),
    Kind("visit", schema.Visit, rules.may_prepare),
    Kind("plan", schema.Plan, rules.may_prepare),
    Kind("participant", schema.Participant, rules.nobody),
)
