"""For balancers and monitoring: alive, ready, figures. No key, and nothing that would need one."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from doorward.doors.http.answers import AliveOut, ReadyOut
from doorward.doors.http.metrics import CONTENT_TYPE
from doorward.doors.http.openapi import problems
from doorward.doors.http.readiness import Report
from doorward.doors.http.services import services_of

router = APIRouter(tags=["health"])


@router.get(
    "/healthz",
    summary="Is the process alive?",
    response_class=Response,
    responses={200: {"model": AliveOut}, **problems()},
)
async def healthz() -> Response:
    """Answers as long as the process does. Restart it where this does not."""
    return JSONResponse({"status": "alive"})


@router.get(
    "/readyz",
    summary="Can it do its work?",
    response_class=Response,
    responses={200: {"model": ReadyOut}, 503: {"model": ReadyOut, "description": "It cannot."}, **problems()},
)
async def readyz(request: Request) -> Response:
    """Screens the canary, writes to the database and asks every detector, at most every few seconds.
    Send no traffic to a server that answers 503 here.
    """
    report = await services_of(request).readiness.report()
    return JSONResponse(_as_json(report), 200 if report.ready else 503)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems()},
)
async def metrics(request: Request) -> Response:
    """Each server process counts for itself; the label `worker` says which one answered."""
    services = services_of(request)
    state = await services.gauges.read()
    figures = services.metrics.render(state, services.budget.taken_bytes)
    return Response(figures, headers={"Content-Type": CONTENT_TYPE})


def _as_json(report: Report) -> dict[str, object]:
    checks = {name: {"ok": not said, "failures": list(said)} for name, said in report.failures.items()}
    return {"ready": report.ready, "checks": checks, "warnings": list(report.warnings)}
