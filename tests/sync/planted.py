"""The mistakes that `make test-faults` plants, each of which some test must notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One mistake: in `file` of benchmark/sync or frontend/src/sync, `right` becomes `wrong`. `tests` of tests/sync,
    or beside the file, are those meant to find it; for pytest they may end in options."""

    name: str
    file: str
    right: str
    wrong: str
    tests: str

    @property
    def is_on_phone(self) -> bool:
        return self.file.endswith(".ts")

    @property
    def path(self) -> str:
        """From the root of the repository."""
        return f"{'frontend/src' if self.is_on_phone else 'benchmark'}/sync/{self.file}"


FAULTS = (
    Fault(
        "revs from a plain counter that holds no lock",
        "store.py",
        '''        _HOLD.rows(ids=list(space_ids))


def lock(space_ids: Iterable[str]) -> dict[str, int]:
    """Raise the counter of each space, in order of ids, and hold its row until commit. Space id → new rev."""
    raised = {space: _RAISE.rows(space=space)[0][0] for space in sorted(space_ids)}
''',
        '''        pass


def lock(space_ids: Iterable[str]) -> dict[str, int]:
    """Raise the counter of each space, in order of ids, and hold its row until commit. Space id → new rev."""
    alone = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    raised = {space: _RAISE.rows_on(alone, space=space)[0][0] for space in sorted(space_ids)}
''',
        "test_order.py -k postgresql",
    ),
    Fault(
        "a page goes on beyond the rev it tells",
        "store.py",
        " AND rev <= :until",
        "",
        "test_order.py",
    ),
    Fault(
        "what was answered is not looked up",
        "push.py",
        'before = self.known.get(asked.op_id)',
        "before = None",
        "test_push.py",
    ),
    Fault(
        "what was answered is looked up before the spaces are held",
        "push.py",
        "        store.hold({asked.space for asked in named} & self.sender.roles.keys())\n",
        "",
        "test_order.py",
    ),
    Fault(
        "another body under the same op_id passes",
        "push.py",
        "if before.hash != asked.digest:",
        "if False:",
        "test_push.py",
    ),
    Fault(
        "a refused op takes the whole batch with it",
        "push.py",
        'outcome, rev, problem = "rejected", None, str(refusal)',
        "raise",
        "test_push.py",
    ),
    Fault(
        "a refused op is not kept",
        "push.py",
        "        self.entries.append(entry)\n",
        '        if answer.outcome != "rejected":\n            self.entries.append(entry)\n',
        "test_push.py",
    ),
    Fault(
        "a dropped tombstone: pages leave out what is deleted",
        "store.py",
        " AND rev <= :until",
        " AND rev <= :until AND deleted_at IS NULL",
        "test_push.py test_echo.py",
    ),
    Fault(
        "an op on a deleted record brings it back",
        "merge.py",
        "if state.deleted_at and (change.deleted is None or state.is_emptied):",
        "if state.is_emptied:",
        "test_push.py test_echo.py",
    ),
    Fault(
        "stamps are ignored: the later text wins",
        "merge.py",
        "is_clash = _latest_of_others(state.stamps, origin.device, name) > origin.base_rev",
        "is_clash = False",
        "test_push.py",
    ),
    Fault(
        "a device clashes with itself",
        "merge.py",
        "        if other == device:\n            continue\n",
        "",
        "test_push.py",
    ),
    Fault(
        "a write does not raise the record's rev",
        "merge.py",
        "    state.rev = rev\n",
        "    state.rev = state.rev or rev\n",
        "test_push.py test_echo.py",
    ),
    Fault(
        "what others changed is not echoed to who writes next",
        "merge.py",
        'return "applied" if is_alone and not was_deleted else "merged"',
        'return "applied"',
        "test_echo.py",
    ),
    Fault(
        "anyone may write into any space",
        "push.py",
        "if space not in self.sender.roles:",
        "if False:",
        "test_push.py",
    ),
    Fault(
        "the cursor forgets where inside a rev it stands",
        "pull.py",
        'inside = f":{position.id}" if position.id else ""',
        'inside = ""',
        "test_push.py",
    ),
    Fault(
        "a cursor below the floor goes on as if nothing had gone",
        "pull.py",
        "if max(position.rev, position.floor) < floor:",
        "if False:",
        "test_prune.py",
    ),
    Fault(
        "pages that began before a pruning go on as if nothing had gone",
        "pull.py",
        "if max(position.rev, position.floor) < floor:",
        "if position.rev < floor and not position.floor:",
        "test_prune.py",
    ),
    Fault(
        "what was emptied can be restored as a blank",
        "merge.py",
        "(change.deleted is None or state.is_emptied)",
        "change.deleted is None",
        "test_prune.py",
    ),
    Fault(
        "history outlives the bin",
        "store.py",
        '    _alter_ops(update(Op).values(payload="{}"), space, [id_ for _, id_ in found])\n',
        "",
        "test_prune.py",
    ),
    Fault(
        "members read the history of what others made",
        "history.py",
        "fields=kind.settable",
        "fields=()",
        "test_history.py",
    ),
    Fault(
        "strangers leave words in a lead's list",
        "store.py",
        "Op.person_id.in_(people), ",
        "",
        "test_history.py",
    ),
    Fault(
        "after a restore the rev is told that others have raised since",
        "pull.py",
        '        page["rev"] = 0\n',
        "        pass\n",
        "test_restore.py",
    ),
    Fault(
        "a push takes everything new for its own",
        "pull.py",
        "is_own = after == _Position(rev - 1) and ",
        "is_own = ",
        "test_echo.py test_push.py test_restore.py ../storm/test_phones.py",
    ),
    Fault(
        "a push that leaves something to fetch counts as whole",
        "push.py",
        "if self.pushed.clean[space].keys() == self.touched[space]:",
        "if True:",
        "test_echo.py test_push.py",
    ),
    Fault(
        "what was merged is not echoed",
        "push.py",
        'state.rev if outcome == "applied" else None',
        "state.rev",
        "test_echo.py test_push.py",
    ),
    Fault(
        "a repeated op counts for as much as the change after it",
        "push.py",
        "        elif id_ in clean or id_ not in touched:",
        "        else:",
        "test_echo.py test_push.py",
    ),
    Fault(
        "what a phone has brought counts as known to it, whoever has changed it since",
        "pull.py",
        "if clean.get(row.id) != row.rev]",
        "if row.id not in clean]",
        "test_order.py",
    ),
    Fault(
        "a batch beside others is not told what became of its records",
        "pull.py",
        "rows = [] if space in pushed.whole else store.page(",
        "rows = [] if space in pushed.revs else store.page(",
        "test_echo.py",
    ),
    Fault(
        "a batch beside others leads on from wherever the phone is",
        "pull.ts",
        "after === undefined || after === seen[space]",
        "true",
        "round.test.ts",
    ),
    Fault(
        "the epoch is not looked at",
        "api.py",
        'if asked["epoch"] not in (None, epoch):',
        "if False:",
        "test_push.py",
    ),
    Fault(
        "what a phone sends while it fetches everything anew is not echoed",
        "pull.py",
        "pushed.clean.get(space, {}) if after and not after.id else {}",
        "pushed.clean.get(space, {})",
        "test_prune.py test_restore.py",
    ),
    Fault(
        "whoever edits first after a restore becomes the maker",
        "push.py",
        "return is_maker and not any(map(claimed_author, store.payloads(asked.space, asked.id)))",
        "return False",
        "test_restore.py",
    ),
    Fault(
        "anyone may say that they made it",
        "push.py",
        "return is_maker and not any(map(claimed_author, store.payloads(asked.space, asked.id)))",
        "return is_maker",
        "test_restore.py",
    ),
    Fault(
        "the phone dequeues before the answer",
        "exchange.ts",
        "    const answer = await learning",
        "    await write(['outbox'], (step) => step.objectStore('outbox').clear());\n"
        "    const answer = await learning",
        "round.test.ts",
    ),
    Fault(
        "an answer takes everything off the phone's outbox",
        "push.ts",
        "  deleteAll(unwrap(outbox), gone.map(({ seq }) => seq));",
        "  await outbox.clear();",
        "push.test.ts",
    ),
    Fault(
        "the phone throws away what was refused",
        "push.ts",
        "putAll(unwrap(outbox), aside),",
        "deleteAll(unwrap(outbox), aside.map(({ seq }) => seq)),",
        "push.test.ts",
    ),
    Fault(
        "the phone takes every duplicate for taken",
        "push.ts",
        "(outcome.first ?? 'applied')",
        "'applied'",
        "push.test.ts",
    ),
    Fault(
        "what is pulled hides what waits",
        "pull.ts",
        "overlaid(withServer(row, change), pending.get(change.id) ?? [])",
        "overlaid(withServer(row, change), [])",
        "pull.test.ts outbox.test.ts",
    ),
    Fault(
        "a fresh pull drops what waits",
        "pull.ts",
        "if (!pending.has(row.id)) {",
        "if (row) {",
        "pull.test.ts",
    ),
    Fault(
        "what waits tells the revs of an epoch that is over",
        "pull.ts",
        "  for (const queued of await outbox.getAll()) await outbox.put({ ...queued, op: anew(queued.op) });\n",
        "",
        "pull.test.ts",
    ),
    Fault(
        "after a restore the phone sends nothing again",
        "pull.ts",
        "rev > heightOf(space)",
        "false",
        "pull.test.ts",
    ),
)  # fmt: skip
