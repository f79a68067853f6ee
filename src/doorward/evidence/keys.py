"""The master key: wraps the keyset of each evidence item, and seals what platforms lend for context.

It is a Tink AEAD keyset. Here it comes from a file; a key service gives the same `Aead`, so that
`MasterKey(client.get_aead(uri))` is all that its use will take. Tink's `KmsEnvelopeAead` is not used:
it hides the wrapped key inside the ciphertext, where it cannot be destroyed by itself.
"""

import base64
import json
import os
import stat
from pathlib import Path

import tink
from tink import aead, secret_key_access, streaming_aead
from tink.proto import aes_gcm_pb2

from doorward.evidence.errors import MasterKeyError, MasterKeyWrong
from doorward.ids import new_id

aead.register()
streaming_aead.register()

_AES_GCM_TYPE = "type.googleapis.com/google.crypto.tink.AesGcmKey"
_KEY_BYTES = 32  # AES-256


class MasterKey:
    """Seals small secrets, each bound to what it belongs to.

    The name of the thing a secret belongs to is authenticated with it: a wrapped keyset copied to
    another item's row does not open.
    """

    def __init__(self, primitive: aead.Aead) -> None:
        self._aead = primitive

    @classmethod
    def load(cls, path: Path) -> "MasterKey":
        """Read the key file. Raises `MasterKeyError` where it is missing, unsafe or malformed."""
        return cls(_primitive(path, _read_private(path)))

    def wrap(self, keyset: tink.KeysetHandle, item_id: str) -> bytes:
        """The keyset of one evidence item, encrypted for that item only. Raises `MasterKeyError`."""
        try:
            return bytes(
                tink.proto_keyset_format.serialize_encrypted(keyset, self._aead, _item_context(item_id))
            )
        except tink.TinkError as error:  # not from a file's key; a key service can be away
            raise MasterKeyError(f"the master key did not wrap the key of {item_id}: {error}") from error

    def unwrap(self, wrapped: bytes, item_id: str) -> tink.KeysetHandle:
        """The keyset that `wrap` was given. Raises `MasterKeyWrong`."""
        try:
            return tink.proto_keyset_format.parse_encrypted(wrapped, self._aead, _item_context(item_id))
        except tink.TinkError as error:
            raise MasterKeyWrong(
                f"the key of evidence item {item_id} does not open with this master key: another master key "
                "wrapped it, or its row was changed. Put back the master key in use when it was stored."
            ) from error

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt `plaintext` so that it opens only for the same `context` ("account-facts:…")."""
        return bytes(self._aead.encrypt(plaintext, context.encode()))

    def unseal(self, ciphertext: bytes, context: str) -> bytes:
        """What `seal` was given. Raises `MasterKeyWrong`."""
        try:
            return bytes(self._aead.decrypt(ciphertext, context.encode()))
        except tink.TinkError as error:
            raise MasterKeyWrong(
                f"what was sealed for {context} does not open with this master key: another master key "
                "sealed it, or its row was changed. Put back the master key in use when it was stored."
            ) from error


def create_master_key(path: Path) -> MasterKey:
    """Make a new master key in `path` (mode 0600) and return it.

    The file appears whole or not at all, and one that exists is never replaced: it may be all that
    opens the evidence. Raises `MasterKeyError`.
    """
    keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    text = tink.json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)
    draft = path.with_name(f".{path.name}.{new_id('new')}")
    try:
        _write_private(draft, text)
        os.link(draft, path)
    except FileExistsError as error:
        raise MasterKeyError(f"{path}: a master key is already there, and is not replaced.") from error
    except OSError as error:
        raise MasterKeyError(f"{path}: cannot be written: {error.strerror}. Check owner and mode.") from error
    finally:
        draft.unlink(missing_ok=True)
    return MasterKey.load(path)


def _item_context(item_id: str) -> bytes:
    return f"evidence-key:{item_id}".encode()


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _read_private(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise MasterKeyError(
                    f"{path}: others than its owner may read the master key (mode {mode:04o}). "
                    f"Run `chmod 600 {path}`, and replace the key if somebody may have read it."
                )
            return file.read()
    except FileNotFoundError as error:
        raise MasterKeyError(
            f"{path}: no master key. `doorward init` makes one; where evidence exists already, put the "
            "old key back instead: nothing else opens it."
        ) from error
    except UnicodeDecodeError as error:
        raise _malformed(path, "it is not text") from error
    except OSError as error:
        raise MasterKeyError(f"{path}: cannot be read: {error.strerror}. Check owner and mode.") from error


def _primitive(path: Path, text: str) -> aead.Aead:
    try:
        _check_lengths(path, text)
        keyset = tink.json_proto_keyset_format.parse(text, secret_key_access.TOKEN)
        return keyset.primitive(aead.Aead)
    except (ValueError, KeyError, TypeError) as error:
        raise _malformed(path, "it is not a Tink keyset in JSON") from error
    except tink.TinkError as error:
        raise _malformed(path, f"Tink does not accept it ({error})") from error


def _check_lengths(path: Path, text: str) -> None:
    for key in json.loads(text)["key"]:
        data = key["keyData"]
        if data["typeUrl"] != _AES_GCM_TYPE:
            raise _malformed(path, f"a key in it is not AES-GCM but {data['typeUrl']!r}")
        length = len(aes_gcm_pb2.AesGcmKey.FromString(base64.b64decode(data["value"])).key_value)
        if length != _KEY_BYTES:
            raise _malformed(path, f"a key in it has {length} bytes and must have {_KEY_BYTES}")


def _malformed(path: Path, why: str) -> MasterKeyError:
    return MasterKeyError(
        f"{path}: this is no master key: {why}. Put back the file that `doorward init` made."
    )
