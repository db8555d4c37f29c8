"""The `benchmark` command: serve, demo, lead, import-rescue, backup, restored, doctor, prune and jobs drain.

Prints in the language of the system. Not for work on content: that is done in the app.
"""

import argparse
import errno
import fcntl
import getpass
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import segno
from flask import Flask
from sqlalchemy.exc import OperationalError

from benchmark import backup, create_app, doctor
from benchmark.config import Config, ConfigError
from benchmark.demo import service as demo
from benchmark.kernel import clock, files, jobs
from benchmark.kernel.db import bring_up_to_date, db
from benchmark.kernel.errors import Problem
from benchmark.kernel.sqlite import sqlite3
from benchmark.kernel.words import LANGUAGES, t
from benchmark.people import codes
from benchmark.people import service as people
from benchmark.people.rules import spell_code
from benchmark.photos import service as photos
from benchmark.photos.partial import partials
from benchmark.reports import service as reports
from benchmark.rescue import report
from benchmark.rescue import service as rescue
from benchmark.server import Server, listening_problem
from benchmark.studies import service as studies
from benchmark.studies.api import join_link
from benchmark.sync import prune as sync_prune
from benchmark.sync import service as sync


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    asked = _parser().parse_args(arguments)
    try:
        config = Config.from_environment()
        if asked.data:
            config = Config.from_environment({**os.environ, "BENCHMARK_DATA": asked.data})
        return int(asked.run(asked, config))
    except ConfigError as error:
        return _fail(str(error))
    except Problem as problem:
        return _fail(_words(f"problem.{problem.code}", **problem.values))
    except OperationalError as error:
        return _fail(_words("cli.no_database", reason=str(error.orig).strip()))
    except OSError as error:
        return _fail(_words("cli.no_file", file=error.filename or "?", reason=error.strerror or "?"))
    except (KeyboardInterrupt, EOFError):
        return 130


def serve(asked: argparse.Namespace, config: Config) -> int:
    """Bring the database up to date, say where to go, and serve until stopped."""
    taken = listening_problem(asked.host, asked.port)
    if taken is not None:
        key = "cli.port_in_use" if taken.errno == errno.EADDRINUSE else "cli.cannot_listen"
        return _fail(_words(key, port=asked.port, reason=taken.strerror))
    address = config.origin or f"http://localhost:{asked.port}"
    with _ready(config):
        _prune()
        account = demo.load(config.data) if asked.demo else None
        greeting = "\n".join(_greeting(address, account))
        db.session.commit()
    Server(config, asked.host, asked.port, lambda: print(greeting, flush=True)).run()
    return 0


def add_lead(asked: argparse.Namespace, config: Config) -> int:
    """Make someone a lead, of a new team or one that is there; asks for what the command line does not say."""
    email = asked.email or _ask("cli.ask_email")
    team = asked.team or _ask("cli.ask_team")
    with _ready(config):
        person_id = people.find_by_email(email)
    # Nothing is held while someone types: a running server would have to wait for them.
    account = {} if person_id else {"name": asked.name or _ask("cli.ask_name"), "password": _ask_password()}
    with _ready(config):
        person_id = person_id or people.create_person(language=_language(), email=email, **account)
        studies.add_lead(studies.find_team(team) or studies.create_team(team), person_id)
        db.session.commit()
    print(_words("cli.lead_added", email=email, team=team))
    return 0


def change_password(asked: argparse.Namespace, config: Config) -> int:
    """Give a lead who forgot it a new password."""
    email = asked.email or _ask("cli.ask_email")
    with _ready(config):
        person_id = people.find_by_email(email)
    if person_id is None:
        return _fail(_words("cli.no_lead", email=email))
    password = _ask_password()
    with _ready(config):
        people.set_password(person_id, password)
        db.session.commit()
    print(_words("cli.password_changed", email=email))
    return 0


def load_demo(_asked: argparse.Namespace, config: Config) -> int:
    """Put the demo study in place, unless it is there."""
    with _ready(config):
        account = demo.load(config.data)
        db.session.commit()
    print(_demo_sentence(account))
    return 0


def import_rescue(asked: argparse.Namespace, config: Config) -> int:
    """Take in the rescue file of a phone that cannot send; fails when anything in it was refused."""
    with Path(asked.file).open("rb") as file, _ready(config):
        makers = studies.makers()
        db.session.rollback()
        imported = rescue.take(file, files.store(), makers)
        db.session.commit()
    print(report.summary(imported, _language()))
    return 1 if imported.refused else 0


def examine(_asked: argparse.Namespace, config: Config) -> int:
    """Say of each thing that serving needs whether it is well; fails when one is not."""
    findings = list(doctor.examine(config))
    for finding in findings:
        mark = "✓" if finding.is_well else "✗"
        print(mark, _words(finding.key, **finding.values))
    return 0 if all(finding.is_well for finding in findings) else 1


def prune(_asked: argparse.Namespace, config: Config) -> int:
    """Let go for good of what has been deleted for 30 days, and of files that nothing needs any more."""
    with _ready(config):
        n_records, n_files = _prune()
    print(_words("cli.pruned", records=n_records, files=n_files))
    return 0


def back_up(asked: argparse.Namespace, config: Config) -> int:
    """Copy the database and all files into a new folder, also while the server runs."""
    try:
        n_files = backup.back_up(config, Path(asked.folder))
    except FileExistsError:
        return _fail(_words("cli.backup_exists", folder=asked.folder))
    except sqlite3.Error as error:
        return _fail(_words("cli.no_database", reason=str(error)))
    is_whole = config.database.startswith("sqlite")
    print(_words("cli.backed_up" if is_whole else "cli.backed_up_files", folder=asked.folder, files=n_files))
    return 0


