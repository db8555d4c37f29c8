"""SQLite as everything here uses it: `pysqlite3`, which brings a recent one, or else Python's own.

Never both in one process: a file that one of them closes loses the locks that the other holds on it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["sqlite3"]
