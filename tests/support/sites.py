"""A prepared installation: data directory, settings and first API key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from doorward.settings import load
from doorward.storage import Database, open_database
from support.pictures import sample
from support.server import doorward


@dataclass(frozen=True, slots=True)
class Site:
    """An initialised installation."""

    data: Path
    key: str
    env: Mapping[str, str]

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.key}"}

    def run(self, *arguments: str) -> str:
        """A command on this installation."""
        return self.run_in({}, *arguments)

    def run_in(self, env: Mapping[str, str], *arguments: str) -> str:
        """A command with more settings in its environment."""
        return doorward(*arguments, data=self.data, env={**self.env, **env})

    def list_photograph(self, name: str = "coffee.png", expires: str = "2099-01-01") -> None:
        """Publish a list `photographs` that knows one of scikit-image's samples."""
        photograph = self.data.parent / name
        photograph.write_bytes(sample(name))
        listing = self.data.parent / "list.csv"
        listing.write_text(self.run("hash", str(photograph)))
        options = ("--code", "csam_known", "--source", "test photographs", "--expires", expires)
        self.run("lists", "import", "photographs", str(listing), *options)

    def open_database(self) -> Database:
        """The installation's database, beside whatever server works on it."""
        return open_database(self.env.get("DOORWARD_DATABASE__URL") or load(self.data).database_url)


def make_site(data: Path, database_url: str | None) -> Site:
    """Run `doorward init` and keep its key."""
    env = {} if database_url is None else {"DOORWARD_DATABASE__URL": database_url}
    made = json.loads(doorward("init", "--json", data=data, env=env))
    return Site(data, made["api_key"], env)