def note_restored(_asked: argparse.Namespace, config: Config) -> int:
    """After an older copy was put back: have phones bring what it lacks, pictures too."""
    with _ready(config):
        sync.start_epoch()
        n_photos = photos.ask_again(files.store())
        db.session.commit()
    print(_words("cli.restored", photos=n_photos))
    return 0


def drain_jobs(_asked: argparse.Namespace, config: Config) -> int:
    """Do the slow work that waits, such as reports."""
    app = create_app(config)
    with app.app_context():
        jobs.drain(config.data)
    return 0


@contextmanager
def _ready(config: Config) -> Iterator[Flask]:
    """An app context on an up-to-date database. One process at a time prepares a data folder."""
    config.data.mkdir(parents=True, exist_ok=True)
    app = create_app(config)
    with (config.data / "prepare.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        bring_up_to_date(app)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def _prune() -> tuple[int, int]:
    """How many records and how many files went."""
    n_records = sync_prune.prune()
    db.session.commit()
    kept = photos.file_keys() | reports.file_keys()
    db.session.rollback()
    n_files = files.store().sweep(kept, clock.now() - timedelta(days=1))
    return n_records, n_files + partials().sweep(clock.now() - timedelta(days=7))


def _greeting(address: str, account: demo.Account | None) -> Iterator[str]:
    """What a newcomer needs: the address, who can sign in, the visit code with its QR code, and HTTPS."""
    yield _words("cli.serving", address=address)
    if not people.is_set_up():
        yield _words("cli.set_up", link=f"{address}/setup#{codes.issue_setup_token()}")
    else:
        yield _words("cli.sign_in", link=f"{address}/sign-in")
    if account:
        yield _demo_sentence(account)
    study_id = studies.latest()
    invitation = codes.invitation(study_id, "member") if study_id else None
    if invitation and not invitation.is_expired:
        link = join_link(address, invitation.code)
        yield _words("cli.visit_code", code=spell_code(invitation.code), link=link)
        drawn = StringIO()
        segno.make(link, error="l", micro=False).terminal(drawn, compact=True, border=2)
        yield drawn.getvalue().rstrip("\n")
    if not address.startswith("https://"):
        yield _words("cli.needs_https")
    yield _words("cli.stop")


def _demo_sentence(account: demo.Account | None) -> str:
    if account is None:
        return _words("cli.no_demo")
    return _words("cli.demo_lead", email=account.email, password=account.password)


def _ask(key: str) -> str:
    return input(_words(key) + " ")


def _ask_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(_words("cli.ask_password") + " ")
    return sys.stdin.readline().rstrip("\n")


def _words(key: str, **values: object) -> str:
    return t(key, _language(), **values)


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1


def _language() -> str:
    """The system's language when we have it, else English."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next((name[:2] for name in names if name), "")
    return wanted if wanted in LANGUAGES else "en"


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", help=_words("cli.help_data"))
    parser = argparse.ArgumentParser(prog="benchmark", description=_words("app.description"))
    commands = parser.add_subparsers(required=True, metavar="")

    command = commands.add_parser("serve", parents=[common], help=_words("cli.help_serve"))
    command.add_argument("--host", default="127.0.0.1", help=_words("cli.help_host"))
    command.add_argument("--port", type=int, default=8000, help=_words("cli.help_port"))
    command.add_argument("--demo", action="store_true", help=_words("cli.help_demo"))
    command.set_defaults(run=serve)

    command = commands.add_parser("demo", parents=[common], help=_words("cli.help_demo"))
    command.set_defaults(run=load_demo)

    lead = commands.add_parser("lead", help=_words("cli.help_lead")).add_subparsers(required=True, metavar="")
    command = lead.add_parser("add", parents=[common], help=_words("cli.help_lead_add"))
    for name in ("email", "name", "team"):
        command.add_argument(f"--{name}", help=_words(f"cli.ask_{name}"))
    command.set_defaults(run=add_lead)
    command = lead.add_parser("password", parents=[common], help=_words("cli.help_lead_password"))
    command.add_argument("--email", help=_words("cli.ask_email"))
    command.set_defaults(run=change_password)

    command = commands.add_parser("import-rescue", parents=[common], help=_words("cli.help_import_rescue"))
    command.add_argument("file", help=_words("cli.help_rescue_file"))
    command.set_defaults(run=import_rescue)

    command = commands.add_parser("doctor", parents=[common], help=_words("cli.help_doctor"))
    command.set_defaults(run=examine)

    command = commands.add_parser("prune", parents=[common], help=_words("cli.help_prune"))
    command.set_defaults(run=prune)

    command = commands.add_parser("backup", parents=[common], help=_words("cli.help_backup"))
    command.add_argument("folder", help=_words("cli.help_backup_folder"))
    command.set_defaults(run=back_up)

    command = commands.add_parser("restored", parents=[common], help=_words("cli.help_restored"))
    command.set_defaults(run=note_restored)

    own = commands.add_parser("jobs", help=_words("cli.help_jobs")).add_subparsers(required=True, metavar="")
    command = own.add_parser("drain", parents=[common], help=_words("cli.help_jobs"))
    command.set_defaults(run=drain_jobs)
    return parser
