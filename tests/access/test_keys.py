"""API keys in the database."""

import pytest
from sqlalchemy import select

from doorward.access import NoSuchKey, Scope, create_key, list_keys, revoke_key
from doorward.access.keys import live_keys, token_hash
from doorward.clock import ManualClock
from doorward.storage import Database
from doorward.storage.tables import api_keys


def test_a_token_is_never_stored(database: Database, clock: ManualClock) -> None:
    new = database.write(lambda c: create_key(c, name="shop", scopes=[Scope.SCREEN], now=clock.now()))

    row = database.read(lambda c: c.execute(select(api_keys)).one())

    assert new.token.startswith("dw_")
    assert len(new.token) == 3 + 43
    assert new.token not in repr(row)
    assert row.secret_sha256 == token_hash(new.token)


def test_a_key_allows_its_scopes_and_no_other(database: Database, clock: ManualClock) -> None:
    database.write(lambda c: create_key(c, name="a", scopes=[Scope.SCREEN, Scope.FACTS], now=clock.now()))

    (key,) = database.read(list_keys)

    assert {scope for scope in Scope if key.allows(scope)} == {Scope.SCREEN, Scope.FACTS}


def test_admin_implies_every_scope(database: Database, clock: ManualClock) -> None:
    database.write(lambda c: create_key(c, name="a", scopes=[Scope.ADMIN], now=clock.now()))

    (key,) = database.read(list_keys)

    assert all(key.allows(scope) for scope in Scope)


def test_a_revoked_key_is_shown_but_opens_nothing(database: Database, clock: ManualClock) -> None:
    new = database.write(lambda c: create_key(c, name="a", scopes=[Scope.ADMIN], now=clock.now()))
    database.write(lambda c: revoke_key(c, new.id, clock.now()))

    (key,) = database.read(list_keys)

    assert key.revoked_at == clock.now()
    assert not key.allows(Scope.SCREEN)
    assert database.read(live_keys) == {}


def test_revoking_again_keeps_the_first_moment(database: Database, clock: ManualClock) -> None:
    first = clock.now()
    new = database.write(lambda c: create_key(c, name="a", scopes=[Scope.ADMIN], now=first))
    database.write(lambda c: revoke_key(c, new.id, first))
    database.write(lambda c: revoke_key(c, new.id, first.replace(year=2030)))

    assert database.read(list_keys)[0].revoked_at == first


def test_an_unknown_key_cannot_be_revoked(sqlite_database: Database, clock: ManualClock) -> None:
    with pytest.raises(NoSuchKey, match="k_nowhere"):
        sqlite_database.write(lambda c: revoke_key(c, "k_nowhere", clock.now()))


def test_a_scope_of_a_newer_version_permits_nothing(sqlite_database: Database, clock: ManualClock) -> None:
    new = sqlite_database.write(lambda c: create_key(c, name="a", scopes=[Scope.LISTS], now=clock.now()))
    sqlite_database.write(lambda c: c.execute(api_keys.update().values(scopes=["lists", "everything"])))

    key = sqlite_database.read(live_keys)[token_hash(new.token)]

    assert key.scopes == {Scope.LISTS}
