"""Rescue files as phones write them, and as nobody should."""

import hashlib
import io
import json
import zipfile
from typing import Any

from benchmark.kernel.ids import new_id
from tests.factories import Someone, make_op

Op = dict[str, Any]


def observed(study: str, author: Someone, text: str = "Kartta on heti ovella", **parts: Any) -> Op:
    """The op of a new observation."""
    return make_op(study, "observation", set={"text": text, "author": author.id}, **parts)


def pictured(study: str, author: Someone, observation: str, content: bytes) -> Op:
    """The op that announces a photo."""
    values = {
        "observation_id": observation,
        "sha256": hashlib.sha256(content).hexdigest(),
        "author": author.id,
    }
    return make_op(study, "photo", set={**values, "people": "none"})


def contents(author: Someone, ops: list[Op], **parts: Any) -> dict[str, Any]:
    """What stands in `benchmark.json`; the photos are those of `zipped`."""
    return {
        "format": "benchmark-rescue",
        "version": 1,
        "epoch": None,
        "device": new_id(),
        "person": {"id": author.id, "name": author.name},
        "ops": ops,
        "photos": [],
        **parts,
    }


def zipped(said: Any, pictures: dict[str, bytes] | None = None) -> bytes:
    """A ZIP with the contents and the pictures, each under its own name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("benchmark.json", said if isinstance(said, str | bytes) else json.dumps(said))
        for name, content in (pictures or {}).items():
            archive.writestr(name, content)
    return file.getvalue()


def rescue(author: Someone, ops: list[Op], bytes_of: dict[str, bytes] | None = None, **parts: Any) -> bytes:
    """The whole file; `bytes_of` gives the bytes for the ids of photo ops."""
    pictures, listed = {}, []
    for op in ops:
        if content := (bytes_of or {}).get(op["id"]):
            name = f"kuvat/{len(pictures) + 1:02}_kartta-ovella.jpg"
            pictures[name] = content
            digest = hashlib.sha256(content).hexdigest()
            listed.append({"id": op["id"], "space": op["space"], "sha256": digest, "file": name})
    return zipped(contents(author, ops, **{"photos": listed, **parts}), pictures)


def send(someone: Someone, file: bytes, **headers: str) -> Any:
    """Hand the file in over HTTP."""
    return someone.client.post("/api/v1/rescue", data=file, content_type="application/zip", headers=headers)


def push(someone: Someone, ops: list[Op], device: str | None = None) -> list[dict[str, Any]]:
    """Send ops as the phone itself does; returns the outcomes."""
    body = {"proto": 1, "epoch": None, "device": device or new_id(), "ops": ops, "cursors": {}}
    outcomes: list[dict[str, Any]] = someone.client.post("/api/v1/sync", json=body).json["outcomes"]
    return outcomes
