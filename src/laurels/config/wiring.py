"""The one place that chooses implementations; the rest of the house sees protocols.

What is chosen lands on Django's settings, where doors and apps read it and tests replace it:
`settings.LAURELS_CLOCK` always, `settings.LAURELS_BELL` in a serving process,
`settings.LAURELS_FLEET` in the distributed mode (LAURELS_DATABASE_URL and LAURELS_REDIS_URL).
"""

from __future__ import annotations

import atexit
import random
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from laurels.adapters.keyring import Ring, kept_ring, read_ring
from laurels.adapters.system_clock import SystemClock
from laurels.config.faults import SettingsFaults
from laurels.kit.clock import Clock

if TYPE_CHECKING:
    import httpx2

    from laurels.adapters.checkpoint_places import Place
    from laurels.adapters.fleet import Fleet
    from laurels.adapters.github.client import GitHub, SharedState
    from laurels.adapters.github.user_tokens import UserTokens
    from laurels.adapters.hints import HintBell
    from laurels.adapters.signing.checkpoints import CheckpointKeys
    from laurels.adapters.throttle import Throttle
    from laurels.adapters.tokens import AccessTokens
    from laurels.adapters.vault import Vault
    from laurels.apps.jobs.bell import ThreadBell
    from laurels.config.env import Settings
    from laurels.domain.metrics import Known
    from laurels.hooks.answers import Application
    from laurels.hooks.door import Door

CERTIFICATE_PROVIDERS = ("local",)
_FLUSH_SECONDS = 1.0


def clock() -> Clock:
    """Return the clock that everything in this process tells the time by."""
    return SystemClock()


def bell(clock: Clock) -> ThreadBell:
    """Return the doorbell of a serving process; `serve` starts its workers and stops them."""
    from laurels.apps.jobs.bell import ThreadBell  # its models load after the settings

    return ThreadBell(clock=clock)


def inbox_bell(clock: Clock) -> ThreadBell:
    """Return the bell whose worker does what arrived at the webhook door, and nothing else.

    A thread of its own: a long job must not keep a delivery from being seen within a second.
    """
    from laurels.apps.intake.services.deliveries_work import inbox_step
    from laurels.apps.jobs.bell import ThreadBell

    return ThreadBell(clock=clock, step=inbox_step)


def fleet(settings: Settings) -> Fleet | None:
    """Return who works in the distributed mode; None in the embedded one."""
    if not settings.is_distributed:
        return None
    for module in ("celery", "redis"):
        if find_spec(module) is None:
            reason = "needs Celery and Redis' client: pip install 'laurels[distributed]'"
            raise SettingsFaults((("LAURELS_REDIS_URL", reason),))
    from laurels.adapters.fleet import Fleet

    return Fleet(settings.redis_url)


def hint_bell(
    settings: Settings,
    clock: Clock,
    fleet: Fleet,
    jobs: ThreadBell | None,
    inbox: ThreadBell | None,
) -> HintBell:
    """Return the bell that workers in other processes hear, and the threads of this one."""
    from laurels.adapters.hints import HintBell
    from laurels.apps.jobs.registry import queue_of

    @cache
    def send() -> Callable[[str, int], None]:
        from laurels.config.celery import celery_app, sender  # a moment that the first ring pays

        return sender(celery_app(settings, clock, fleet))

    here = None if jobs is None else jobs.ring
    here_inbox = None if inbox is None else inbox.ring
    bell = HintBell(lambda queue, job_id: send()(queue, job_id), queue_of, here, here_inbox)
    atexit.register(bell.flush, _FLUSH_SECONDS)
    return bell


def work(
    settings: Settings,
    clock: Clock,
    fleet: Fleet | None,
    *,
    queues: Sequence[str],
    processes: int,
    ready: Callable[[], None],
) -> int:
    """Be a worker of the distributed mode until told to end; return the exit code."""
    from laurels.config import celery

    assert fleet is not None  # the command asks the settings first
    app = celery.celery_app(settings, clock, fleet)
    return celery.work(app, fleet, queues, processes, ready)


def beat(
    settings: Settings, clock: Clock, fleet: Fleet | None, *, ready: Callable[[], None]
) -> int:
    """Be beat, which has workers look for what no hint told of; return the exit code."""
    from laurels.config import celery

    assert fleet is not None
    return celery.beat(celery.celery_app(settings, clock, fleet), ready)


def webhook_door(inside: Application, settings: Settings, clock: Clock) -> Door:
    """Return an ASGI application with the webhook door in front of it."""
    from laurels.apps.intake import bells
    from laurels.hooks.inbox import webhook_door

    secrets = settings.github_webhook_secret
    return webhook_door(inside, program_secrets=secrets, clock=clock, ring=bells.ring)


