"""Rate limits, kept in the database so that they hold across workers and restarts. Only failures count.

Not for load: these limits stop guessing, they do not protect the server from many honest requests.
"""

from datetime import timedelta
from math import ceil

from sqlalchemy import delete, select

from benchmark.kernel import clock
from benchmark.kernel.db import db
from benchmark.kernel.errors import Problem, name_problems
from benchmark.kernel.ids import new_id
from benchmark.people.model import Attempt
from benchmark.people.rules import LIMITS, hash_token

name_problems(too_many_attempts=429)
KEPT = timedelta(days=1)


def check(action: str, who: str) -> None:
    """Refuse when `who` has failed too often of late. Problem: too_many_attempts, with Retry-After."""
    limit = LIMITS[action]
    now = clock.now()
    query = (
        select(Attempt.at)
        .where(Attempt.action == action, Attempt.who == hash_token(who), Attempt.at > now - limit.window)
        .order_by(Attempt.at.desc())
        .limit(limit.most)
    )
    times = db.session.scalars(query).all()
    if len(times) == limit.most:
        seconds = max(1, ceil((times[-1] + limit.window - now).total_seconds()))
        raise Problem(
            "too_many_attempts", values={"n": ceil(seconds / 60)}, headers={"Retry-After": str(seconds)}
        )


def record(action: str, who: str) -> None:
    """Count one failure, and forget those that no limit asks about any more."""
    now = clock.now()
    db.session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
    db.session.add(Attempt(id=new_id(), action=action, who=hash_token(who), at=now))
    db.session.flush()
