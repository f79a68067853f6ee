"""Figures for Prometheus. Labels are fixed vocabularies and list names: never content, accounts or ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric

from doorward.verdicts import Verdict

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class ListAge:
    """How old a list is and how long it may still be used."""

    age_days: float
    expires_in_days: float


@dataclass(frozen=True, slots=True)
class HouseState:
    """What other rooms report when somebody looks. What they could not read is absent, not zero."""

    lists: Mapping[str, ListAge] = field(default_factory=dict)
    decoders: Mapping[str, int] = field(default_factory=dict)  # "busy", "idle" … -> processes
    outbox: Mapping[str, int] = field(default_factory=dict)  # "pending", "dead" -> items
    warnings: int = 0
    look_ups: int = 0  # since the process started
    look_up_batches: int = 0


class HouseGauges(Protocol):
    """Reads the state of the house at the moment of the scrape."""

    async def read(self) -> HouseState:
        """The state now; never raises for a room that is away."""
        ...


class Metrics:
    """The figures of one server process.

    Each process counts for itself and says so in the label `worker`. With several processes on one
    port a scrape reaches one of them, as the kernel chooses; the label keeps their series apart, so
    that `sum(rate(…[5m]))` stays true once each was scraped a few times.
    """

    def __init__(self, worker: str = "0") -> None:
        self._worker = worker
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "doorward_http_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._request_seconds = Histogram(
            "doorward_http_request_seconds",
            "From the first byte of the headers to the last of the answer.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._cut_off = Counter(
            "doorward_http_cut_off", "Bodies whose client went away; nothing was recorded.", registry=registry
        )
        self._in_flight = Gauge(
            "doorward_http_in_flight_bytes", "Memory promised to bodies.", registry=registry
        )
        self._decisions = Counter("doorward_decisions", "Verdicts.", ("kind", "decision"), registry=registry)
        self._not_assessed = Counter(
            "doorward_not_assessed", "What could not be looked at.", ("detector", "cause"), registry=registry
        )
        self._stages = Histogram(
            "doorward_stage_seconds", "Time in each stage.", ("stage",), buckets=_SECONDS, registry=registry
        )
        self._list_age = Gauge(
            "doorward_list_age_days", "Since the as-of date.", ("list",), registry=registry
        )
        self._list_expiry = Gauge(
            "doorward_list_expires_in_days", "Until it may not be used.", ("list",), registry=registry
        )
        self._decoders = Gauge("doorward_decoders", "Decoder processes.", ("state",), registry=registry)
        self._outbox = Gauge("doorward_outbox_items", "Work waiting to leave.", ("state",), registry=registry)
        self._look_ups = _Total("doorward_look_ups", "Look-ups of uploads in the lists.", registry)
        self._batches = _Total(
            "doorward_look_up_batches", "Batches in which they were looked up; fewer under load.", registry
        )
        self._warnings = Gauge("doorward_warnings", "What `/readyz` warns of.", registry=registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def cut_off(self) -> None:
        """A client went away in the middle of its body."""
        self._cut_off.inc()

    def verdict(self, verdict: Verdict) -> None:
        """The gate answered."""
        self._decisions.labels(verdict.kind, verdict.decision).inc()
        for item in verdict.not_assessed:
            self._not_assessed.labels(item.detector, item.cause).inc()
        self._stages.labels("total").observe(verdict.took_ms / 1000)
        for stage, ms in verdict.timings_ms.items():
            self._stages.labels(stage).observe(ms / 1000)

    def render(self, state: HouseState, in_flight_bytes: int) -> bytes:
        """Everything in the text format of Prometheus."""
        self._in_flight.set(in_flight_bytes)
        self._warnings.set(state.warnings)
        self._look_ups.advance_to(state.look_ups)
        self._batches.advance_to(state.look_up_batches)
        _replace(self._list_age, {name: age.age_days for name, age in state.lists.items()})
        _replace(self._list_expiry, {name: age.expires_in_days for name, age in state.lists.items()})
        _replace(self._decoders, state.decoders)
        _replace(self._outbox, state.outbox)
        return generate_latest(_Labelled(self._registry, self._worker))


def _replace(gauge: Gauge, values: Mapping[str, float]) -> None:
    gauge.clear()  # a list that was removed must not go on being reported
    for label, value in values.items():
        gauge.labels(label).set(value)


class _Total:
    """A counter that somebody else counts."""

    def __init__(self, name: str, text: str, registry: CollectorRegistry) -> None:
        self._counter = Counter(name, text, registry=registry)
        self._told = 0

    def advance_to(self, total: int) -> None:
        self._counter.inc(total - self._told)
        self._told = total


class _Labelled:
    """A registry whose every sample carries the label `worker`."""

    def __init__(self, registry: CollectorRegistry, worker: str) -> None:
        self._registry = registry
        self._worker = worker

    def collect(self) -> Iterable[Metric]:
        for metric in self._registry.collect():
            metric.samples = [
                sample._replace(labels={**sample.labels, "worker": self._worker}) for sample in metric.samples
            ]
            yield metric
