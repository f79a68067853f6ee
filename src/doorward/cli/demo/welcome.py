"""`make serve`: a server on the demo's list, and what to type next."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from doorward.access import Scope, create_key, list_keys, revoke_key
from doorward.cli.common import Home, console, open_home
from doorward.cli.init import bring_up_database, make_files
from doorward.settings import Settings

KEY_NAME = "demo"


def prepare_demo(directory: Path, publish_list: Callable[[Home], None], port: int | None) -> Settings:
    """Initialise `directory` if need be, publish the demo's list, make a key and say how to use it."""
    bring_up_database(make_files(directory).settings)
    with open_home(directory) as home:
        publish_list(home)
        token = _fresh_key(home)
        settings = home.settings
    address = f"http://{settings.http.host}:{settings.http.port if port is None else port}"
    console.print(
        f"\nThe demo's gate, with its data in {directory}. In another terminal:\n\n"
        f"  curl {address}/v1/screen/upload -H 'Authorization: Bearer {token}' --data-binary @PICTURE\n\n"
        f"  {address}/readyz      is the gate on?\n"
        f"  {address}/metrics     figures for Prometheus\n",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    return settings


def _fresh_key(home: Home) -> str:
    """A key for this run; those of earlier runs stop working, since nobody has them any more."""
    now = home.clock.now()
    for key in home.database.read(list_keys):
        if key.name == KEY_NAME and key.revoked_at is None:
            home.database.write(partial(revoke_key, key_id=key.id, now=now))
    made = home.database.write(lambda c: create_key(c, name=KEY_NAME, scopes=[Scope.ADMIN], now=now))
    return made.token
