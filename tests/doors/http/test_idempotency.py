"""The same request twice is done once; the gate and the store are asked in the right order."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from doorward.access import Scope
from doorward.access.idempotency import AlreadyAnswered, Claim, StoredAnswer
from support.door import Cardboard, FakeAnswers, bearer
from support.live import Stage

ADDRESS = "/v1/screen/upload"
KEYED = {**bearer(), "Idempotency-Key": "k-1"}


def test_a_repeated_upload_gets_the_first_answer_and_the_gate_sees_it_once(
    house: Cardboard, client: httpx.Client
) -> None:
    first = client.post(ADDRESS, content=b"picture", headers=KEYED)
    second = client.post(ADDRESS, content=b"picture", headers=KEYED)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(house.gate.seen) == 1


def test_a_repeated_form_is_the_same_whatever_its_boundary(house: Cardboard, client: httpx.Client) -> None:
    for _ in range(2):  # the client draws a new boundary for each
        files = {"file": ("a.png", b"picture", "image/png")}
        assert client.post(ADDRESS, files=files, headers=KEYED).status_code == 200
    assert len(house.gate.seen) == 1


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"another", {}),
        (b"picture", {"Doorward-Context": '{"account": "u-2"}'}),
        (b"picture", {"Content-Type": "image/gif"}),
    ],
)
def test_the_same_key_for_another_request_is_refused(
    content: bytes, headers: dict[str, str], house: Cardboard, client: httpx.Client
) -> None:
    client.post(ADDRESS, content=b"picture", headers=KEYED)
    answer = client.post(ADDRESS, content=content, headers={**KEYED, **headers})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"
    assert len(house.gate.seen) == 1


def test_the_same_key_at_another_address_is_another_request(client: httpx.Client) -> None:
    body = json.dumps({"query": "x"})
    headers = {**KEYED, "Content-Type": "application/json"}
    assert client.post("/v1/screen/search", content=body, headers=headers).status_code == 200
    assert client.post("/v1/screen/search", content=body, headers=headers).status_code == 200
    assert client.post("/v1/screen/link", json={"url": "x"}, headers=KEYED).status_code == 422


def test_keys_of_different_callers_never_meet(house: Cardboard, client: httpx.Client) -> None:
    for scope in (Scope.SCREEN, Scope.ADMIN):
        headers = {**bearer(scope), "Idempotency-Key": "k-1"}
        assert client.post(ADDRESS, content=b"picture", headers=headers).json()["verdict"]
    assert len(house.gate.seen) == 2


class _RacedAnswers(FakeAnswers):
    """Whoever asks first is told that nothing is stored; meanwhile another request stores its answer."""

    asked = 0

    async def find(self, claim: Claim) -> StoredAnswer | None:
        self.asked += 1
        return None if self.asked == 1 else StoredAnswer(200, {"verdict": "v_of_the_other"})


def test_whoever_loses_the_race_answers_what_the_winner_answered(
    house: Cardboard, client: httpx.Client, stage: Stage
) -> None:
    stage.app = house.app(answers=_RacedAnswers())
    house.gate.failure = AlreadyAnswered("answered meanwhile")
    answer = client.post(ADDRESS, content=b"picture", headers=KEYED)
    assert answer.status_code == 200
    assert answer.json() == {"verdict": "v_of_the_other"}
    assert answer.headers["Idempotency-Replayed"] == "true"


def test_many_at_once_all_get_one_answer(house: Cardboard, client: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: client.post(ADDRESS, content=b"x", headers=KEYED).json(), range(16))
        )
    assert {answer["verdict"] for answer in answers} == {answers[0]["verdict"]}


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "\u00e9", "a\tb"])
def test_a_key_that_is_no_key_is_refused(key: str, house: Cardboard, client: httpx.Client) -> None:
    headers = [(b"Authorization", b"Bearer dw_screen"), (b"Idempotency-Key", key.encode())]
    answer = client.post(ADDRESS, content=b"x", headers=headers)
    assert answer.status_code == 400
    assert "visible ASCII" in answer.json()["detail"]
    assert not house.gate.seen


def test_two_keys_in_one_request_are_refused(client: httpx.Client) -> None:
    headers = [*KEYED.items(), ("Idempotency-Key", "k-2")]
    assert client.post(ADDRESS, content=b"x", headers=headers).status_code == 400
