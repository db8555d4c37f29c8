"""Bodies: JSON answers of some size go out as the client takes them, gzipped requests come in, and JSON is read.

Not for pictures and built files, which are compressed already, nor for streams. An answer holds nothing that another
site could have put there, so its length tells nobody anything.
"""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, request

from benchmark.kernel.errors import Problem

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WORTH = 1_400
"""Bytes that travel in one packet anyway."""
LEVEL = 1
COMPRESS: dict[str, Callable[[bytes, int], bytes]] = {"zstd": zstd.compress, "gzip": gzip.compress}


def init_app(app: Flask) -> None:
    """Compress what is worth it."""
    app.after_request(_compress)


def request_body(most: int) -> bytes:
    """The bytes of this request, unpacked if they are gzipped. Problems: too_large, invalid_request."""
    request.max_content_length = most
    content = request.get_data(cache=False)
    return _unpacked(content, most) if request.content_encoding == "gzip" else content


def read_json(content: bytes) -> Any:
    """What these bytes say. Half a character, as browsers write it, becomes a question mark. Raises ValueError."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        try:
            lenient = json.dumps(json.loads(content), ensure_ascii=False)
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        return orjson.loads(lenient.encode(errors="replace"))


def _unpacked(content: bytes, most: int) -> bytes:
    """Never more than `most` bytes are made of it, however well they were packed."""
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(content, most + 1)
    except zlib.error as error:
        raise Problem("invalid_request") from error
    if len(unpacked) > most:
        raise Problem("too_large")
    if not unpacking.eof:
        raise Problem("invalid_request")
    return unpacked


def _compress(response: Response) -> Response:
    is_worth_it = (response.content_length or 0) > WORTH
    if not is_worth_it or response.mimetype != "application/json" or not response.is_sequence:
        return response
    response.vary.add("Accept-Encoding")
    name = request.accept_encodings.best_match(COMPRESS)
    if name:
        response.set_data(COMPRESS[name](response.get_data(), LEVEL))
        response.content_encoding = name
    return response
