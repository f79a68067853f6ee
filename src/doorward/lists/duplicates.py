"""Ids that occur more than once: the same thing said twice counts once, two different things are an error."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

import numpy as np

from doorward.lists.columns import Columns
from doorward.lists.columns_builder import columns_of
from doorward.lists.comparison import Places, equal
from doorward.lists.entries import Entry
from doorward.lists.errors import DuplicateEntry
from doorward.lists.keys import keys_of, repeats


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Entries whose id came before with other contents: places of the first, places of the later."""

    first: Places
    later: Places

    def __len__(self) -> int:
        return len(self.later)


def without_repeats(columns: Columns) -> tuple[Columns, Conflicts]:
    """Columns in which each id occurs once, as it came first, and what contradicted that."""
    first, later = repeats(keys_of(columns.ids))
    if not len(later):
        return columns, Conflicts(first, later)
    differ = ~equal(columns, first, columns, later)
    return without(columns, later), Conflicts(first[differ], later[differ])


def without(columns: Columns, places: Places) -> Columns:
    """Columns less the entries at `places`."""
    keep = np.ones(len(columns), bool)
    keep[places] = False
    return columns_of(compress(columns.entries(), keep.tolist()))


def unique_columns(entries: Iterable[Entry]) -> Columns:
    """Columns of `entries`, each id once; raises `DuplicateEntry` for two that differ."""
    all_of_them = columns_of(entries)
    unique, conflicts = without_repeats(all_of_them)
    if len(conflicts):
        example = all_of_them.ids.text(int(conflicts.later[0]))
        raise DuplicateEntry(
            f"{len(conflicts)} of {len(all_of_them)} entries contradict an earlier one with the same id, "
            f"the first of them {example!r}. Keep one entry for each id."
        )
    return unique
