"""The HTTP door, put together."""

from fastapi import FastAPI

from doorward.doors.http import errors, openapi
from doorward.doors.http.access_log import AccessLog
from doorward.doors.http.routes import accounts, health, holds, lists, subjects, uploads, verdicts
from doorward.doors.http.services import HttpServices

ROUTERS = (
    uploads.router,
    subjects.router,
    accounts.router,
    holds.router,
    verdicts.router,
    lists.router,
    health.router,
)


def create_app(services: HttpServices) -> FastAPI:
    """The ASGI application. It has no page of its own: interactive documentation would load scripts
    from elsewhere, which has no place here.
    """
    app = FastAPI(docs_url=None, redoc_url=None, generate_unique_id_function=lambda route: route.name)
    app.state.services = services
    for router in ROUTERS:
        app.include_router(router)
    errors.install(app, tuple(route for router in ROUTERS for route in router.routes))
    openapi.install(app)
    app.add_middleware(AccessLog, metrics=services.metrics)
    return app
