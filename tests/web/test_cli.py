"""The `benchmark` command as people start it: what it prints, what it refuses, and that it stops."""

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from benchmark.kernel.ids import new_id
from benchmark.kernel.sqlite import sqlite3
from tests.browser.account import Account, first_lead
from tests.browser.server import BENCHMARK, Server
from tests.factories import make_op

pytestmark = pytest.mark.timeout(180)
LIISA = ("--email", "liisa@example.org", "--name", "Liisa", "--team", "Lauttasaaren kirjasto")
PASSWORD = "a library by the sea"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that speaks Finnish, empty and not started yet."""
    server = Server(tmp_path / "data")
    server.environment["LC_ALL"] = "fi_FI.UTF-8"
    yield server
    server.stop()


def run(
    server: Server, *arguments: str, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Another command on the same data, to its end."""
    return subprocess.run(
        [BENCHMARK, *arguments, "--data", server.data],
        env={**server.environment, **environment},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def lead_of(server: Server) -> Iterator[Account]:
    """The first lead, who follows the printed link."""
    account = first_lead(server)
    with closing(account.connection):
        yield account


@contextmanager
def signed_in(server: Server) -> Iterator[Account]:
    """The lead, on another device."""
    account = Account(server)
    with closing(account.connection):
        account.send("POST", "/session", {"email": "liisa@example.org", "password": PASSWORD})
        yield account


def test_an_empty_server_offers_its_set_up_link_in_the_systems_language(server: Server) -> None:
    server.start()
    assert f"Benchmark on käynnissä: {server.address}\n" in server.output()
    assert re.search(rf"kertakäyttöisellä linkillä: {server.address}/setup#\S{{43}}\n", server.output())
    assert "HTTPS" in server.output()


def test_a_server_with_a_study_prints_its_code_to_type_and_to_scan(server: Server) -> None:
    server.start()
    with lead_of(server) as lead:
        lead.create_study("library")
    server.stop()
    server.log.unlink()
    server.start()
    code = server.printed(r"Vierailukoodi: (\w{4} \w{4}) ")
    assert f"{server.address}/join#{code.replace(' ', '')}\n" in server.output()
    assert f"{server.address}/sign-in" in server.output()
    assert "/setup#" not in server.output()
    assert re.search(r"(?:[█▀▄ ]{25,}\n){12,}", server.output()), "a QR code is drawn"


def test_a_configured_address_is_the_one_that_is_printed(server: Server) -> None:
    server.environment["BENCHMARK_ORIGIN"] = "https://benchmark.example.org"
    server.start()
    assert "https://benchmark.example.org/setup#" in server.output()
    assert "localhost" not in server.output()
    assert "HTTPS" not in server.output()


def test_a_second_start_takes_a_moment_and_changes_nothing(server: Server) -> None:
    server.start()
    with lead_of(server) as lead:
        study = lead.create_study("empty")
    server.stop()
    start = time.monotonic()
    server.start()
    assert time.monotonic() - start < 10
    with signed_in(server) as lead:
        assert lead.send("GET", f"/studies/{study}/code")["code"]


def test_a_taken_port_is_said_in_a_sentence(server: Server) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run(server, "serve", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Portti {port} on jo käytössä. Valitse toinen portti valinnalla --port tai komennolla make run PORT=…, "
        "tai sulje ohjelma, joka käyttää sitä.\n"
    )
    assert not server.data.exists(), "nothing was prepared for a server that cannot start"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"BENCHMARK_PROXIES": "many"}, "BENCHMARK_PROXIES"),
        ({"BENCHMARK_DATABASE": "postgresql://nobody@127.0.0.1:1/none"}, "Tietokantaan ei saatu yhteyttä"),
    ],
)
def test_a_setting_that_will_not_do_is_said_in_a_sentence(
    server: Server, environment: dict[str, str], words: str
) -> None:
    refused = run(server, "serve", "--port", str(server.port), **environment)
    assert refused.returncode == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_data_folder_that_cannot_be_made_is_said_in_a_sentence(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    server.data = tmp_path / "file" / "data"
    refused = run(server, "serve", "--port", str(server.port))
    assert refused.returncode == 1
    assert "--data" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_stopping_does_not_wait_for_those_who_listen(server: Server) -> None:
    server.start()
    with lead_of(server) as lead:
        request = urllib.request.Request(f"{server.address}/api/v1/live", headers=lead.headers)
    with urllib.request.urlopen(request, timeout=20) as stream:
        assert stream.readline()
        start = time.monotonic()
        server.stop()
        assert time.monotonic() - start < 9


def test_forwarded_headers_are_not_believed_without_a_proxy(server: Server) -> None:
    server.start()
    request = urllib.request.Request(server.address, headers={"X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert "Strict-Transport-Security" not in answer.headers


def test_a_lead_is_added_in_the_shell_and_can_sign_in(server: Server) -> None:
    added = run(server, "lead", "add", *LIISA, typed=f"{PASSWORD}\n")
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == "liisa@example.org on nyt vetäjä tiimissä Lauttasaaren kirjasto.\n"
    server.start()
    with signed_in(server) as lead:
        [team] = lead.send("GET", "/teams")
    assert (team["name"], team["role"]) == ("Lauttasaaren kirjasto", "lead")


def test_the_shell_asks_for_what_was_not_said(server: Server) -> None:
    typed = f"olli@example.org\nNaapurikirjasto\nOlli\n{PASSWORD}\n"
    added = run(server, "lead", "add", typed=typed)
    assert "olli@example.org on nyt vetäjä tiimissä Naapurikirjasto." in added.stdout
    again = run(server, "lead", "add", "--email", "olli@example.org", "--team", "Toinen tiimi")
    assert again.returncode == 0, "who has an account keeps its password"


def test_a_lead_who_forgot_the_password_gets_a_new_one_in_the_shell(server: Server) -> None:
    server.start()
    with lead_of(server) as lead:
        changed = run(
            server, "lead", "password", "--email", "liisa@example.org", typed="a new password altogether\n"
        )
        assert changed.stdout.startswith("liisa@example.org")
        assert lead.send("GET", "/session")["person"] is None, "old devices are signed out"
        lead.send("POST", "/session", {"email": "liisa@example.org", "password": "a new password altogether"})
        assert lead.send("GET", "/session")["person"]
    nobody = run(server, "lead", "password", "--email", "nobody@example.org")
    assert (nobody.returncode, "nobody@example.org" in nobody.stderr) == (1, True)


@pytest.mark.parametrize(
    ("typed", "words"), [("too short\n", "Salasana on liian lyhyt"), ("", "Salasana on liian lyhyt")]
)
def test_a_lead_with_a_short_password_is_refused_in_words(server: Server, typed: str, words: str) -> None:
    refused = run(server, "lead", "add", *LIISA, typed=typed)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert words in refused.stderr


def test_the_doctor_finds_what_is_missing_and_what_is_well(server: Server) -> None:
    found = run(server, "doctor")
    assert found.returncode == 1
    assert "✗ Kansioon" in found.stdout
    assert not server.data.exists(), "looking changes nothing"
    run(server, "lead", "add", *LIISA, typed=f"{PASSWORD}\n")
    found = run(server, "doctor")
    for words in (
        "Kansioon",
        "Tietokanta vastaa",
        "Tietokannan taulut ovat ajan tasalla",
        "Palvelimella on vetäjä",
    ):
        assert f"✓ {words}" in found.stdout


def test_what_left_the_bin_is_gone_for_good_when_the_server_starts(server: Server) -> None:
    server.start()
    with lead_of(server) as lead:
        op = make_op(lead.create_study("empty"), "observation", set={"text": "Poistuva"})
        for ops in ([op], [{**op, "op_id": new_id(), "deleted": True}]):
            lead.send("POST", "/sync", {"proto": 1, "device": new_id(), "ops": ops})
    server.stop()
    with closing(sqlite3.connect(server.data / "benchmark.db")) as database, database:
        database.execute(
            "UPDATE record SET deleted_at = '2017-10-03T07:12:09.120+00:00' WHERE deleted_at IS NOT NULL"
        )
    server.start()
    with closing(sqlite3.connect(server.data / "benchmark.db")) as database:
        kept = [*database.execute("SELECT payload FROM op"), *database.execute("SELECT body FROM record")]
    assert "Poistuva" not in str(kept)
    assert "Lopullisesti poistettu: kohteita 0, tiedostoja 0." in run(server, "prune").stdout


def test_after_a_restore_phones_are_told_of_a_new_epoch_and_asked_for_lost_pictures(server: Server) -> None:
    server.start()
    with lead_of(server) as lead:
        ask = {"proto": 1, "device": new_id()}
        epoch = lead.send("POST", "/sync", ask)["epoch"]
        restored = run(server, "restored")
        assert "kadonnut: 0" in restored.stdout
        assert lead.send("POST", "/sync", ask)["epoch"] != epoch


def test_a_backup_made_while_it_runs_is_a_data_folder_of_its_own(server: Server) -> None:
    server.start()
    with lead_of(server) as lead:
        op = make_op(lead.create_study("empty"), "observation", set={"text": "Kartta ovella"})
        lead.send("POST", "/sync", {"proto": 1, "device": new_id(), "ops": [op]})
    folder = server.data.with_name("backup")
    assert f"kansioon {folder}" in run(server, "backup", str(folder)).stdout
    with closing(sqlite3.connect(folder / "benchmark.db")) as database:
        assert "Kartta ovella" in str([*database.execute("SELECT body FROM record")])
    again = run(server, "backup", str(folder))
    assert (again.returncode, "on jo olemassa" in again.stderr) == (1, True)


def test_a_backup_of_nothing_is_refused(server: Server) -> None:
    folder = server.data.with_name("backup")
    refused = run(server, "backup", str(folder))
    assert (refused.returncode, folder.exists(), server.data.exists()) == (1, False, False)


def test_beside_postgresql_a_backup_has_the_files_and_says_so(server: Server) -> None:
    (server.data / "files" / "ab").mkdir(parents=True)
    (server.data / "files" / "ab" / "abcd").write_bytes(b"picture")
    (server.data / "files" / "ab" / ".part-1").write_bytes(b"pict")
    folder = server.data.with_name("backup")
    said = run(server, "backup", str(folder), BENCHMARK_DATABASE="postgresql://nowhere/benchmark").stdout
    assert "kopioitu tiedostoja 1." in said and "pg_dump" in said
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["abcd"]
