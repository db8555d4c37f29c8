"""The `benchmark` command: serve, demo, lead add, doctor, and jobs drain, which the server starts for itself.

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

import segno
from flask import Flask
from sqlalchemy.exc import OperationalError

from benchmark import create_app, doctor
from benchmark.config import Config, ConfigError
from benchmark.kernel import jobs
from benchmark.kernel.db import bring_up_to_date, db
from benchmark.kernel.errors import Problem
from benchmark.kernel.words import LANGUAGES, t
from benchmark.people import codes
from benchmark.people import service as people
from benchmark.people.rules import spell_code
from benchmark.server import Server, listening_problem
from benchmark.studies import service as studies
from benchmark.studies.api import join_link


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
        return _fail(t(f"problem.{problem.code}", _language(), **problem.values))
    except OperationalError as error:
        return _fail(t("cli.no_database", _language(), reason=str(error.orig).strip()))
    except OSError as error:
        return _fail(t("cli.no_file", _language(), file=error.filename or "?", reason=error.strerror or "?"))
    except KeyboardInterrupt:
        return 130


def serve(asked: argparse.Namespace, config: Config) -> int:
    """Bring the database up to date, say where to go, and serve until stopped."""
    taken = listening_problem(asked.host, asked.port)
    if taken is not None:
        key = "cli.port_in_use" if taken.errno == errno.EADDRINUSE else "cli.cannot_listen"
        return _fail(t(key, _language(), port=asked.port, reason=taken.strerror))
    address = config.origin or f"http://localhost:{asked.port}"
    with _ready(config):
        if asked.demo:
            _load_demo(config)
        _greet(address)
        db.session.commit()
    Server(config, asked.host, asked.port).run()
    return 0


def add_lead(asked: argparse.Namespace, config: Config) -> int:
    """Make someone a lead, of a new team or one that is there; asks for what the command line does not say."""
    email = asked.email or input(t("cli.ask_email", _language()) + " ")
    team = asked.team or input(t("cli.ask_team", _language()) + " ")
    with _ready(config):
        person_id = people.find_by_email(email)
        if person_id is None:
            name = asked.name or input(t("cli.ask_name", _language()) + " ")
            person_id = people.create_person(name, _language(), email, _ask_password())
        studies.add_lead(studies.find_team(team) or studies.create_team(team), person_id)
        db.session.commit()
    _say("cli.lead_added", email=email, team=team)
    return 0


def load_demo(_asked: argparse.Namespace, config: Config) -> int:
    """Put the demo study in place, unless it is there."""
    with _ready(config):
        _load_demo(config)
        db.session.commit()
    return 0


def examine(_asked: argparse.Namespace, config: Config) -> int:
    """Say of each thing that serving needs whether it is well; fails when one is not."""
    app = create_app(config)
    with app.app_context():
        findings = doctor.examine(config)
    for finding in findings:
        mark = "✓" if finding.is_well else "✗"
        print(mark, t(finding.key, _language(), **finding.values))
    return 0 if all(finding.is_well for finding in findings) else 1


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


def _load_demo(config: Config) -> None:
    """Put the demo study in place and say how to sign in as its lead."""
    from benchmark.demo import service as demo

    account = demo.load(config.data)
    if account:
        _say("cli.demo_lead", email=account.email, password=account.password)


def _greet(address: str) -> None:
    """Print what a newcomer needs: the address, who can sign in, the visit code with its QR code, and HTTPS."""
    _say("cli.serving", address=address)
    if not people.is_set_up():
        _say("cli.set_up", link=f"{address}/setup#{codes.issue_setup_token()}")
    else:
        _say("cli.sign_in", link=f"{address}/sign-in")
    study_id = studies.latest()
    invitation = codes.invitation(study_id, "member") if study_id else None
    if invitation and not invitation.is_expired:
        link = join_link(address, invitation.code)
        _say("cli.visit_code", code=spell_code(invitation.code), link=link)
        segno.make(link, error="l", micro=False).terminal(compact=True, border=2)
    if not address.startswith("https://"):
        _say("cli.needs_https")
    _say("cli.stop")


def _ask_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(t("cli.ask_password", _language()) + " ")
    return sys.stdin.readline().rstrip("\n")


def _say(key: str, **values: object) -> None:
    print(t(key, _language(), **values), flush=True)


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
    common.add_argument("--data", help=t("cli.help_data", _language()))
    parser = argparse.ArgumentParser(prog="benchmark", description=t("app.description", _language()))
    commands = parser.add_subparsers(required=True, metavar="")

    command = commands.add_parser("serve", parents=[common], help=t("cli.help_serve", _language()))
    command.add_argument("--host", default="127.0.0.1", help=t("cli.help_host", _language()))
    command.add_argument("--port", type=int, default=8000, help=t("cli.help_port", _language()))
    command.add_argument("--demo", action="store_true", help=t("cli.help_demo", _language()))
    command.set_defaults(run=serve)

    command = commands.add_parser("demo", parents=[common], help=t("cli.help_demo", _language()))
    command.set_defaults(run=load_demo)

    lead = commands.add_parser("lead", help=t("cli.help_lead", _language())).add_subparsers(
        required=True, metavar=""
    )
    command = lead.add_parser("add", parents=[common], help=t("cli.help_lead", _language()))
    for name in ("email", "name", "team"):
        command.add_argument(f"--{name}", help=t(f"cli.ask_{name}", _language()))
    command.set_defaults(run=add_lead)

    command = commands.add_parser("doctor", parents=[common], help=t("cli.help_doctor", _language()))
    command.set_defaults(run=examine)

    own = commands.add_parser("jobs", help=t("cli.help_jobs", _language())).add_subparsers(
        required=True, metavar=""
    )
    command = own.add_parser("drain", parents=[common], help=t("cli.help_jobs", _language()))
    command.set_defaults(run=drain_jobs)
    return parser
