"""The API described for programs (OpenAPI 3.1), put together when somebody asks: few do, and every app would pay."""

from __future__ import annotations

from functools import cache

import orjson
from flask import Flask, Response
from flask_smorest import Api, Blueprint

FORM = {"API_TITLE": "Benchmark", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}


def init_app(app: Flask, *blueprints: Blueprint) -> None:
    """Serve these blueprints, and beside them what they say of themselves."""
    for blueprint in blueprints:
        app.register_blueprint(blueprint)

    @app.get("/api/v1/openapi.json")
    def openapi() -> Response:
        return Response(described(blueprints), mimetype="application/json")


@cache
def described(blueprints: tuple[Blueprint, ...]) -> bytes:
    """The description, as JSON. It is written by an app of its own, which serves nothing."""
    app = Flask(__name__)
    app.config.from_mapping(FORM)
    api = Api(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    return orjson.dumps(api.spec.to_dict())
