"""All configuration: environment variables `RELEASE_MONITOR_*`, a file `.env`, and files of a folder of secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from streams.core.identity import MIN_KEY_BYTES

OptionalFile = Annotated[Path | None, BeforeValidator(lambda value: None if value == "" else value)]
"""A file; the empty text means none, not the current folder."""


class Settings(BaseSettings):
    """Everything that can be set. Each name is an environment variable with the prefix `RELEASE_MONITOR_`.

    The environment wins over `.env`, which wins over the files of `secrets_dir`.
    """

    model_config = SettingsConfigDict(env_prefix="RELEASE_MONITOR_", env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default=Path("var"), description="Where the local pipeline keeps Kafka's and ClickHouse's files."
    )

    secrets_dir: OptionalFile = Field(
        default=None,
        description="Folder of secrets: a file for a setting, named as its variable in any case; empty: none.",
    )

    kafka_bootstrap_servers: str = Field(
        default="127.0.0.1:9092", description="Kafka brokers, host:port, comma-separated."
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How to talk to Kafka."
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="SASL mechanism, used with SASL_*."
    )
    kafka_sasl_username: str = Field(default="", description="SASL user.")
    kafka_sasl_password: SecretStr = Field(default=SecretStr(""), description="SASL password.")
    kafka_ssl_ca: OptionalFile = Field(default=None, description="CA certificate (PEM) for SSL and SASL_SSL.")
    kafka_group_prefix: str = Field(default="release-monitor", description="Prefix of the consumer groups.")
    kafka_session_timeout_s: float = Field(
        default=10.0, gt=0, le=300, description="After how long a dead worker is replaced."
    )
    topic_partitions: int = Field(
        default=4, ge=1, le=1000, description="Partitions of topics that `topics` creates."
    )
    topic_replication: int = Field(
        default=1, ge=1, le=9, description="Replication factor of topics that `topics` creates."
    )

    clickhouse_host: str = Field(
        default="", description="ClickHouse server; empty: the embedded engine in data_dir."
    )
    clickhouse_port: int = Field(
        default=8123, ge=1, le=65535, description="HTTP port of the ClickHouse server."
    )
    clickhouse_user: str = Field(
        default="release_monitor", description="ClickHouse user that may write our tables."
    )
    clickhouse_password: SecretStr = Field(default=SecretStr(""), description="Password of that user.")
    clickhouse_secure: bool = Field(default=False, description="Use TLS to ClickHouse.")
    clickhouse_ca: OptionalFile = Field(
        default=None, description="CA certificate (PEM) of the ClickHouse server."
    )

    clickhouse_cluster: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_.{}-]*$",
        description="Cluster on which `migrate` makes replicated tables; empty: a single node.",
    )

    reader_password: SecretStr = Field(
        default=SecretStr(""), description="Password that `access` gives the user of its --reader."
    )
    writer_password: SecretStr = Field(
        default=SecretStr(""), description="Password that `access` gives the user of its --writer."
    )
    board_password: SecretStr = Field(
        default=SecretStr(""), description="Password that `access` gives the user of its --board."
    )

    metrics_host: str = Field(default="127.0.0.1", description="Address of /metrics, /healthz and /readyz.")
    metrics_port: int = Field(default=9464, ge=0, le=65535, description="Their port; 0 takes a free one.")
    metric_series_budget: int = Field(
        default=50_000,
        ge=1_000,
        description="Series of /metrics to stay below, by giving channels together where need be.",
    )

    prometheus_url: str = Field(
        default="", description="Prometheus that the board asks for alerts, such as http://127.0.0.1:9090."
    )

    reference_file: OptionalFile = Field(
        default=None,
        description="Offices, calendars, targets and scope (YAML); empty: the file that comes with the program.",
    )

    clock: Literal["wall", "feed"] = Field(
        default="wall",
        description="By which clock ages and silence are told; feed: the latest event time, for replays and drills.",
    )

    hash_key: SecretStr = Field(
        default=SecretStr(""),
        description="Secret for hashing persons and companies of mapped files and customs messages, 16 bytes or more.",
    )

    max_event_bytes: int = Field(
        default=65_536, ge=1_000, le=1_000_000, description="Larger input messages are rejected."
    )
    batch_events: int = Field(
        default=32_000, ge=1, le=200_000, description="Events written to ClickHouse at a time, about."
    )
    batch_wait_ms: int = Field(
        default=400, ge=1, le=10_000, description="How long a batch waits to become full."
    )
    cache_declarations: int = Field(
        default=50_000, ge=100, description="Declarations kept in a worker's memory, about 20 KB each."
    )
    watermark_bound_s: int = Field(
        default=60,
        ge=0,
        le=86_400,
        description="How much disorder the watermark allows for, in seconds.",
    )
    window_grace_s: int = Field(
        default=300,
        ge=0,
        le=86_400,
        description="Seconds after its end until a window is taken for final.",
    )
    idle_partition_s: float = Field(
        default=30.0,
        gt=0,
        le=3_600,
        description="A partition silent for so long holds the watermark back no longer.",
    )
    window_days_1h: float = Field(default=2, gt=0, le=400, description="Days for which 1h windows are kept.")
    window_days_24h: float = Field(
        default=3, gt=0, le=400, description="Days for which 24h windows are kept."
    )
    window_days_7d: float = Field(
        default=31, gt=0, le=3_700, description="Days for which 7d windows are kept."
    )
    window_days_30d: float = Field(
        default=31, gt=0, le=3_700, description="Days for which 30d windows are kept."
    )
    keep_days_windows: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="Days, by the clock on the wall, after which windows are deleted; 0: only those that are hidden.",
    )
    keep_days_rejected: int = Field(
        default=0, ge=0, le=36_500, description="Days for which refused messages are kept; 0: for ever."
    )
    keep_days_late: int = Field(
        default=0, ge=0, le=36_500, description="Days for which notes of late events are kept; 0: for ever."
    )
    cohort_refresh_minutes: int = Field(
        default=60,
        ge=1,
        le=10_080,
        description="Minutes after which ClickHouse makes the figures of cohorts anew; applied by `migrate`.",
    )
    stall_timeout_s: float = Field(
        default=60.0,
        gt=1,
        description="A worker with work and no progress for this long ends itself, to be started anew.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the folder that `secrets_dir` names, after everything else."""
        named = env_settings().get("secrets_dir") or dotenv_settings().get("secrets_dir")
        # One that is not there is refused below; the library would only warn of it.
        secrets = SecretsSettingsSource(settings_cls, named) if named and Path(named).is_dir() else None
        sources = (init_settings, env_settings, dotenv_settings)
        return sources if secrets is None else (*sources, secrets)

    @field_validator("secrets_dir")
    @classmethod
    def _there(cls, folder: Path | None) -> Path | None:
        if folder is not None and not folder.is_dir():
            raise ValueError(f"{folder} is not a folder")
        return folder

    @field_validator("hash_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value().encode()) < MIN_KEY_BYTES:
            raise ValueError(
                f"has less than {MIN_KEY_BYTES} bytes, too few to hash persons and companies with"
            )
        return key
