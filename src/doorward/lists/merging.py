"""Entries added to a list, and taken from it."""

from collections.abc import Iterable
from itertools import chain

from doorward.lists.columns import Columns
from doorward.lists.columns_builder import columns_of
from doorward.lists.duplicates import without
from doorward.lists.errors import ListError
from doorward.lists.keys import keys_of, pairs
from doorward.lists.texts import texts_of

_NAMED = 5  # ids that an error spells out


def merged(former: Columns, latter: Columns) -> Columns:
    """All entries of both; where both have an id, what `latter` says of it counts."""
    replaced, _ = pairs(keys_of(former.ids), keys_of(latter.ids))
    return columns_of(chain(without(former, replaced).entries(), latter.entries()))


def without_ids(columns: Columns, ids: Iterable[str]) -> Columns:
    """Columns less the entries of these ids; raises `ListError` where one is not there."""
    wanted = texts_of(dict.fromkeys(ids))
    places, found = pairs(keys_of(columns.ids), keys_of(wanted))
    there = set(found.tolist())
    missing = [repr(id_) for number, id_ in enumerate(wanted) if number not in there]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise ListError(
            f"the list has no entry {', '.join(missing[:_NAMED])}{more}. Nothing was removed. "
            "`doorward lists export` shows the ids that it has."
        )
    return without(columns, places)
