"""`GET /v1/lists`: what is in force, and how far it may be relied upon."""

from datetime import timedelta

import httpx

from doorward.access import Scope
from doorward.doors.http.answers import ListsOut
from doorward.findings import Code
from doorward.lists.details import ListDetails
from doorward.lists.live import LiveList
from support.door import NOW, Cardboard, bearer


def _list(name: str, days: int, problem: str | None = None) -> LiveList:
    details = ListDetails(
        name=name,
        code=Code.CSAM_KNOWN,
        source="Example hotline",
        terms="For screening only.",
        as_of=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=days),
        radius_bits=31,
        min_quality=50,
    )
    return LiveList(details, "3-0a1b2c3d4e5f", snapshot=None, problem=problem)


def test_every_list_is_named_with_its_state_and_never_its_entries(
    house: Cardboard, client: httpx.Client
) -> None:
    house.lists.lists = {"b": _list("b", 90, "the file is damaged"), "a": _list("a", 9)}
    answer = client.get("/v1/lists", headers=bearer(Scope.LISTS))
    assert answer.status_code == 200
    ListsOut.model_validate(answer.json())
    lists = answer.json()["lists"]
    assert [one["name"] for one in lists] == ["a", "b"]
    assert lists[1]["state"] == "unreadable"
    assert lists[1]["problem"] == "the file is damaged"
    assert lists[1]["entries"] is None
    assert lists[0]["version"] == "3-0a1b2c3d4e5f"
