"""The whole benchmark: data, truth, ours, peers, and one report of it."""

import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

from doorward.benchmarks.children import ask
from doorward.benchmarks.machine import describe
from doorward.benchmarks.match.data import open_hashes, recall_queries, write_hashes
from doorward.benchmarks.match.measure_ours import PARTS
from doorward.benchmarks.match.peers import PEERS
from doorward.benchmarks.match.plan import RADIUS_BITS, Plan
from doorward.benchmarks.match.truth import Answers, brute_force, compare
from doorward.imagery import native

Say = Callable[[str], None]


def run(
    entries: int, queries: int, *, peers: bool, instructions: str, seed: int, limit_s: float, say: Say
) -> dict[str, Any]:
    """Measure; returns the report as JSON-ready values. Raises `ChildFailed`."""
    with tempfile.TemporaryDirectory(prefix="doorward-bench-") as folder:
        plan = Plan(entries, queries, folder, seed, instructions, limit_s, updates_s=limit_s / 2)
        say(f"generating {entries:,} hashes")
        write_hashes(plan)
        hashes = open_hashes(plan)
        say("brute force in NumPy, to know what is true")
        true = brute_force(
            recall_queries(plan, hashes), hashes, RADIUS_BITS, np.arange(entries, dtype=np.uint64)
        )
        del hashes
        report = {"machine": describe(), **_ours(plan, true, say)}
        measured, absent = _peers(plan, true, say) if peers else ({}, {})
        return {**report, **_ratios(report["p50_us"], measured), "peers": measured, "absent_peers": absent}


def _ours(plan: Plan, true: Answers, say: Say) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for part in PARTS:
        say(f"Doorward: {_WORDS[part]}")
        asked = {"part": part, "plan": plan.to_json()}
        parts |= ask("doorward.benchmarks.match.measure_ours", asked)
    single, near = parts.pop("no_match"), parts.pop("near")
    for name, figures in parts["instruction_sets"].items():
        figures["recall"] = _recall(plan, f"ours_{name}", true)
    return {
        "entries": plan.entries,
        "queries": plan.queries,
        "radius_bits": RADIUS_BITS,
        "kernels": "numpy" if native.problem() else "native",
        "p50_us": single["p50_us"],
        "p99_us": single["p99_us"],
        "p99_to_p50": single["p99_us"] / single["p50_us"],
        "recall": _recall(plan, "ours", true),
        "near_p50_us": near["p50_us"],
        "near_to_no_match": max(near["p50_us"].values()) / near["no_match_p50_us"],
        "worst_to_scan": max(each["ratio_to_scan"] for each in parts["worst_cases"]),
        **parts,
    }


_WORDS = {
    "built": "building, single queries, batches, near queries",
    "opened": "opening",
    "by_instruction_set": "each instruction set",
    "changed": "changes while it answers",
    "hurt": "lists that are made to be slow",
}


def _peers(plan: Plan, true: Answers, say: Say) -> tuple[dict[str, Any], dict[str, str]]:
    measured, absent = {}, {}
    for name, peer in PEERS.items():
        if (problem := peer.problem(plan.entries)) is not None:
            absent[name] = problem
            say(f"{peer.title}: {problem}")
            continue
        say(peer.title)
        asked = {"peer": name, "plan": plan.to_json()}
        figures = ask("doorward.benchmarks.match.measure_peer", asked, peer.environment())
        single, near = figures.pop("no_match"), figures.pop("near")
        measured[name] = {
            "title": peer.title,
            "p50_us": single["p50_us"],
            "p99_us": single["p99_us"],
            "recall": _recall(plan, name, true),
            "near_p50_us": near["p50_us"],
            **figures,
        }
    return measured, absent


def _ratios(p50_us: float, measured: dict[str, Any]) -> dict[str, Any]:
    """How many times faster a single query is; `None` beside a peer that was not measured."""
    ratios = {name: figures["p50_us"] / p50_us for name, figures in measured.items()}
    return {"ratio_to_flat": ratios.get("faiss_flat"), "ratios": ratios}


def _recall(plan: Plan, engine: str, true: Answers) -> float:
    """Of what brute force found, alone and in a batch; what also finds what is not there gets nothing."""
    with np.load(plan.answers_file(engine)) as left:
        judged = [compare(left[name], true) for name in ("one", "many")]
    return min(each.recall if each.wrong == 0 else 0.0 for each in judged)
