"""One server from start to end: what it refuses, what follows a verdict, what changes while it runs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import select

from doorward.storage.tables import ledger_pending, server_runs
from support.pictures import sample
from support.receiver import Receiver
from support.server import RunningServer
from support.sites import Site

ORDERLY = (0, -signal.SIGTERM)  # uvicorn ends itself by the signal once it has stopped

HOLD_EVERY_PNG = """
[[rule]]
name = "no-png"
when = 'subject.sniffed_type == "image/png"'
decision = "hold"
reason = "Today none."
"""


def _upload(server: RunningServer, site: Site, content: bytes, account: str = "u-1") -> dict[str, Any]:
    headers = {**site.headers, "Doorward-Context": json.dumps({"account": account, "surface": "avatar"})}
    answer = httpx.post(f"{server.url}/v1/screen/upload", content=content, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _until(what: Callable[[], Any], limit_s: float = 20.0) -> Any:
    limit = time.monotonic() + limit_s
    while not (result := what()):
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)
    return result


def _refused(site: Site) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "doorward", "serve", "--port", "0"],
        env={**os.environ, "DOORWARD_DATA": str(site.data)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_server_without_what_its_policy_requires_does_not_start(site: Site) -> None:
    policy = site.data / "policy.toml"
    policy.write_text(policy.read_text().replace("# upload = [", "upload = [", 1))
    told = _refused(site)
    assert "[required] upload" in told
    assert "doorward lists import" in told
    site.list_photograph()
    with RunningServer(site.data):
        pass


def test_a_server_with_a_broken_policy_does_not_start_and_names_the_line(site: Site) -> None:
    policy = site.data / "policy.toml"
    policy.write_text(policy.read_text() + '\n[[rule]]\nname = "x"\nwhen = "1/0 == 1"\ndecision = "hold"\n')
    told = _refused(site)
    assert "policy.toml:" in told
    assert "reason" in told


def test_a_required_list_that_is_removed_while_the_server_runs_holds_everything(site: Site) -> None:
    policy = site.data / "policy.toml"
    policy.write_text(policy.read_text().replace("# upload = [", "upload = [", 1))
    site.list_photograph()
    with RunningServer(site.data) as server:
        assert _upload(server, site, sample("coins.png"))["decision"] == "allow"
        site.run("lists", "remove", "photographs")
        answer = _until(lambda: (a := _upload(server, site, sample("coins.png")))["decision"] == "hold" and a)
        assert {item["cause"] for item in answer["not_assessed"]} == {"not_configured"}


def test_a_list_that_expires_soon_is_warned_of_everywhere(site: Site) -> None:
    soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86_400))
    site.list_photograph(expires=soon)
    assert "expires in 5 days" in " ".join(site.run("lists", "show").split())
    with RunningServer(site.data) as server:
        warnings = httpx.get(f"{server.url}/readyz").json()["warnings"]
        assert any("'photographs' expires in 5 days" in warning for warning in warnings)
        assert 'doorward_list_expires_in_days{list="photographs"' in httpx.get(f"{server.url}/metrics").text
        _until(lambda: "'photographs' expires in 5 days" in server.log)


def test_a_changed_policy_comes_into_force_and_a_broken_one_does_not(site: Site) -> None:
    policy = site.data / "policy.toml"
    text = policy.read_text()
    with RunningServer(site.data) as server:
        assert _upload(server, site, sample("coins.png"))["decision"] == "allow"
        policy.write_text(text + HOLD_EVERY_PNG)
        _until(lambda: _upload(server, site, sample("coins.png"))["decision"] == "hold")
        policy.write_text("this is no policy")
        _until(lambda: any("policy" in one for one in httpx.get(f"{server.url}/readyz").json()["warnings"]))
        assert _upload(server, site, sample("coins.png"))["decision"] == "hold"


def test_the_platform_is_told_of_a_block_asked_for_context_and_told_of_a_release(either_site: Site) -> None:
    site = either_site
    site.list_photograph()
    with Receiver() as receiver, RunningServer(site.data, env={**site.env, **receiver.env}) as server:
        blocked = _upload(server, site, sample("coffee.png"))
        assert (blocked["decision"], blocked["preserved"]) == ("block", True)
        told = _until(lambda: receiver.messages("verdict.decided"))
        assert [message["data"]["verdict"] for message in told.values()] == [blocked["verdict"]]

        [asked] = _until(lambda: receiver.messages("context.requested")).values()
        facts = {"names": ["Sam Example"]}
        reply_to = f"{server.url}{asked['data']['reply_to']}"
        assert httpx.post(reply_to, json=facts, headers=site.headers).status_code in (200, 204)
        known = httpx.get(f"{server.url}/v1/accounts/u-1/facts", headers=site.headers).json()
        assert known["names"] == ["Sam Example"]

        held = _upload(server, site, b"this is no picture", account="u-2")
        assert held["decision"] == "hold"
        [waiting] = json.loads(site.run_in(receiver.env, "hold", "list", "--json"))
        assert waiting["verdict"] == held["verdict"]
        site.run_in(
            receiver.env, "hold", "release", held["verdict"], "--reason", "a text file", "--by", "ada"
        )
        released = _until(lambda: receiver.messages("hold.released"))
        assert [message["data"]["verdict"] for message in released.values()] == [held["verdict"]]
        assert receiver.refused == 0


def test_two_processes_serve_one_port_and_both_follow_a_new_list(site: Site) -> None:
    with RunningServer(site.data, arguments=("--workers", "2")) as server:

        def processes() -> set[str]:
            figures = httpx.get(f"{server.url}/metrics").text
            return {
                line.split('worker="')[1].split('"')[0] for line in figures.splitlines() if "worker=" in line
            }

        seen: set[str] = set()

        def both_answered() -> bool:
            seen.update(processes())
            return len(seen) == 2

        _until(both_answered, limit_s=60)
        assert _upload(server, site, sample("coffee.png"))["decision"] == "allow"
        site.list_photograph()
        _until(
            lambda: {_upload(server, site, sample("coffee.png"))["decision"] for _ in range(8)} == {"block"}
        )


def test_the_processes_of_a_killed_server_end_with_it(site: Site) -> None:
    def answers(url: str) -> bool:
        try:
            return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    with RunningServer(site.data, arguments=("--workers", "2")) as server:
        url = server.url
        assert answers(url)
        server.kill()  # the one that holds the lock of the data directory
        _until(lambda: not answers(url))


def test_an_orderly_stop_leaves_no_gap_and_a_kill_leaves_one(site: Site) -> None:
    with RunningServer(site.data) as server:
        _upload(server, site, sample("coins.png"))
        assert server.stop() in ORDERLY
        server.start()
        server.kill()
        server.start()
        assert server.stop() in ORDERLY
    with site.open_database() as database:
        kinds = database.read(lambda c: list(c.execute(select(ledger_pending.c.kind)).scalars()))
        runs = database.read(lambda c: c.execute(select(server_runs)).all())
    assert kinds.count("gap") == 1
    assert [run.stopped_at is None for run in sorted(runs, key=lambda run: run.started_at)] == [
        False,
        True,
        False,
    ]
