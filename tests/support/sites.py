"""A prepared installation: data directory, settings and first API key."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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


def make_site(data: Path, database_url: str | None) -> Site:
    """Run `doorward init` and keep its key."""
    env = {} if database_url is None else {"DOORWARD_DATABASE__URL": database_url}
    made = json.loads(doorward("init", "--json", data=data, env=env))
    return Site(data, made["api_key"], env)
