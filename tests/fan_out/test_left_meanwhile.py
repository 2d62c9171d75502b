"""Who pauses or ends a following while a copy of it waits gets nothing new, and nobody gets what its provider has
ended: the claim looks at it once more.
"""

from __future__ import annotations

import pytest

from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import fan_out, followings, signals
from tests.fan_out.conftest import Scene

PAUSED = "You paused this following before the signal's turn came, so nothing was sent."
ENDED = "The following ended before the signal's turn came. Nothing was sent."


@pytest.mark.parametrize(("left", "told"), [("paused", PAUSED), ("ended", ENDED)])
def test_a_copy_that_waits_is_not_sent_behind_it(scene: Scene, left: str, told: str) -> None:
    _, ids = scene.signal()
    (mine, user_id, following_id), *others = scene.rows("SELECT id, user_id, following_id FROM deliveries ORDER BY id")
    owner = db.session.get_one(User, user_id)
    if left == "paused":
        followings.pause_all(owner)
    else:
        followings.unfollow(owner, following_id)
    fan_out.deliver(ids)
    found = scene.rows("SELECT state, message FROM deliveries WHERE id = :id", id=mine)
    assert [(state, told in message) for state, message in found] == [("skipped", True)]
    assert scene.entries([mine]) == [] and scene.states([row[0] for row in others]) == {"filled"}


def test_copies_that_wait_are_not_sent_behind_a_provider_who_ends_the_signal(scene: Scene) -> None:
    signal_id, ids = scene.signal()
    signals.deactivate(db.session.get_one(User, scene.people.provider_id), signal_id)
    fan_out.deliver(ids)
    found = scene.rows("SELECT DISTINCT state, reason, message FROM deliveries")
    assert [(state, reason, "ended the signal before its turn" in message) for state, reason, message in found] == [
        ("skipped", "ended", True)
    ]
    assert scene.entries(ids) == []
