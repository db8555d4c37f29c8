"""Measurements beside their limits. Each module is a command (`python -m perf.size`); not part of the tests."""
