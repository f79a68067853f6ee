"""What the database knows of lists: which version of each is in force, and every version there ever was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, select, text

from doorward.lists.details import ListDetails
from doorward.storage import upsert
from doorward.storage.tables import list_versions, lists


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a list."""

    details: ListDetails
    version: str
    sequence: int  # 1, 2, 3 … within the list
    file: str  # relative to the snapshots directory
    sha256: str  # the checksum in the file
    entries: int
    counts: dict[str, int]  # hashes by kind
    published_at: datetime


def current_versions(connection: Connection) -> tuple[Version, ...]:
    """The version in force of every list, by name."""
    return tuple(_version(row) for row in connection.execute(_in_force().order_by(lists.c.name)))


def current_version(connection: Connection, name: str) -> Version | None:
    """The version in force of one list, if there is such a list."""
    row = connection.execute(_in_force().where(lists.c.name == name)).first()
    return None if row is None else _version(row)


def last_sequence(connection: Connection, name: str) -> int:
    """The highest sequence number that a list of this name ever had, removed ones too; 0 for none."""
    highest = select(func.max(list_versions.c.sequence)).where(list_versions.c.name == name)
    return connection.execute(highest).scalar() or 0


def kept_files(connection: Connection, name: str, superseded: int) -> frozenset[str]:
    """Files of a list that are to stay: that in force and the latest `superseded` ones; none if removed."""
    present = current_version(connection, name)
    if present is None:
        return frozenset()
    latest = (
        select(list_versions.c.file)
        .where((list_versions.c.name == name) & (list_versions.c.version != present.version))
        .order_by(list_versions.c.sequence.desc())
        .limit(superseded)
    )
    return frozenset(connection.execute(latest).scalars()) | {present.file}


def lock_lists(connection: Connection) -> None:
    """Let nobody else change any list until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE lists IN SHARE ROW EXCLUSIVE MODE"))


def put_in_force(connection: Connection, version: Version) -> None:
    """Make `version` the one in force, in place of the former."""
    details = version.details
    supersede(connection, details.name, version.published_at)
    connection.execute(
        list_versions.insert().values(
            name=details.name,
            version=version.version,
            sequence=version.sequence,
            published_at=version.published_at,
            file=version.file,
            sha256=version.sha256,
            entries=version.entries,
            counts=version.counts,
            details=details.as_json(),
        )
    )
    row = {
        "code": details.code.value,
        "source": details.source,
        "terms": details.terms,
        "as_of": details.as_of,
        "expires_at": details.expires_at,
        "radius_bits": details.radius_bits,
        "min_quality": details.min_quality,
        "version": version.version,
        "updated_at": version.published_at,
    }
    statement = upsert.insert(connection, lists).values(name=details.name, **row)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


def end(connection: Connection, name: str, now: datetime) -> None:
    """Take a list out of force; its versions stay on record."""
    supersede(connection, name, now)
    connection.execute(lists.delete().where(lists.c.name == name))


def supersede(connection: Connection, name: str, now: datetime) -> None:
    """Note when the version in force ceased to be so."""
    in_force = (list_versions.c.name == name) & list_versions.c.superseded_at.is_(None)
    connection.execute(list_versions.update().where(in_force).values(superseded_at=now))


def _in_force() -> Select[tuple[object, ...]]:
    return select(list_versions).join(
        lists, (lists.c.name == list_versions.c.name) & (lists.c.version == list_versions.c.version)
    )


def _version(row: Row[tuple[object, ...]]) -> Version:
    return Version(
        details=ListDetails.from_json(row.details),
        version=row.version,
        sequence=row.sequence,
        file=row.file,
        sha256=row.sha256,
        entries=row.entries,
        counts=row.counts,
        published_at=row.published_at,
    )
