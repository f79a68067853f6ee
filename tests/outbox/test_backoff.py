"""How long to wait after a failed attempt."""

from hypothesis import given
from hypothesis import strategies as st

from doorward.outbox.backoff import Backoff

FRACTIONS = st.floats(0, 1, exclude_max=True)


def test_the_ceiling_grows_threefold_up_to_six_hours() -> None:
    backoff = Backoff()

    assert [backoff.ceiling_s(attempt) for attempt in (1, 2, 3, 4)] == [5, 15, 45, 135]
    assert backoff.ceiling_s(12) == 6 * 3600


@given(attempt=st.integers(1, 10**9), fraction=FRACTIONS)
def test_a_wait_lies_between_nothing_and_the_ceiling(attempt: int, fraction: float) -> None:
    backoff = Backoff()

    assert 0 <= backoff.wait(attempt, lambda: fraction).total_seconds() <= backoff.ceiling_s(attempt)


@given(attempt=st.integers(1, 12), fraction=FRACTIONS, asked=st.floats(0, 86_400))
def test_what_the_receiver_asked_for_is_never_undercut(attempt: int, fraction: float, asked: float) -> None:
    wait = Backoff().wait(attempt, lambda: fraction, at_least_s=asked)

    assert wait.total_seconds() >= asked - 1e-6  # a timedelta has whole microseconds
