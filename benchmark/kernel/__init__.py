"""Technique that knows nothing of the domain: database, clock, ids, errors, words, files, jobs."""
