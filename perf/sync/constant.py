"""Our gunicorn, with an application that always says the same. Usage: python constant.py PORT"""

import sys
from typing import Any

from flask import Flask, Response

from benchmark.config import Config
from benchmark.server import Server


class Constant(Server):
    """As many processes and threads as ours."""

    def load(self) -> Flask:
        """An application of one answer."""
        app = Flask("constant")
        app.add_url_rule("/", view_func=lambda: Response(b"{}", mimetype="application/json"))
        return app

    def _settings(self) -> dict[str, Any]:
        # Our worker ends live streams when it stops; this application has none.
        return {**super()._settings(), "worker_class": "gthread"}


if __name__ == "__main__":
    Constant(Config.from_environment({}), "127.0.0.1", int(sys.argv[1]), lambda: None).run()
