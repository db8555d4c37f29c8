"""Benchmark: visit another organisation, note what works, turn it into ideas, strengths and a report."""

from __future__ import annotations

from flask import Flask

from benchmark.config import Config
from benchmark.kernel.sqlite import sqlite3

__version__ = "0.1.0"
KEPT_CONNECTIONS = 16
"""Connections to the database that stay open when idle: each holds memory, and few threads ask it at one time."""


def create_app(config: Config | None = None) -> Flask:
    """The server, put together from its folders. Raises ConfigError."""
    from benchmark import web
    from benchmark.debriefs.kinds import KINDS as DEBRIEF_KINDS
    from benchmark.kernel import db, encodings, errors, openapi, together
    from benchmark.live import api as live
    from benchmark.observations.kinds import KINDS as OBSERVATION_KINDS
    from benchmark.people import api as people
    from benchmark.photos import api as photos
    from benchmark.photos.kinds import KINDS as PHOTO_KINDS
    from benchmark.reports import api as reports
    from benchmark.rescue import api as rescue
    from benchmark.studies import api as studies
    from benchmark.studies.kinds import KINDS as STUDY_KINDS
    from benchmark.sync import api as sync
    from benchmark.sync import kinds

    config = config or Config.from_environment()
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(_flask_settings(config))
    app.extensions["config"] = config

    errors.init_app(app)
    encodings.init_app(app)
    db.init_app(app)
    together.init_app(app)
    people.init_app(app)
    live.init_app(app, places=config.threads // 2)
    web.init_app(app)

    kinds.register(*STUDY_KINDS, *PHOTO_KINDS, *OBSERVATION_KINDS, *DEBRIEF_KINDS)
    folders = (people, sync, live, studies, photos, reports, rescue)
    openapi.init_app(app, *(folder.blueprint for folder in folders))
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    pool = {
        "pool_size": min(config.threads, KEPT_CONNECTIONS),
        "max_overflow": 2 * config.threads,
        "pool_use_lifo": True,
    }
    driver = {"module": sqlite3} if config.database.startswith("sqlite") else {}
    return {
        "SQLALCHEMY_DATABASE_URI": config.database,
        "SQLALCHEMY_ENGINE_OPTIONS": pool | driver,
    }
