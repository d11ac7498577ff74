"""Logging: structlog for our own lines and for Django's, as text or as JSON."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import structlog

from laurels.config.env import Settings


def logging_settings(settings: Settings) -> dict[str, Any]:
    """Return what `configure` takes: the level and whether lines are JSON."""
    return {"level": settings.log_level, "is_json": settings.log_format == "json"}


def _of_others(level: str) -> str:
    """Return the level for Django and the libraries: what they tell below a warning is noise."""
    return level if level == "ERROR" else "WARNING"


def without_refusals_tracebacks(record: logging.LogRecord) -> bool:
    """Keep the line of a request that was refused or led nowhere, and drop its traceback.

    Who asks for what is not there is no fault of ours; faults (500) keep theirs.
    """
    if record.levelno < logging.ERROR:
        record.exc_info = record.exc_text = None
    return True


def configure(settings: dict[str, Any]) -> None:
    """Send every log line to standard error in one shape; standard output stays the command's."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings["is_json"]
        else structlog.dev.ConsoleRenderer(
            # The richer formatter prints local variables, and with them logins and secrets.
            colors=False,
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if settings["is_json"]:
        last.append(structlog.processors.format_exc_info)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [*last, renderer],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": _of_others(settings["level"])},
            "filters": {"refusals": {"()": lambda: without_refusals_tracebacks}},
            "loggers": {
                "laurels": {"level": settings["level"]},
                "django": {"level": _of_others(settings["level"])},
                "django.request": {"filters": ["refusals"]},
                "django.security": {"filters": ["refusals"]},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
