"""Op log, spaces, merge, push and pull. Knows no kind of record: the domain folders register theirs.

The protocol and its promises are in docs/sync.md.
"""