def ring(settings: Settings, name: str, *, make_new: bool = False) -> Ring:
    """Return the keys named `token_vault`, `token_ref` or `api`: as set, else from the folder.

    `make_new` adds a key to those of the folder, which seals from then on; what the operator set
    stays as set.
    """
    if text := getattr(settings, f"{name}_keys_json"):
        return read_ring(text, getattr(settings, f"{name}_active_key_id"))
    return kept_ring(settings.data_dir / "keys", name.replace("_", "-"), make_new=make_new)


def vault(settings: Settings) -> Vault:
    """Return the vault of tokens for GitHub; its keys are read, or made, at first use."""
    from laurels.adapters.vault import Vault  # ciphers cost a moment that few commands pay

    return Vault(lambda: ring(settings, "token_vault"))


def reference_vault(settings: Settings) -> Vault:
    """Return the vault of the tokens that jobs refer to."""
    from laurels.adapters.vault import Vault

    return Vault(lambda: ring(settings, "token_ref"))


def user_tokens(settings: Settings) -> UserTokens:
    """Return what refreshes the tokens of people whose App gives such as end after hours."""
    from laurels.adapters.github.user_tokens import UserTokens

    def http() -> httpx2.Client:
        from laurels.adapters.github.client import http_client

        return http_client(f"laurels ({settings.public_url})")

    return UserTokens(
        http,
        web_url=settings.github_web_url,
        client_id=settings.github_client_id,
        secret=settings.github_client_secret,
    )


def known_of(contributor_id: int) -> Known:
    """Return what is known of a person for metrics: what syncs have read."""
    from laurels.apps.intake.selectors_metrics import person_known

    return person_known(contributor_id)


def throttle(settings: Settings) -> Throttle:
    """Return what counts requests: in memory, or in Redis where several processes serve."""
    from laurels.adapters.throttle import MEMORY, Throttle

    return Throttle(settings.redis_url or MEMORY)


def access_tokens(settings: Settings) -> AccessTokens:
    """Return what makes and reads the access tokens of the API."""
    from laurels.adapters.tokens import AccessTokens

    place = settings.public_url
    return AccessTokens(lambda: ring(settings, "api"), issuer=place, audience=f"{place}/api/v1")


def checkpoint_keys(settings: Settings) -> CheckpointKeys:
    """Return what signs checkpoints of the ledger; its key is made at first use."""
    from laurels.adapters.signing.checkpoints import CheckpointKeys

    return CheckpointKeys(lambda: ring(settings, "checkpoint"), origin=settings.public_url)


def checkpoint_places(settings: Settings) -> tuple[Place, ...]:
    """Return where checkpoints go at once; none where the operator named no place."""
    from laurels.adapters.checkpoint_places import FilePlace, HttpPlace, MailPlace

    places: list[Place] = []
    if settings.checkpoint_file is not None:
        places.append(FilePlace(settings.checkpoint_file.expanduser().absolute()))
    if settings.checkpoint_url:
        places.append(HttpPlace(settings.checkpoint_url))
    if to := settings.checkpoint_mail:
        places.append(MailPlace(settings.mail_server, settings.mail_sender, to))
    return tuple(places)


def github_client(settings: Settings, clock: Clock) -> Callable[[], GitHub]:
    """Return what gives the one client of this process, made when it is first asked for."""

    @cache
    def made() -> GitHub:
        from laurels.adapters.github.client import Core, GitHub, Pool, Token, Tuning, http_client
        from laurels.adapters.github.client.app_auth import AppAuth, AppTokens
        from laurels.apps.intake.services.sync.outages import outage_note

        state = _shared_state(settings)
        tuning = Tuning(
            max_retries=settings.gh_max_retries,
            permits=settings.gh_concurrency_per_token,
            permit_seconds=settings.gh_semaphore_ttl_seconds,
            permit_wait_seconds=settings.gh_semaphore_acquire_timeout_seconds,
            backoff_base_seconds=settings.gh_backoff_base_seconds,
            backoff_cap_seconds=settings.gh_backoff_cap_seconds,
            cooldown_most_seconds=settings.gh_cooldown_max_wait_seconds,
            reserve=settings.gh_budget_reserve,
        )
        core = Core(
            http_client(f"laurels ({settings.public_url})"),
            state,
            clock,
            random.random,
            time.sleep,
            tuning,
            notice=outage_note,
        )
        pool = Pool(tuple(Token(value) for value in settings.github_tokens), state)
        if not settings.github_app_id or settings.github_app_key_file is None:
            return GitHub(core, pool, settings.github_api_url)
        key = settings.github_app_key_file.read_text(encoding="ascii")
        app = AppAuth(core, settings.github_app_id, key, settings.github_api_url)
        tokens = pool if pool.tokens else AppTokens(app)
        return GitHub(core, tokens, settings.github_api_url, app=app)

    return made


def _shared_state(settings: Settings) -> SharedState:
    """Choose where workers share what they know of tokens: Redis where there is one."""
    if url := settings.redis_url:
        from laurels.adapters.github.client.redis_state import connect

        return connect(url, settings.gh_redis_prefix)
    from laurels.apps.intake.services.sync.shared import DatabaseState

    return DatabaseState()
