"""`doorward lists show`"""

from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from doorward.cli.common import DataOption, JsonOption, console, emit_json
from doorward.cli.lists.common import OptionalNameArgument, open_shelf
from doorward.lists import ListState, LiveList
from doorward.lists.live import inspect
from doorward.lists.records import Version, current_versions
from doorward.lists.shelf import Shelf

_STYLES = {
    ListState.LIVE: "green",
    ListState.EXPIRING: "yellow",
    ListState.EXPIRED: "bold red",
    ListState.UNREADABLE: "bold red",
}


def show(name: OptionalNameArgument = None, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show what lists are in force, where they come from, how long they may be used, and what is amiss."""
    with open_shelf(data) as (home, shelf):
        now, warn_days = home.clock.now(), home.settings.lists.warn_days
        shown = [
            (version, inspect(shelf.directory, version, warn_days)) for version in versions_of(shelf, name)
        ]
    if as_json:
        emit_json([_as_json(version, live, now) for version, live in shown])
        return
    if not shown:
        console.print(
            "There is no list yet; only the built-in canary is known. See `doorward lists import`.",
            soft_wrap=True,
        )
        return
    console.print(_details(*shown[0], now) if name else _overview(shown, now))
    for _, live in shown:
        if warning := live.warning(now):
            console.print(Text(f"Warning: {warning}", style=_STYLES[live.state(now)]), soft_wrap=True)


def versions_of(shelf: Shelf, name: str | None) -> tuple[Version, ...]:
    """The version in force of one list, or of all; raises `NoSuchList`."""
    return shelf.database.read(current_versions) if name is None else (shelf.required(name),)


def _overview(shown: list[tuple[Version, LiveList]], now: datetime) -> Table:
    table = Table(show_lines=True)
    for heading in ("list", "version", "entries", "source", "in use"):
        table.add_column(heading, no_wrap=heading in ("version", "in use"))
    for version, live in shown:
        details = version.details
        table.add_row(
            Text.assemble((details.name, "bold"), f"\n{details.code}"),
            version.version,
            _entries(version),
            Text(f"{details.source}\nas of {details.as_of:%Y-%m-%d}"),
            Text.assemble(_state(live, now), f"\nuntil {details.expires_at:%Y-%m-%d}"),
        )
    return table


def _details(version: Version, live: LiveList, now: datetime) -> Table:
    details = version.details
    table = Table(show_header=False, box=None)
    table.add_column(style="bold")
    rows: dict[str, Text | str] = {
        "list": Text(details.name),
        "code": str(details.code),
        "state": _state(live, now),
        "version": version.version,
        "published": _moment(version.published_at),
        "entries": _entries(version),
        "source": Text(details.source),
        "terms": Text(details.terms),
        "as of": _moment(details.as_of),
        "expires": _moment(details.expires_at),
        "PDQ radius": f"{details.radius_bits} bits",
        "PDQ quality": f"at least {details.min_quality}; below that only equality matches",
        "checksum": version.sha256,
    }
    for key, value in rows.items():
        table.add_row(key, value)
    return table


def _as_json(version: Version, live: LiveList, now: datetime) -> dict[str, Any]:
    return {
        **version.details.as_json(),
        "state": live.state(now),
        "warning": live.warning(now),
        "version": version.version,
        "published_at": version.published_at.isoformat(),
        "entries": version.entries,
        "counts": version.counts,
        "sha256": version.sha256,
    }


def _entries(version: Version) -> str:
    kinds = [f"{count:,} {kind}" for kind, count in version.counts.items() if count]
    return "\n".join([f"{version.entries:,}", *kinds])


def _state(live: LiveList, now: datetime) -> Text:
    state = live.state(now)
    return Text(state.value, style=_STYLES[state])


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
