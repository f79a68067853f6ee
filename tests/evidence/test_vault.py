"""What goes into the vault comes out as it was, or not at all."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update

from doorward.bodies import MemoryBody
from doorward.evidence import (
    EvidenceDamaged,
    EvidenceDestroyed,
    EvidenceError,
    EvidenceUnwritable,
    MasterKey,
    MasterKeyWrong,
    NotPreserved,
    Spool,
    Vault,
    create_master_key,
)
from doorward.evidence.sealing import sealed_size
from doorward.storage.tables import evidence_items, evidence_keys, ledger_pending
from support.custody import Custodian, HexDigests

PICTURE = os.urandom(2_500_000)
GOLDEN = Path(__file__).parent / "golden"


def _file(evidence_dir: Path, item_id: str) -> Path:
    return evidence_dir / item_id[2:4] / f"{item_id}.dwe"


@pytest.mark.parametrize("data", [b"", b"x", PICTURE])
def test_what_was_preserved_is_read_back_byte_for_byte(custodian: Custodian, data: bytes) -> None:
    assert custodian.read(custodian.preserve(data)) == data


def test_the_file_holds_no_plaintext_and_no_more_than_it_needs(local: Custodian, evidence_dir: Path) -> None:
    words = b"a sentence that nobody else may read " * 50

    path = _file(evidence_dir, local.preserve(words))

    assert words[:20] not in path.read_bytes()
    assert path.stat().st_size == sealed_size(len(words))
    assert path.stat().st_mode & 0o077 == 0


def test_item_key_and_ledger_row_come_with_the_verdicts_transaction(custodian: Custodian) -> None:
    stored = custodian.store(PICTURE)

    class Undone(Exception):
        pass

    def fails(connection: Connection) -> None:
        custodian.vault.record(
            connection,
            stored,
            verdict_id="v_1",
            hold_until=custodian.now,
            legal_basis="platform_hold",
            now=custodian.now,
        )
        raise Undone

    with pytest.raises(Undone):
        custodian.database.write(fails)
    assert _rows(custodian) == [0, 0, 0]

    custodian.record(stored)
    assert _rows(custodian) == [1, 1, 1]


def _rows(custodian: Custodian) -> list[int]:
    def count(connection: Connection) -> list[int]:
        tables = (evidence_items, evidence_keys, ledger_pending)
        return [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]

    return custodian.database.read(count)


def test_the_ledger_commits_to_the_sealed_file_and_tells_nothing_of_its_content(
    custodian: Custodian, evidence_dir: Path
) -> None:
    item_id = custodian.preserve(PICTURE)

    body = custodian.database.read(lambda c: c.execute(select(ledger_pending.c.body)).scalar_one())

    assert body == {
        "item": item_id,
        "verdict": "v_1",
        "size": len(PICTURE),
        "sealed_sha256": HexDigests.of(_file(evidence_dir, item_id).read_bytes()).sha256,
        "hold_until": "2027-01-15T12:00:00+00:00",
        "legal_basis": "platform_hold",
    }


def test_the_digests_taken_at_intake_are_recorded(custodian: Custodian) -> None:
    custodian.preserve(PICTURE)

    row = custodian.database.read(lambda c: c.execute(select(evidence_items)).one())

    assert HexDigests(row.md5, row.sha1, row.sha256) == HexDigests.of(PICTURE)
    assert row.size == len(PICTURE)


def test_an_item_can_be_read_between_commit_and_its_final_place(custodian: Custodian) -> None:
    stored = custodian.store(PICTURE)
    custodian.record(stored)

    assert custodian.read(stored.id) == PICTURE


def test_destroying_the_key_destroys_the_item(custodian: Custodian) -> None:
    item_id = custodian.preserve(PICTURE)
    custodian.database.write(lambda c: c.execute(delete(evidence_keys)))

    with pytest.raises(EvidenceDestroyed, match=item_id):
        custodian.read(item_id)


def _change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def _put_anothers_in_its_place(path: Path) -> None:
    other = next(each for each in path.parent.parent.rglob("*.dwe") if each != path)
    shutil.copyfile(other, path)


@pytest.mark.parametrize(
    "damage",
    [_change_a_byte, _cut_off, _empty, _append, _put_anothers_in_its_place],
    ids=lambda f: f.__name__,
)
def test_a_damaged_file_is_never_taken_for_the_item(
    local: Custodian, evidence_dir: Path, damage: Callable[[Path], None]
) -> None:
    local.preserve(b"another item")
    item_id = local.preserve(PICTURE)
    damage(_file(evidence_dir, item_id))

    with pytest.raises(EvidenceDamaged, match=item_id):
        local.read(item_id)


def test_a_swap_of_two_rows_keys_does_not_go_unseen(custodian: Custodian) -> None:
    first, second = custodian.preserve(b"one"), custodian.preserve(b"two")

    def swap(connection: Connection) -> None:
        for source, target in ((first, "e_x"), (second, first), ("e_x", second)):
            connection.execute(
                update(evidence_keys).where(evidence_keys.c.item_id == source).values(item_id=target)
            )

    custodian.database.write(swap)
    with pytest.raises(MasterKeyWrong, match=first):
        custodian.read(first)


def test_a_changed_digest_in_the_database_does_not_go_unseen(local: Custodian) -> None:
    item_id = local.preserve(PICTURE)
    local.database.write(lambda c: c.execute(update(evidence_items).values(sha256="0" * 64)))

    with pytest.raises(EvidenceDamaged, match="another SHA-256"):
        local.read(item_id)


def test_a_server_with_another_master_key_finds_out_at_its_start(
    custodian: Custodian, evidence_dir: Path, tmp_path: Path
) -> None:
    custodian.database.read(custodian.vault.check_master_key)  # nothing preserved yet: any key will do
    custodian.preserve(PICTURE)
    custodian.database.read(custodian.vault.check_master_key)
    other = Vault(evidence_dir, create_master_key(tmp_path / "other.key"))

    with pytest.raises(MasterKeyWrong):
        custodian.database.read(other.check_master_key)


def _without_file(custodian: Custodian, evidence_dir: Path) -> str:
    item_id = custodian.preserve(PICTURE)
    _file(evidence_dir, item_id).unlink()
    return item_id


def _without_key(custodian: Custodian, _evidence_dir: Path) -> str:
    item_id = custodian.preserve(PICTURE)
    custodian.database.write(lambda c: c.execute(delete(evidence_keys)))
    return item_id


def _damaged(custodian: Custodian, evidence_dir: Path) -> str:
    item_id = custodian.preserve(PICTURE)
    _change_a_byte(_file(evidence_dir, item_id))
    return item_id


def _with_a_key_changed(custodian: Custodian, _evidence_dir: Path) -> str:
    item_id = custodian.preserve(PICTURE)
    custodian.database.write(lambda c: c.execute(update(evidence_keys).values(wrapped_keyset=b"changed")))
    return item_id


def _unknown(_custodian: Custodian, _evidence_dir: Path) -> str:
    return "e_000000000000000000000000"


def test_each_failure_says_what_where_and_how_to_mend_it(local: Custodian, evidence_dir: Path) -> None:
    lines = []
    for make in (_unknown, _without_key, _with_a_key_changed, _without_file, _damaged):
        item_id = make(local, evidence_dir)
        with pytest.raises(EvidenceError) as caught:
            local.read(item_id)
        text = str(caught.value).replace(str(_file(evidence_dir, item_id)), "FILE").replace(item_id, "ITEM")
        lines.append(f"{type(caught.value).__name__}: {text}\n")

    assert "".join(lines) == (GOLDEN / "errors.txt").read_text()


def test_a_file_that_takes_no_more_is_not_preserved_and_leaves_nothing(
    vault: Vault, spool: Spool, evidence_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    reservation = spool.reserve(len(PICTURE))
    assert reservation is not None
    with MemoryBody.of(PICTURE) as body:
        monkeypatch.setattr("doorward.evidence.sealing.os.write", full)
        with pytest.raises(NotPreserved, match="No space left on device"):
            vault.store(body, HexDigests.of(PICTURE), reservation)

    assert [path for path in evidence_dir.rglob("*") if path.is_file()] == []
    assert spool.stats().reserved_bytes == 0


def test_a_move_that_fails_is_not_preserved_and_leaves_nothing(
    vault: Vault, spool: Spool, evidence_dir: Path
) -> None:
    shutil.rmtree(evidence_dir / "incoming")
    reservation = spool.reserve(len(PICTURE))
    assert reservation is not None

    with MemoryBody.of(PICTURE) as body, pytest.raises(NotPreserved, match="No such file or directory"):
        vault.store(body, HexDigests.of(PICTURE), reservation)

    assert [path for path in evidence_dir.rglob("*") if path.is_file()] == []


def test_a_vault_where_nothing_can_be_written_is_said_so(tmp_path: Path, master_key: MasterKey) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EvidenceUnwritable, match="evidence cannot be kept here"):
        Vault(tmp_path / "file", master_key)
