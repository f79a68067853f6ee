"""Memory in flight is counted exactly, whatever happens to the bodies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.doors.http.budget import MemoryBudget
from doorward.doors.http.problems import Problem

LIMIT = 1_000


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 600) | st.just(-1)), max_size=40))
def test_the_budget_is_never_exceeded_and_always_what_living_leases_cover(
    steps: list[tuple[int, int]],
) -> None:
    """Each step makes one of five leases cover a size, or releases it (-1)."""
    budget = MemoryBudget(LIMIT)
    leases = [budget.lease(0) for _ in range(5)]
    covered = [0] * 5
    for which, size in steps:
        if size < 0:
            leases[which].release()
            covered[which] = 0
        elif sum(covered) + max(0, size - covered[which]) > LIMIT:
            with pytest.raises(Problem, match="max_in_flight_bytes"):
                leases[which].cover(size)
        else:
            leases[which].cover(size)
            covered[which] = max(covered[which], size)
        assert budget.taken_bytes == sum(covered) <= LIMIT


def test_a_lease_is_given_back_however_its_block_ends() -> None:
    budget = MemoryBudget(LIMIT)

    def fail() -> None:
        with budget.lease(400):
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert budget.taken_bytes == 0
