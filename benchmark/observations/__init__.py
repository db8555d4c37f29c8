"""Observations: what someone saw on a visit, and what they think of it."""
