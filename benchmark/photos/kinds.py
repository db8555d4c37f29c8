"""The synced kind of this folder, as `create_app` registers it."""

from benchmark.photos import rules, schema, service
from benchmark.sync.kinds import Kind

KINDS = (Kind("photo", schema.Photo, rules.allows, complete=service.complete, forget=service.forget),)
