"""What is to be measured, as it is told to each measuring process."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RADIUS_BITS = 31  # what PDQ's authors call a confident match, and the radius of the lists in force
NEAR_BITS = (0, 8, 16, 24, 31)
RECALL_RADII_BITS = (0, 7, 15, 23, 31, 39, 47, 55, 63)
RECALL_QUERIES = 64
SET_ENTRIES = 2_000_000  # the most that a degenerate set has


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and the seed from which all data follows; `folder` is where engines find the same hashes."""

    entries: int
    queries: int
    folder: str
    seed: int = 7
    instructions: str = ""  # "" is the best of this processor
    limit_s: float = 20.0  # for each series of single queries
    updates_s: float = 5.0

    @property
    def hashes_file(self) -> Path:
        """`uint8[entries, 32]`, as NumPy saves it."""
        return Path(self.folder) / "hashes.npy"

    def answers_file(self, engine: str) -> Path:
        """Where an engine leaves what it found, to be compared with brute force."""
        return Path(self.folder) / f"{engine}.npz"

    def to_json(self) -> dict[str, Any]:
        """For a measuring process."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Plan":
        """What `to_json` wrote."""
        return cls(**value)
