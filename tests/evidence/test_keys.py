"""The master key and its file."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tink
from tink import aead, secret_key_access

from doorward.evidence import MasterKey, MasterKeyError, MasterKeyWrong, create_master_key
from doorward.evidence.sealing import new_item_keyset


def test_what_one_start_sealed_the_next_start_opens(tmp_path: Path) -> None:
    sealed = create_master_key(tmp_path / "key").seal(b"lent", "account-facts:a")

    assert MasterKey.load(tmp_path / "key").unseal(sealed, "account-facts:a") == b"lent"


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    create_master_key(tmp_path / "key")

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["key"]


def test_a_key_that_exists_is_never_replaced(tmp_path: Path) -> None:
    create_master_key(tmp_path / "key")
    before = (tmp_path / "key").read_bytes()

    with pytest.raises(MasterKeyError, match="already there"):
        create_master_key(tmp_path / "key")

    assert (tmp_path / "key").read_bytes() == before
    assert os.listdir(tmp_path) == ["key"]


def test_a_keyset_opens_only_for_the_item_it_was_wrapped_for(master_key: MasterKey) -> None:
    wrapped = master_key.wrap(new_item_keyset(), "e_1")

    master_key.unwrap(wrapped, "e_1")
    with pytest.raises(MasterKeyWrong, match="e_2"):
        master_key.unwrap(wrapped, "e_2")


def test_another_master_key_opens_nothing(master_key: MasterKey, tmp_path: Path) -> None:
    other = create_master_key(tmp_path / "other")

    with pytest.raises(MasterKeyWrong):
        other.unwrap(master_key.wrap(new_item_keyset(), "e_1"), "e_1")
    with pytest.raises(MasterKeyWrong):
        other.unseal(master_key.seal(b"lent", "account-facts:a"), "account-facts:a")


def test_what_is_sealed_for_one_account_does_not_open_for_another(master_key: MasterKey) -> None:
    sealed = master_key.seal(b"lent", "account-facts:a")

    with pytest.raises(MasterKeyWrong):
        master_key.unseal(sealed, "account-facts:b")


def test_a_key_service_that_is_away_is_an_error_of_ours() -> None:
    class Away(aead.Aead):  # type: ignore[misc]
        def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
            raise tink.TinkError("service away")

        def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
            raise tink.TinkError("service away")

    with pytest.raises(MasterKeyError, match="e_1"):
        MasterKey(Away()).wrap(new_item_keyset(), "e_1")


def test_a_rotated_keyset_opens_what_its_older_key_sealed(tmp_path: Path, master_key: MasterKey) -> None:
    sealed = master_key.seal(b"lent", "account-facts:a")
    create_master_key(tmp_path / "newer")
    old, new = (json.loads((tmp_path / name).read_text()) for name in ("master.key", "newer"))
    new["key"] += old["key"]
    (tmp_path / "newer").write_text(json.dumps(new))

    assert MasterKey.load(tmp_path / "newer").unseal(sealed, "account-facts:a") == b"lent"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(master_key: MasterKey, tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    path.chmod(mode)

    with pytest.raises(MasterKeyError) as caught:
        MasterKey.load(path)

    assert str(caught.value) == (
        f"{path}: others than its owner may read the master key (mode {mode:04o}). "
        f"Run `chmod 600 {path}`, and replace the key if somebody may have read it."
    )


def _without_end(text: str) -> bytes:
    return text[: len(text) // 2].encode()


def _with_key_of(size: int) -> Callable[[str], bytes]:
    def change(text: str) -> bytes:
        keyset = json.loads(text)
        keyset["key"][0]["keyData"]["value"] = base64.b64encode(
            b"\x1a" + bytes([size]) + bytes(size)
        ).decode()
        return json.dumps(keyset).encode()

    return change


def _of_another_kind(_text: str) -> bytes:
    keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_CTR_HMAC_SHA256)
    return str(tink.json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)).encode()


def _changed(**values: Any) -> Callable[[str], bytes]:
    return lambda text: json.dumps({**json.loads(text), **values}).encode()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda _text: b"", "not a Tink keyset in JSON"),
        (lambda _text: b"[]", "not a Tink keyset in JSON"),
        (lambda _text: b"null", "not a Tink keyset in JSON"),
        (lambda _text: b"\xff\xfe\x00", "not text"),
        (_without_end, "not a Tink keyset in JSON"),
        (_with_key_of(31), "has 31 bytes and must have 32"),
        (_with_key_of(16), "has 16 bytes and must have 32"),
        (_with_key_of(0), "has 0 bytes and must have 32"),
        (_of_another_kind, "is not AES-GCM"),
        (_changed(primaryKeyId=1), "Tink does not accept it"),
        (_changed(key=[]), "Tink does not accept it"),
    ],
)
def test_a_malformed_key_is_refused_with_the_reason(
    master_key: MasterKey, tmp_path: Path, change: Callable[[str], bytes], why: str
) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(change(path.read_text()))

    with pytest.raises(MasterKeyError, match=why) as caught:
        MasterKey.load(path)

    assert str(path) in str(caught.value)


def test_a_missing_key_says_not_to_make_a_new_one_where_evidence_exists(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="put the old key back"):
        MasterKey.load(tmp_path / "none")


def test_a_key_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="cannot be written"):
        create_master_key(tmp_path / "no such folder" / "key")
