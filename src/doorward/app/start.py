"""What a server needs, looked at before it listens."""

from collections.abc import Iterable

from doorward.app.screening import Screening, build_screening
from doorward.clock import SystemClock
from doorward.evidence import EvidenceError, MasterKey, Vault
from doorward.policy.problems import PolicyError
from doorward.settings import Settings
from doorward.storage import DatabaseUnavailable, SchemaOutdated, check_schema, open_database
from doorward.subjects import SubjectKind


class StartRefused(Exception):
    """The server may not start like this; the message says what is missing and how to mend it."""


def check_before_start(settings: Settings) -> tuple[str, ...]:
    """What a server needs, looked at before it listens; returns warnings. Raises `StartRefused`."""
    clock = SystemClock()
    try:
        database = open_database(settings.database_url, connections=settings.database.connections)
        try:
            check_schema(database)
            screening = build_screening(settings, database, clock)
            vault = Vault(settings.evidence_dir, MasterKey.load(settings.master_key_file))
            database.read(vault.check_master_key)
        finally:
            database.close()
    except (DatabaseUnavailable, SchemaOutdated, PolicyError, EvidenceError, ValueError, OSError) as error:
        raise StartRefused(str(error)) from error
    if absent := screening.missing():
        raise StartRefused("\n".join(absent))
    return tuple(warnings_of(settings, screening))


def warnings_of(settings: Settings, screening: Screening) -> Iterable[str]:
    yield from screening.imagery.readiness().warnings
    yield from screening.policy.warnings()
    if "imagery" not in screening.gate.configured(SubjectKind.UPLOAD):
        yield (
            "there is no hash list: uploads are compared with the canary only. Import one with "
            "`doorward lists import`, then require it in policy.toml under [required]."
        )
    if settings.webhooks.url is None:
        yield "no webhook is configured ([webhooks] url): the platform learns only what it asks for."
