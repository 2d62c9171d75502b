"""What a worker or beat process needs: `celery -A celery_app worker|beat`."""

from __future__ import annotations

import gc
import logging
import os
import sys

from celery.signals import worker_ready

from mysignals import dispatch
from mysignals.dispatch import celery
from mysignals.settings import Settings, SettingsError

is_beat = "beat" in sys.argv
try:
    settings = Settings.from_environment(os.environ)
    if settings.ccxt_exchanges and not is_beat:
        from mysignals.other_exchanges import offer_other_exchanges

        offer_other_exchanges(settings)
except SettingsError as error:
    sys.exit(f"mysignals: {error}")

logging.getLogger("mysignals").setLevel(settings.log_level)
if settings.log_level != "DEBUG":
    # Two lines a task, every few seconds for ever, would bury what happened. Failures are still told.
    for chatty in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
if is_beat:
    from workers.beat_log import OneLine

    logging.getLogger("celery.beat").addFilter(OneLine())
dispatch.configure(settings.redis_url)
celery.conf.update(
    # Beat sends names, and is 60 MB lighter without what runs them. A worker that cannot import one of these ends
    # here; imported by a signal's handler it would go on, and throw away every task as unknown.
    include=[]
    if is_beat
    else [
        "workers.fan_out",
        "workers.trade",
        "workers.portfolio",
        "workers.upkeep",
        "workers.mail",
        "workers.payments",
    ],
    worker_hijack_root_logger=True,
    worker_redirect_stdouts=False,
    beat_schedule={
        "alive": {"task": "upkeep.alive", "schedule": 3.0, "options": {"expires": 3}},
        "counts": {"task": "upkeep.keep_counts", "schedule": 3.0, "options": {"expires": 3}},
        "sweep": {"task": "upkeep.sweep", "schedule": 5.0, "options": {"expires": 5}},
        "reconcile": {"task": "upkeep.reconcile", "schedule": 2.0, "options": {"expires": 2}},
        "follow": {"task": "upkeep.follow", "schedule": 5.0, "options": {"expires": 5}},
        "touched": {"task": "upkeep.follow_touched", "schedule": 5.0, "options": {"expires": 5}},
        "cancels": {"task": "trade.cancel_waiting", "schedule": 2.0, "options": {"expires": 2}},
        "closings": {"task": "fan_out.sweep_closings", "schedule": 2.0, "options": {"expires": 2}},
        "trades": {"task": "trade.warm", "schedule": 20.0, "options": {"expires": 20}},
        "checks": {"task": "upkeep.check_waiting", "schedule": 15.0, "options": {"expires": 15}},
        "clocks": {"task": "upkeep.warm", "schedule": 20.0, "options": {"expires": 20}},
        "rules": {"task": "upkeep.fetch_rules", "schedule": 600.0, "options": {"expires": 300}},
        "uses": {"task": "upkeep.store_uses", "schedule": 60.0, "options": {"expires": 60}},
        "answers": {"task": "upkeep.forget_answers", "schedule": 3600.0, "options": {"expires": 3600}},
        "fill_prices": {"task": "upkeep.ask_prices", "schedule": 20.0, "options": {"expires": 20}},
        "results": {"task": "upkeep.count_results", "schedule": 30.0, "options": {"expires": 30}},
        "audit": {"task": "upkeep.audit", "schedule": 60.0, "options": {"expires": 60}},
        **(
            {"payments": {"task": "payments.follow", "schedule": 3.0, "options": {"expires": 3}}}
            if settings.chain
            else {}
        ),
        "mail": {"task": "mail.sweep", "schedule": 60.0, "options": {"expires": 60}},
    },
)
app = celery


@worker_ready.connect
def _begin(**_: object) -> None:
    """A worker that starts looks for what the last one left, and for rules that nobody fetched yet."""
    # Thousands of conversations at once are all alive: looking through them for garbage again and again costs
    # a fifth of the processor and finds nothing. What is loaded by now stays for good.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    served = celery.amqp.queues.consume_from
    if "upkeep" in served:
        begun = ("alive", "keep_counts", "warm", "fetch_rules", "reconcile", "sweep")
        for task in begun:
            dispatch.send(f"upkeep.{task}")
    if "trade" in served:
        dispatch.send("trade.warm")
