"""What a browser keeps in IndexedDB beside what its server has on disk, and the promises of docs/sync.md over both.

Read past all of our own code: by IndexedDB's own calls, and by SQL from the server's SQLite file.
"""

import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmark.kernel.sqlite import sqlite3

# What this phone holds, with every picture's bytes checked against their SHA-256.
READ = """async () => {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.startsWith('benchmark-'));
  const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const base = await answer(indexedDB.open(name));
  const rows = (table) => answer(base.transaction(table).objectStore(table).getAll());
  const hex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, '0')).join('');
  const bytes = await Promise.all((await rows('bytes')).map(async ({ id, state, sha256, buffer }) =>
    ({ id, state, is_whole: hex(await crypto.subtle.digest('SHA-256', buffer)) === sha256 })));
  const thumbs = (await rows('thumbs')).filter((one) => one.buffer.byteLength).map((one) => one.id);
  const found = { records: await rows('records'), outbox: await rows('outbox'), drafts: await rows('drafts'),
    answered: await rows('answered') };
  base.close();
  return { ...found, bytes, thumbs };
}"""
IS_SENT = f"""async () => {{
  const kept = await ({READ})();
  return !kept.outbox.length && kept.bytes.every((one) => one.state === 'sent');
}}"""
# How many changes and pictures only this phone has.
N_UNSENT = """async () => {
  const name = (await indexedDB.databases()).map((one) => one.name).find((one) => one.startsWith('benchmark-'));
  const answer = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const base = await answer(indexedDB.open(name));
  const store = (table) => base.transaction(table).objectStore(table);
  const found = await answer(store('outbox').count()) + await answer(store('bytes').index('state').count('waiting'));
  base.close();
  return found;
}"""
# Whether all is sent, and this phone has heard from the server that every picture is there.
IS_SETTLED = f"""async () => {{
  if (await ({N_UNSENT})()) return false;
  const {{ records }} = await ({READ})();
  return records.every((row) => row.kind !== 'photo' || row.data.is_received);
}}"""
PERSON = "() => JSON.parse(localStorage.getItem('benchmark.identity')).person.id"
# Has ops that make observations saved, to be sent: rows as `queueOne` in frontend/src/sync/outbox.ts writes them.
SAVE = """async ([person, ops]) => {
  const opening = indexedDB.open(`benchmark-${person}`);
  await new Promise((done) => (opening.onsuccess = done));
  const step = opening.result.transaction(['records', 'outbox'], 'readwrite');
  for (const op of ops) {
    const { op_id, space, kind, id } = op;
    step.objectStore('outbox').add({ op_id, space, id, state: 'waiting', op });
    step.objectStore('records').put({
      space, kind, id, rev: 0, base: null, baseDeleted: 0, data: { ...op.set, ...op.add },
      deleted: 0, conflicts: [], pending: 1, aside: 0, at: Date.parse(op.set.observed_at),
    });
  }
  await new Promise((done) => (step.oncomplete = done));
  opening.result.close();
}"""
TAKEN = {"applied", "merged"}


def expect_promises(kept: dict[str, Any], data: Path, space: str, saved: dict[str, int]) -> None:
    """I1, I2, I3, I4 and I6, once everything has been sent. `saved`: every observation's words, and its photos."""
    assert kept["outbox"] == [], "I1: something waits"
    assert all(one["is_whole"] and one["state"] == "sent" for one in kept["bytes"]), "I6: a picture"
    with closing(sqlite3.connect(f"file:{data / 'benchmark.db'}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        records = {row["id"]: row for row in base.execute("SELECT * FROM record WHERE space_id = ?", [space])}
        ops = {row["op_id"]: row for row in base.execute("SELECT * FROM op WHERE space_id = ?", [space])}
        files = base.execute("SELECT * FROM photo_file WHERE space_id = ?", [space]).fetchall()
    expect_each_saved_once(records, saved)
    answered = {one["op"]["op_id"] for row in kept["answered"] for one in row["changes"]}
    assert {op for op in answered if ops[op]["outcome"] not in TAKEN} == set(), "I2: answered, and not taken"
    here = {row["id"]: (row["rev"], row["deleted"], row["data"]) for row in kept["records"]}
    there = {
        id: (row["rev"], int(bool(row["deleted_at"])), json.loads(row["body"])) for id, row in records.items()
    }
    assert {id: row for id, row in here.items() if id in there} == there, (
        "I3 and I4: the phone and the server differ"
    )
    expect_pictures(records, files, data, sum(saved.values()))


def expect_each_saved_once(records: dict[str, Any], saved: dict[str, int]) -> None:
    bodies = {id: json.loads(row["body"]) for id, row in records.items() if not row["deleted_at"]}
    photos = [body["observation_id"] for id, body in bodies.items() if records[id]["kind"] == "photo"]
    there = [
        (body["text"], photos.count(id))
        for id, body in bodies.items()
        if records[id]["kind"] == "observation"
    ]
    assert sorted(there) == sorted(saved.items()), "I1 and I2: each that was called saved, once"


def expect_pictures(records: dict[str, Any], files: list[Any], data: Path, n_photos: int) -> None:
    """Noted under the hash that the phone announced, and each file holds what its name says."""
    assert len(files) == n_photos, "I1: a picture is not there"
    for row in files:
        assert json.loads(records[row["photo_id"]]["body"])["sha256"] == row["sha256"], "I6: another hash"
        for key in (row["thumb_key"], row["screen_key"], row["print_key"]):
            content = (data / "files" / key[:2] / key).read_bytes()
            assert hashlib.sha256(content).hexdigest() == key, "I6: a file does not hold what its name says"
