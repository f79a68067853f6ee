"""Can this server do its work now? Asked by balancers, so the answer is kept for a few seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog

from doorward.clock import Clock

log = structlog.get_logger(__name__)

MAX_AGE_S = 5.0
PROBE_LIMIT_S = 10.0

Probe = Callable[[], Awaitable[Iterable[str]]]
"""Looks at one part of the house and returns what is wrong with it, in sentences; nothing if all is well."""


@dataclass(frozen=True, slots=True)
class Report:
    """What every probe said. `warnings` are for people and make nobody unready."""

    failures: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether no probe failed."""
        return not any(self.failures.values())


class Readiness:
    """Runs the probes at once, one round at a time, and remembers the last report."""

    def __init__(
        self,
        probes: Mapping[str, Probe],
        warnings: Callable[[], Iterable[str]],
        clock: Clock,
    ) -> None:
        self._probes = probes
        self._warnings = warnings
        self._clock = clock
        self._last: tuple[float, Report] | None = None
        self._asking = asyncio.Lock()

    async def report(self) -> Report:
        """The present state, at most `MAX_AGE_S` old."""
        async with self._asking:
            if self._last is None or self._clock.monotonic_s() - self._last[0] >= MAX_AGE_S:
                self._last = (self._clock.monotonic_s(), await self._look())
            return self._last[1]

    async def _look(self) -> Report:
        failures = await asyncio.gather(*(self._ask(name) for name in self._probes))
        report = Report(dict(zip(self._probes, failures, strict=True)), tuple(self._warnings()))
        if not report.ready:
            log.error("not ready", failures={name: said for name, said in report.failures.items() if said})
        return report

    async def _ask(self, name: str) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(PROBE_LIMIT_S):
                return tuple(await self._probes[name]())
        except TimeoutError:
            return (f"no answer within {PROBE_LIMIT_S:g} s",)
        except Exception as error:  # a probe that breaks has not found the part well
            log.exception("probe failed", probe=name)
            return (f"the probe failed ({type(error).__name__})",)
