"""Tells everyone connected that "space S is now at rev N", and nothing more: the phones then sync."""
