"""What a server needs, looked at before it listens."""

from collections.abc import Iterable
from datetime import timedelta

from doorward import ledger, outbox
from doorward.app.screening import Screening, build_screening
from doorward.clock import Clock, SystemClock
from doorward.datadir import run_prefix
from doorward.evidence import EvidenceError, MasterKey, Vault
from doorward.imagery import native
from doorward.policy.problems import PolicyError
from doorward.settings import Settings
from doorward.storage import Database, DatabaseUnavailable, SchemaOutdated, check_schema, open_database
from doorward.subjects import SubjectKind


class StartRefused(Exception):
    """The server may not start like this; the message says what is missing and how to mend it."""


def check_before_start(settings: Settings) -> tuple[str, ...]:
    """Look at all that a server needs; returns warnings. Raises `StartRefused`.

    The caller holds the lock of the data directory.
    """
    clock = SystemClock()
    try:
        with open_database(settings.database_url, connections=settings.database.connections) as database:
            check_schema(database)
            screening = build_screening(settings, database, clock)
            vault = Vault(settings.evidence_dir, MasterKey.load(settings.master_key_file))
            database.read(vault.check_master_key)
            _succeed_the_dead(settings, database, clock)
    except (DatabaseUnavailable, SchemaOutdated, PolicyError, EvidenceError, ValueError, OSError) as error:
        raise StartRefused(str(error)) from error
    if absent := screening.missing():
        raise StartRefused("\n".join(absent))
    return tuple(warnings_of(settings, screening))


def _succeed_the_dead(settings: Settings, database: Database, clock: Clock) -> None:
    """Take over from this node's earlier servers. None of them lives: we hold the node's lock."""
    ours, now = run_prefix(settings.data_dir), clock.now()
    database.write(lambda c: outbox.take_back(c, ours))
    database.write(lambda c: ledger.record_gaps(c, now, named=ours, older_than=timedelta(0)))


def warnings_of(settings: Settings, screening: Screening) -> Iterable[str]:
    if (problem := native.problem()) is not None:
        yield problem
    yield from screening.imagery.readiness().warnings
    yield from screening.policy.warnings()
    if "imagery" not in screening.gate.configured(SubjectKind.UPLOAD):
        yield (
            "there is no hash list: uploads are compared with the canary only. Import one with "
            "`doorward lists import`, then require it in policy.toml under [required]."
        )
    if settings.webhooks.url is None:
        yield "no webhook is configured ([webhooks] url): the platform learns only what it asks for."
