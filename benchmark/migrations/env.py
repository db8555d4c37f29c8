"""How Alembic reaches this server's database. Run by Flask-Migrate, inside the app."""

from __future__ import annotations

from alembic import context
from flask import current_app

from benchmark.kernel.db import Base

engine = current_app.extensions["migrate"].db.engine


def run() -> None:
    """Run the wanted migrations in one transaction, which on SQLite holds the writers' gate."""
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


run()
