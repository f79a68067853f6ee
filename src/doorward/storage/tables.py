"""Every table. Each has a rule in `doorward.retention`; a test fails for one that has none.

JSON columns hold what is only ever read as a whole; what is searched for has a column of its own.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from doorward.storage.types import Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- verdicts ------------------------------------------------------------------------------------

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", String(40), primary_key=True),  # v_…
    Column("created_at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("decision", String(8), nullable=False),
    Column("state", String(16), nullable=False, server_default="final"),  # final | held | released | removed
    Column("policy_version", String(64), nullable=False),
    Column("lists", JSON, nullable=False),  # {name: version}
    Column("subject", JSON, nullable=False),  # context without content; bare for what was allowed
    Column("facts", JSON, nullable=False),  # sniffed type, digests
    Column("not_assessed", JSON, nullable=False),
    Column("not_configured", JSON, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("account", String(255)),
    Column("case_id", String(40)),
    Column("evidence_id", String(40)),
    Column("preserved", Boolean),
    Column("took_ms", Float, nullable=False),
    Column("settled_at", Moment),  # when a person released or removed it
    Column("settled_by", String(255)),
    Column("settled_reason", Text),
    Column("keep_until", Moment, nullable=False),
    Index(None, "created_at"),
    Index(None, "state", "created_at"),
    Index(None, "account", "created_at"),
    Index(None, "case_id"),
    Index(None, "keep_until"),
)

findings = Table(
    "findings",
    metadata,
    Column("verdict_id", String(40), ForeignKey("verdicts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String(32), nullable=False),
    Column("body", JSON, nullable=False),  # the finding as over HTTP
    Index(None, "code"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("api_key_id", String(40), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of the request
    Column("status", Integer, nullable=False),
    Column("response", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("keep_until", Moment, nullable=False),
    Index(None, "keep_until"),
)

# --- lists ---------------------------------------------------------------------------------------

lists = Table(
    "lists",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("code", String(32), nullable=False),
    Column("source", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("as_of", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("radius_bits", Integer, nullable=False),
    Column("min_quality", Integer, nullable=False),
    Column("version", String(64), nullable=False),
    Column("updated_at", Moment, nullable=False),
)

list_versions = Table(
    "list_versions",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("sequence", Integer, nullable=False),  # 1, 2, 3 … within the list
    Column("published_at", Moment, nullable=False),
    Column("superseded_at", Moment),
    Column("file", String(255), nullable=False),  # relative to the snapshots directory
    Column("sha256", String(64), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("counts", JSON, nullable=False),  # {"md5": n, "sha1": n, "sha256": n, "pdq": n}
    Column("details", JSON, nullable=False),  # code, source, terms, as_of, expires_at at publication
)

# --- evidence ------------------------------------------------------------------------------------

evidence_items = Table(
    "evidence_items",
    metadata,
    Column("id", String(40), primary_key=True),  # e_…
    Column("verdict_id", String(40), nullable=False),
    Column("file", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("md5", String(32), nullable=False),
    Column("sha1", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("stored_at", Moment, nullable=False),
    Column("hold_until", Moment, nullable=False),
    Column("legal_basis", String(64), nullable=False),
    Index(None, "verdict_id"),
    Index(None, "hold_until"),
)

evidence_keys = Table(
    "evidence_keys",
    metadata,
    Column("item_id", String(40), primary_key=True),
    Column("wrapped_keyset", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)

# --- casework ------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    Column("id", String(40), primary_key=True),  # c_…
    Column("subject_key", String(300), nullable=False),  # "account:…" or "item:v_…"
    Column("account", String(255)),
    Column("state", String(16), nullable=False),  # open | closed
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("codes", JSON, nullable=False),
    Column("keep_until", Moment),
    Index(None, "subject_key", "state"),
    Index(None, "state", "opened_at"),
    Index(  # one open case a subject, also when two verdicts come at once
        "uq_cases_open_subject_key",
        "subject_key",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

account_facts = Table(
    "account_facts",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("keep_until", Moment, nullable=False),
    Index(None, "keep_until"),
)

context_requests = Table(
    "context_requests",
    metadata,
    Column("id", String(40), primary_key=True),  # x_…
    Column("case_id", String(40), nullable=False),
    Column("verdict_id", String(40), nullable=False),
    Column("account", String(255), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("keep_until", Moment, nullable=False),
    Index(None, "account"),
    Index(None, "keep_until"),
)

# --- durable work, record, access ------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(40), primary_key=True),  # o_…, also the webhook-id that receivers deduplicate by
    Column("kind", String(64), nullable=False),
    Column("dedupe_key", String(300), nullable=False, unique=True),
    Column("payload", JSON, nullable=False),
    Column("state", String(16), nullable=False),  # pending | done | dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("next_attempt_at", Moment, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", Moment),
    Column("last_error", Text),
    Column("finished_at", Moment),
    Column("keep_until", Moment),
    Index(None, "state", "next_attempt_at"),
    Index(None, "keep_until"),
)

ledger_pending = Table(
    "ledger_pending",
    metadata,
    Column("id", String(40), primary_key=True),  # l_…
    Column("kind", String(64), nullable=False),  # verdict | list_version | policy_version | gap | …
    Column("body", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(None, "created_at"),
)

counters = Table(
    "counters",
    metadata,
    Column("hour", Moment, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("surface", String(100), primary_key=True),  # "" where the platform named none
    Column("decision", String(8), primary_key=True),
    Column("subjects", BigInteger, nullable=False),
    Column("keep_until", Moment, nullable=False),
    Index(None, "keep_until"),
)

server_runs = Table(
    "server_runs",
    metadata,
    Column("id", String(40), primary_key=True),  # r_…
    Column("started_at", Moment, nullable=False),
    Column("flushed_at", Moment, nullable=False),
    Column("stopped_at", Moment),  # absent after an unclean stop
    Column("gap_recorded_at", Moment),
    Column("flushes", Integer, nullable=False, server_default="0"),  # number of the last batch of counts
    Column("keep_until", Moment, nullable=False),
    Index(None, "keep_until"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(40), primary_key=True),  # k_…
    Column("name", String(100), nullable=False),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)
