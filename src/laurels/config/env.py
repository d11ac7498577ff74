"""What an operator may set: environment variables named LAURELS_…, typed and checked at once.

Guarantee: `load` either returns settings of which every value is usable, or raises one
`SettingsFaults` that names every wrong variable with its reason; it never stops at the first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from laurels.adapters.keyring import RingFault, read_ring
from laurels.config.env_github import GitHubSettings, OldNames
from laurels.config.faults import SettingsFaults

PREFIX = "LAURELS_"
LEAST_CHARACTERS = 50


def default_data_dir() -> Path:
    """Return the folder used when LAURELS_DATA_DIR is not set: one place for each user."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "laurels"


def _comma_list(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


CommaList = Annotated[tuple[str, ...], NoDecode]


class Settings(GitHubSettings):
    """Every setting of an installation; the description of each is what the docs print."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, validate_default=True
    )

    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder of the embedded database (laurels.sqlite3) and of the keys (keys/).",
    )
    database_url: str = Field(
        "", description="postgresql://user:password@host:port/name; empty means the embedded one."
    )
    database_direct_url: str = Field(
        "", description="The same database without the pooler between; migrations use it."
    )
    database_pool_size: int = Field(
        10, ge=1, le=1000, description="Most connections that one serving process keeps open."
    )
    redis_url: str = Field(
        "",
        repr=False,
        description="redis://:password@host:port/number beside LAURELS_DATABASE_URL: distributed"
        " mode; empty: one process serves and works.",
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Where people reach the pages; goes into certificates."
    )
    program_name: str = Field(
        "Laurels", min_length=1, max_length=80, description="Name of the program on every page."
    )
    certificate_issuer: str = Field(
        "", max_length=120, description="Who awards the certificates; empty means the program name."
    )
    certificate_provider: str = Field(
        "local", description="What makes certificates out of queued awards."
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address that `serve` listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that `serve` listens on.")
    web_threads: int = Field(8, ge=1, le=256, description="Threads that answer pages.")
    worker_threads: int = Field(
        1, ge=0, le=64, description="Threads that work jobs inside `serve`; 0 means none."
    )
    trusted_proxy: str = Field(
        "", description="Address of the proxy whose forwarding headers are believed; empty: none."
    )
    allowed_hosts: CommaList = Field(
        (), description="Host names served, with commas between; empty: that of LAURELS_PUBLIC_URL."
    )
    bot_logins: CommaList = Field(
        (), description="Robots whose login lacks the [bot] suffix, with commas between."
    )
    population_baseline_id: str = Field(
        "",
        max_length=80,
        description="Id of the population that percentiles are given in; empty: the one that"
        " `laurels baseline pin` chose, else the newest.",
    )
    new_commits_dismiss: bool = Field(
        False, description="New commits on an approved pull request put it under review again."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least grave message that is logged."
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="console for people, json for machines."
    )
    debug: bool = Field(False, description="Show details of errors in the browser; never public.")
    secret_key: str = Field(
        "", description="Key that signs sessions; empty: made once and kept in the data folder."
    )

    github_web_url: str = Field(
        "https://github.com", description="Where people sign in: GitHub, or your own GitHub server."
    )
    github_api_url: str = Field(
        "https://api.github.com", description="Where GitHub's REST interface answers."
    )
    github_client_id: str = Field(
        "", description="Client id of the OAuth app or GitHub App that people sign in with."
    )
    github_client_secret: str = Field(
        "", repr=False, description="Its client secret; without both nobody signs in with GitHub."
    )
    github_webhook_secret: CommaList = Field(
        (),
        repr=False,
        description="Secret of the program's own webhook, or of the GitHub App's; several, with"
        " commas between, while it is changed.",
    )
    delivery_body_days: int = Field(
        30, ge=3, le=3650, description="Days that the raw bodies of webhook deliveries are kept."
    )
    staff: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="GitHub ids (numbers) of people who are staff, with commas between."
    )
    token_vault_keys_json: str = Field(
        "",
        repr=False,
        description="Keys that seal tokens for GitHub, as JSON {ID: 32 bytes in base64}; empty:"
        " made once and kept in the data folder.",
    )
    token_vault_active_key_id: str = Field(
        "", description="Which of these keys seals; needed where there are several."
    )
    token_ref_keys_json: str = Field(
        "",
        repr=False,
        description="The same for the tokens that jobs refer to; empty: kept in the data folder.",
    )
    token_ref_active_key_id: str = Field("", description="Which of these keys seals.")
    token_ref_ttl_seconds_normal: int = Field(
        900, ge=60, le=86_400, description="How long a job may use the token that it refers to."
    )
    token_ref_ttl_seconds_bulk: int = Field(
        86_400, ge=60, le=604_800, description="The same for jobs that take long."
    )
    api_keys_json: str = Field(
        "",
        repr=False,
        description="Keys that sign access tokens (Ed25519 seeds), as JSON {ID: 32 bytes in"
        " base64}; empty: kept in the data folder.",
    )
    api_active_key_id: str = Field("", description="Which of these keys signs.")
    checkpoint_keys_json: str = Field(
        "",
        repr=False,
        description="Keys that sign checkpoints of the ledger (Ed25519 seeds), as JSON {ID: 32"
        " bytes in base64}; empty: kept in the data folder.",
    )
    checkpoint_active_key_id: str = Field("", description="Which of these keys signs.")
    checkpoint_file: Path | None = Field(
        None, description="File that each checkpoint is added to; best on another machine's disk."
    )
    checkpoint_url: str = Field(
        "", repr=False, description="Address that each checkpoint is sent to by POST."
    )
    checkpoint_mail: CommaList = Field(
        (), description="Mail addresses that each checkpoint is sent to, with commas between."
    )
    mail_server: str = Field(
        "",
        repr=False,
        description="smtp://user:password@host:port of the server that mail goes out by; smtps://"
        " where it is encrypted from the first byte.",
    )
    mail_sender: str = Field("", description="Address that mail comes from.")

    @field_validator(
        "allowed_hosts", "bot_logins", "github_webhook_secret", "checkpoint_mail", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return _comma_list(value)

    @field_validator("bot_logins")
    @classmethod
    def _fold_case(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(login.casefold() for login in value)

    @field_validator("staff", mode="before")
    @classmethod
    def _github_ids(cls, value: object) -> object:
        parts = _comma_list(value)
        # A login may be taken over by somebody else, so staff are named by number alone.
        if isinstance(value, str) and not all(part.isdecimal() for part in parts):  # type: ignore[attr-defined]
            raise ValueError("must be GitHub ids (numbers); for logins use `laurels staff grant`")
        return parts

    @field_validator(
        "token_vault_active_key_id",
        "token_ref_active_key_id",
        "api_active_key_id",
        "checkpoint_active_key_id",
    )
    @classmethod
    def _ring(cls, value: str, info: ValidationInfo) -> str:
        name = str(info.field_name).removesuffix("active_key_id") + "keys_json"
        if text := info.data.get(name, ""):
            try:
                read_ring(text, value)
            except RingFault as fault:
                raise ValueError(f"{variable(name)} {fault}") from None
        elif value:
            raise ValueError(f"is of use only beside {variable(name)}")
        return value

    @field_validator("github_web_url", "github_api_url")
    @classmethod
    def _base(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("must begin with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("checkpoint_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must begin with http:// or https:// and name a host")
        return value

    @field_validator("mail_server")
    @classmethod
    def _mail(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("must begin with smtp:// or smtps:// and name a host")
        _port_of(parts)
        return value

    @field_validator("mail_sender")
    @classmethod
    def _can_mail(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("checkpoint_mail") and not (value and info.data.get("mail_server")):
            raise ValueError(
                f"and {variable('mail_server')} are needed beside {variable('checkpoint_mail')}"
            )
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        path = value.expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise ValueError("is a file, not a folder")
        return path

    @field_validator("database_url", "database_direct_url")
    @classmethod
    def _postgresql(cls, value: str, info: ValidationInfo) -> str:
        if value and info.field_name == "database_direct_url" and not info.data.get("database_url"):
            raise ValueError("is of use only beside a valid LAURELS_DATABASE_URL")
        if value:
            _check_database_url(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str, info: ValidationInfo) -> str:
        if value and not info.data.get("database_url"):
            raise ValueError(
                "is of use only beside a valid LAURELS_DATABASE_URL: the embedded database has one"
                " process (remove it, or set both)"
            )
        if value:
            _check_redis_url(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must begin with http:// or https:// and name a host")
        if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
            raise ValueError("must be only scheme, host and port, such as https://laurels.example")
        _port_of(parts)
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < LEAST_CHARACTERS:
            raise ValueError(f"must have at least {LEAST_CHARACTERS} characters")
        return value

    @property
    def issuer(self) -> str:
        """Name of the awarding body on certificates."""
        return self.certificate_issuer or self.program_name

    @property
    def can_sign_in(self) -> bool:
        """Whether people can sign in with GitHub here."""
        return bool(self.github_client_id and self.github_client_secret)

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the SQLite file in the data folder."""
        return not self.database_url

    @property
    def is_distributed(self) -> bool:
        """Whether several processes serve and work, with Redis between them."""
        return bool(self.database_url and self.redis_url)

    @property
    def is_https(self) -> bool:
        """Whether people reach the pages encrypted."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that requests may carry."""
        if self.allowed_hosts:
            return self.allowed_hosts
        own = urlsplit(self.public_url).hostname or ""
        return tuple(dict.fromkeys((own, "localhost", "127.0.0.1", "[::1]")))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment alone: no file is picked up from the folder one stands in."""
        return (init_settings, env_settings, OldNames(settings_cls))


def _port_of(parts: Any) -> int | None:
    try:
        port: int | None = parts.port
    except ValueError:
        raise ValueError("has a port that is not a number from 0 to 65535") from None
    return port


def _check_database_url(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("must begin with postgresql:// (leave it empty for the embedded database)")
    if not parts.path.strip("/"):
        raise ValueError("must name a database, such as postgresql://user@host/laurels")
    _port_of(parts)


def _check_redis_url(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("must begin with redis:// or rediss:// and name a host")
    if not (parts.path in {"", "/"} or parts.path[1:].isdecimal()):
        raise ValueError("must end with the number of a database, such as redis://host:6379/0")
    _port_of(parts)


def variable(field: str) -> str:
    """Return the environment variable of a field."""
    return f"{PREFIX}{field.upper()}"


def unknown_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return LAURELS_ variables that no setting reads; those of the tests are left out."""
    known = {variable(name) for name in Settings.model_fields} | {f"{PREFIX}SHARED_DATA"}
    ours = (name for name in environ if name.startswith(PREFIX))
    return tuple(sorted(n for n in ours if n not in known and not n.startswith(f"{PREFIX}TEST_")))


def load() -> Settings:
    """Read the environment; raises `SettingsFaults` with every fault found."""
    try:
        return Settings()
    except ValidationError as error:
        faults = []
        for detail in error.errors():
            name = variable(str(detail["loc"][0])) if detail["loc"] else PREFIX
            faults.append((name, detail["msg"].removeprefix("Value error, ")))
        raise SettingsFaults(tuple(sorted(faults))) from None
