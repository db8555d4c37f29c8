"""Every setting of the server: its default, its environment name and what it means.

Settings are read once, at start, and checked there: a wrong value stops the server with a sentence
that names the variable, instead of failing later in the middle of a request.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class ConfigError(Exception):
    """A setting has a value the server cannot work with; the message names it and says what would do."""


@dataclass(frozen=True)
class Config:
    """The settings of one server.

    data      BENCHMARK_DATA      folder for the embedded database, photos and reports
    database  BENCHMARK_DATABASE  SQLAlchemy address; the embedded SQLite database when empty
    origin    BENCHMARK_ORIGIN    public address such as https://benchmark.example.org; the request's when empty
    proxies   BENCHMARK_PROXIES   how many reverse proxies stand in front, and so how far forwarded headers are trusted
    workers   BENCHMARK_WORKERS   server processes
    threads   BENCHMARK_THREADS   threads of each process; half as many again take pictures
    """

    data: Path
    database: str
    origin: str = ""
    proxies: int = 0
    workers: int = 2
    threads: int = 48

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Read the settings; raises ConfigError."""
        data = Path(environ.get("BENCHMARK_DATA") or "instance").absolute()
        database = environ.get("BENCHMARK_DATABASE") or f"sqlite:///{data / 'benchmark.db'}"
        return cls(
            data=data,
            database=_database(database),
            origin=_origin(environ.get("BENCHMARK_ORIGIN", "")),
            proxies=_count(environ, "BENCHMARK_PROXIES", cls.proxies, least=0),
            workers=_count(environ, "BENCHMARK_WORKERS", cls.workers, least=1),
            threads=_count(environ, "BENCHMARK_THREADS", cls.threads, least=4),
        )


def _count(environ: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    raw = environ.get(name, "")
    if not raw:
        return default
    if not raw.isdecimal() or int(raw) < least:
        raise ConfigError(f"{name}={raw!r} will not do: give a whole number of at least {least}.")
    return int(raw)


def _database(url: str) -> str:
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if url.startswith(("postgresql+psycopg://", "sqlite:///")):
        return url
    raise ConfigError("BENCHMARK_DATABASE must begin with sqlite:/// or postgresql://.")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/")):
        raise ConfigError(
            f"BENCHMARK_ORIGIN={url!r} will not do: give an address such as https://benchmark.example.org."
        )
    return url.rstrip("/")
