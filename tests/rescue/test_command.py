"""`benchmark import-rescue`: for an administrator, who reaches every study of the server."""

import os
import subprocess
from pathlib import Path

from flask import Flask

from benchmark.config import Config
from benchmark.sync import service as sync
from tests.browser.server import BENCHMARK
from tests.factories import Someone
from tests.rescue.files import observed, rescue


def run(config: Config, file: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BENCHMARK_DATABASE": config.database, "LC_ALL": "fi_FI.UTF-8"}
    return subprocess.run(
        [BENCHMARK, "import-rescue", file, "--data", config.data],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_imports_and_says_so(
    app: Flask, config: Config, study: str, member: Someone, tmp_path: Path
) -> None:
    file = tmp_path / "matti.zip"
    file.write_bytes(rescue(member, [observed(study, member)]))
    assert [run(config, file).stdout for _ in range(2)] == [
        "Tuotiin 1 havainto.\n",
        "Tiedostossa ei ollut mitään uutta. 1 oli täällä jo.\n",
    ]
    with app.app_context():
        assert [one["author"] for one in sync.records(study, "observation")] == [member.id]


def test_a_bad_file_is_answered_in_words(app: Flask, config: Config, tmp_path: Path) -> None:
    file = tmp_path / "loma.zip"
    file.write_text("Terveisiä")
    done = run(config, file)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Tämä ei ole pelastustiedosto" in done.stderr
    assert "ei-ole.zip" in run(config, tmp_path / "ei-ole.zip").stderr
