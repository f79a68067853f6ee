"""Every setting, typed, from `doorward.toml` in the data directory and the environment.

The environment wins: `DOORWARD_HTTP__PORT=9000` is `port` in the table `[http]`.
"""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

MIB = 1024 * 1024
GIB = 1024 * MIB
SETTINGS_FILE = "doorward.toml"


class SettingsError(Exception):
    """The settings cannot be used; the message names the file or variable, the key and the mend."""


class Table(BaseModel):
    """A table of settings. An unknown key is an error: a misspelt limit must not silently be the default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(Table):
    """`[database]`"""

    url: str | None = Field(
        default=None, description="SQLAlchemy URL; without it SQLite in the data directory."
    )
    connections: int = Field(
        default=8, ge=1, description="PostgreSQL: size of the connection pool, per process."
    )


class HttpSettings(Table):
    """`[http]`"""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(
        default=8040, ge=0, le=65535, description="Port to listen on; 0 lets the system choose."
    )
    max_body_bytes: int = Field(default=100 * MIB, ge=1, description="Largest upload that is received.")
    max_json_bytes: int = Field(default=1 * MIB, ge=1024, description="Largest JSON request.")
    max_in_flight_bytes: int = Field(
        default=1 * GIB,
        ge=1,
        description="Memory that all bodies being received or screened may take together.",
    )
    clock_skew_s: float = Field(
        default=300.0, ge=0, le=86_400, description="How far `occurred_at` may lie in the future."
    )


class GateSettings(Table):
    """`[gate]`"""

    upload_deadline_s: float = Field(
        default=2.0, gt=0, description="Time that all detectors together have for an upload."
    )
    other_deadline_s: float = Field(
        default=0.5, gt=0, description="The same for every other kind of subject."
    )
    waiting_limit_s: float = Field(
        default=20.0,
        ge=0,
        description="How long an upload may wait in line before its deadline starts to run.",
    )


class ImagerySettings(Table):
    """`[imagery]`"""

    workers: int | None = Field(
        default=None,
        ge=1,
        description="Decoder processes of each server process; by default one per processor in all.",
    )
    max_pixels: int = Field(
        default=64_000_000, ge=1, description="Largest picture that is decoded, width × height."
    )
    max_frames: int = Field(default=1_000, ge=1, description="Most frames an animation may have.")
    frames_sampled: int = Field(
        default=5, ge=1, description="Frames of an animation that are hashed, evenly spread."
    )
    max_decode_bytes: int = Field(
        default=100 * MIB, ge=1, description="Largest file that is given to a decoder."
    )
    decode_timeout_s: float = Field(
        default=2.0, gt=0, description="After this a decoder process is killed and replaced."
    )
    worker_memory_bytes: int = Field(
        default=3 * GIB, ge=256 * MIB, description="Address space of one decoder process."
    )
    luma_from_megapixels: float = Field(
        default=0.0,
        ge=0,
        description="JPEGs of at least so many million pixels are hashed from luma first, and exactly only"
        " when something on a list lies near. 0, the default: all are hashed exactly at once. Luma does not"
        " see everything that is shown: only for JPEGs that the platform encoded itself (decision 0015).",
    )
    radius_bits: int = Field(default=31, ge=0, le=63, description="Default Hamming radius of a PDQ list.")
    min_quality: int = Field(
        default=50, ge=0, le=100, description="Default PDQ quality below which only equality counts."
    )


class ListSettings(Table):
    """`[lists]`"""

    poll_s: float = Field(
        default=0.5, gt=0, description="How often a server looks for newly published versions."
    )
    warn_days: int = Field(
        default=14, ge=0, description="Days before a list's expiry from which on everything warns."
    )
    keep_versions: int = Field(default=3, ge=1, description="Superseded snapshots kept on disk, per list.")


class EvidenceSettings(Table):
    """`[evidence]`"""

    spool_bytes: int = Field(
        default=512 * MIB, ge=0, description="Disk space kept ready for what must be preserved."
    )
    key_file: Path | None = Field(
        default=None, description="Master key (mode 0600); by default in the data directory."
    )


class WebhookSettings(Table):
    """`[webhooks]`"""

    url: str | None = Field(default=None, description="Where the platform receives Standard Webhooks.")
    secret: SecretStr | None = Field(default=None, description="Shared secret, `whsec_…`.")
    public_url: str | None = Field(
        default=None, description="This server as the platform reaches it, for reply addresses."
    )
    timeout_s: float = Field(default=15.0, gt=0, description="How long the platform may take to answer.")
    max_attempts: int = Field(
        default=12, ge=1, description="Attempts before a delivery becomes a dead letter."
    )


class RetentionSettings(Table):
    """`[retention]`: what may be kept how long."""

    allowed_findings_days: int = Field(
        default=30, ge=0, description="Findings (no content) of what was allowed."
    )
    stopped_verdict_days: int = Field(
        default=365, ge=1, description="Verdicts and findings of what was not allowed."
    )
    idempotency_hours: int = Field(default=24, ge=1, description="Answers kept for repeated requests.")
    outbox_done_days: int = Field(default=30, ge=1, description="Deliveries that succeeded.")
    outbox_dead_days: int = Field(default=365, ge=1, description="Deliveries that were given up.")
    account_facts_days: int = Field(default=30, ge=1, description="Account facts lent by the platform.")
    evidence_days: int = Field(
        default=365, ge=1, description="Hold on preserved items; then eligible for review, never deleted."
    )
    counters_days: int = Field(
        default=400, ge=1, description="Counts of subjects, without any personal data."
    )
    run_every_s: float = Field(
        default=3600.0, gt=0, description="How often the retention job runs in a server."
    )


class Settings(BaseSettings):
    """All settings of one data directory."""

    model_config = SettingsConfigDict(
        env_prefix="DOORWARD_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("doorward-data")
    database: DatabaseSettings = DatabaseSettings()
    http: HttpSettings = HttpSettings()
    gate: GateSettings = GateSettings()
    imagery: ImagerySettings = ImagerySettings()
    lists: ListSettings = ListSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    webhooks: WebhookSettings = WebhookSettings()
    retention: RetentionSettings = RetentionSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then what `load` read from the file."""
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        """The URL in force."""
        return self.database.url or f"sqlite:///{self.data_dir / 'doorward.sqlite3'}"

    @property
    def policy_file(self) -> Path:
        return self.data_dir / "policy.toml"

    @property
    def snapshots_dir(self) -> Path:
        return self.data_dir / "lists"

    @property
    def evidence_dir(self) -> Path:
        return self.data_dir / "evidence"

    @property
    def master_key_file(self) -> Path:
        return self.evidence.key_file or self.data_dir / "master.key"


def load(data_dir: Path) -> Settings:
    """Read `data_dir/doorward.toml` (which may be absent) and the environment.

    Raises `SettingsError`, naming every bad key at once.
    """
    path = data_dir / SETTINGS_FILE
    try:
        table = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}. Mend the line it names.") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}. Check its owner and mode.") from error
    try:
        return Settings(**{**table, "data_dir": data_dir})
    except ValidationError as error:
        raise SettingsError(_explain(path, error)) from error


def _explain(path: Path, error: ValidationError) -> str:
    lines = [f"{path} (or a DOORWARD_… variable) has {error.error_count()} setting(s) that cannot be used:"]
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        hint = (
            " (no such setting; see the settings reference)" if problem["type"] == "extra_forbidden" else ""
        )
        lines.append(f"  {key}: {problem['msg']}{hint}")
    return "\n".join(lines)
