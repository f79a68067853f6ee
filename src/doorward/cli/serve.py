"""`doorward serve`: the gate as a server."""

import os
import socket
from typing import Annotated

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from doorward.app.server import SUPERVISOR_VARIABLE, WORKERS_VARIABLE
from doorward.app.start import StartRefused, check_before_start
from doorward.cli.common import DataOption, console, err, fail, read_settings
from doorward.datadir import DATA_VARIABLE, DataDirectoryError, server_lock
from doorward.logs import configure_logging
from doorward.settings import Settings

GRACEFUL_STOP_S = 10


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 lets the system choose.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Server processes on the one port.")] = 1,
    data: DataOption = None,
) -> None:
    """Screen what a platform sends over HTTP, until stopped with Ctrl-C or SIGTERM."""
    settings = read_settings(data)
    configure_logging()
    run(settings, host or settings.http.host, settings.http.port if port is None else port, workers)


def run(settings: Settings, host: str, port: int, workers: int = 1) -> None:
    """Take the data directory's lock, check that the server may start, and serve."""
    try:
        with server_lock(settings.data_dir):
            for warning in check_before_start(settings):
                err.print(f"doorward: warning: {warning}", style="yellow", highlight=False, markup=False)
            with _bind(host, port) as listener:
                address = listener.getsockname()
                console.print(f"listening on http://{address[0]}:{address[1]}", highlight=False, markup=False)
                _serve(settings, listener, workers)
    except (DataDirectoryError, StartRefused) as error:
        fail(str(error))


def _bind(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        fail(f"cannot listen on {host} port {port}: {error.strerror}. Choose another with --host and --port.")


def _serve(settings: Settings, listener: socket.socket, workers: int) -> None:
    os.environ[DATA_VARIABLE] = str(settings.data_dir.resolve())  # how worker processes find it
    os.environ[WORKERS_VARIABLE] = str(workers)
    config = uvicorn.Config(
        "doorward.app.server:asgi",
        factory=True,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
        h11_max_incomplete_event_size=64 * 1024,
    )
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listener])
    else:
        os.environ[SUPERVISOR_VARIABLE] = str(os.getpid())
        Multiprocess(config, sockets=[listener]).run()
