"""Lighthouse, as a phone, on the two screens that people meet first: joining, and capturing an observation."""
