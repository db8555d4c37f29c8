"""Measurements beside their limits. Each module is a command of its own (`python -m perf.size`); not part of the tests."""
