"""Rescue files: what a phone could not send, brought to the server as a ZIP."""
