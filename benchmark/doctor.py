"""What `benchmark doctor` looks at: everything that serving needs, one finding each. It changes nothing."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from benchmark import create_app
from benchmark.config import Config
from benchmark.kernel.db import MIGRATIONS, db
from benchmark.people import service as people

LEAST_FREE = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that is well or not; `key` and `values` make the sentence, which also says what to do."""

    is_well: bool
    key: str
    values: dict[str, object] = field(default_factory=dict)


def examine(config: Config) -> Iterator[Finding]:
    """Look at everything, in the order in which one would mend it. Without its folder nothing else can be looked at."""
    for finding in _folder(config.data):
        yield finding
        if finding.key == "doctor.folder_bad":
            return
    app = create_app(config)
    with app.app_context():
        yield from _database()
        yield _screens()
        db.session.remove()
        db.engine.dispose()


def _folder(data: Path) -> Iterator[Finding]:
    """The data folder and the room on its disk."""
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(False, "doctor.folder_bad", {"folder": data})
        return
    yield Finding(True, "doctor.folder_good", {"folder": data})
    free = shutil.disk_usage(data).free
    is_enough = free >= LEAST_FREE
    yield Finding(
        is_enough, "doctor.disk_good" if is_enough else "doctor.disk_bad", {"gb": f"{free / 1e9:.1f}"}
    )


def _database() -> Iterator[Finding]:
    try:
        db.session.execute(text("SELECT 1"))
    except OperationalError as error:
        yield Finding(False, "doctor.database_bad", {"reason": str(error.orig).strip()})
        return
    yield Finding(True, "doctor.database_good", {"name": db.engine.dialect.name})
    has, wants = MigrationContext.configure(db.session.connection()).get_current_revision(), _newest()
    is_current = has == wants
    yield Finding(is_current, "doctor.tables_good" if is_current else "doctor.tables_bad")
    if is_current:
        is_set_up = people.is_set_up()
        yield Finding(is_set_up, "doctor.lead_good" if is_set_up else "doctor.lead_bad")


def _newest() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _screens() -> Finding:
    is_built = current_app.extensions["build"] is not None
    return Finding(is_built, "doctor.screens_good" if is_built else "doctor.screens_bad")
