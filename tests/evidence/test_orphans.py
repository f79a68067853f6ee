"""What a failed or killed transaction left is removed; what may be committed never is."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doorward.evidence.orphans import Collected
from doorward.storage import Database, DatabaseUnavailable, open_database
from support.custody import Custodian

HOUR = timedelta(hours=1)
DATA = b"a harmless text" * 1000


@pytest.fixture
def collect(custodian: Custodian) -> Callable[..., Collected]:
    """One round of the collector, two hours from now unless told otherwise."""

    def run(later: timedelta = 2 * HOUR, database: Database | None = None) -> Collected:
        return custodian.vault.collect_orphans(
            database or custodian.database, now=datetime.now(UTC) + later, older_than=HOUR
        )

    return run


def _incoming(evidence_dir: Path) -> list[str]:
    return os.listdir(evidence_dir / "incoming")


def test_an_item_whose_transaction_never_came_is_removed_after_the_margin(
    custodian: Custodian, collect: Callable[..., Collected], evidence_dir: Path
) -> None:
    custodian.vault.discard(custodian.store(DATA))

    assert collect(later=HOUR / 2) == Collected(left=1)
    assert collect() == Collected(removed=1)
    assert _incoming(evidence_dir) == []


def test_an_item_in_the_hands_of_its_writer_is_left_however_old(
    custodian: Custodian, collect: Callable[..., Collected]
) -> None:
    stored = custodian.store(DATA)

    assert collect(later=timedelta(days=400)) == Collected(left=1)

    custodian.record(stored)
    custodian.vault.keep(stored)
    assert custodian.read(stored.id) == DATA


def test_a_committed_item_that_was_not_put_away_is_put_away_at_once(
    custodian: Custodian, collect: Callable[..., Collected], evidence_dir: Path
) -> None:
    stored = custodian.store(DATA)
    custodian.record(stored)
    custodian.vault.discard(stored)  # the answer of the commit was lost

    assert collect(later=timedelta()) == Collected(put_away=1)
    assert _incoming(evidence_dir) == []
    assert custodian.read(stored.id) == DATA


def test_an_item_that_nobody_kept_or_discarded_is_let_go_with_the_last_reference(
    custodian: Custodian, collect: Callable[..., Collected]
) -> None:
    custodian.store(DATA)

    assert collect() == Collected(removed=1)


def test_keeping_survives_a_move_that_fails(
    custodian: Custodian, collect: Callable[..., Collected], evidence_dir: Path
) -> None:
    stored = custodian.store(DATA)
    custodian.record(stored)
    shelf = evidence_dir / stored.id[2:4]
    shelf.rmdir()
    custodian.vault.keep(stored)
    assert custodian.read(stored.id) == DATA

    shelf.mkdir()
    assert collect() == Collected(put_away=1)
    assert custodian.read(stored.id) == DATA


def test_a_file_in_its_final_place_is_never_removed_not_even_by_a_server_with_the_wrong_database(
    custodian: Custodian, collect: Callable[..., Collected], sqlite_url: str, tmp_path: Path
) -> None:
    item_id = custodian.preserve(DATA)
    wrong = _empty_database(tmp_path)

    assert collect(later=timedelta(days=400), database=wrong) == Collected()
    wrong.close()
    assert custodian.read(item_id) == DATA


def test_while_the_database_is_away_nothing_is_removed(
    custodian: Custodian, collect: Callable[..., Collected], evidence_dir: Path, tmp_path: Path
) -> None:
    custodian.vault.discard(custodian.store(DATA))
    without_tables = open_database(f"sqlite:///{tmp_path / 'away.sqlite3'}")

    with pytest.raises(DatabaseUnavailable):
        collect(database=without_tables)
    without_tables.close()
    assert len(_incoming(evidence_dir)) == 1


def test_what_is_not_ours_in_the_folder_is_left_alone(
    collect: Callable[..., Collected], evidence_dir: Path
) -> None:
    (evidence_dir / "incoming" / "notes.txt").touch()

    assert collect() == Collected()
    assert _incoming(evidence_dir) == ["notes.txt"]


def _empty_database(folder: Path) -> Database:
    from doorward.storage import migrate

    database = open_database(f"sqlite:///{folder / 'wrong.sqlite3'}")
    migrate(database)
    return database
