"""The paths of Bitget's private streams."""

from collections.abc import Mapping

from simulator.bitget.streams.conversation import Conversation
from simulator.bitget.streams.feed import Feed
from simulator.bitget.streams.words import NEW, OLD_MIX, OLD_SPOT, Words
from simulator.conversation import Opener
from simulator.wire.connects import MOST_CONNECTS, at_most

PATHS = (("/bitget/v2/ws/private", NEW), ("/bitget/mix/v1/stream", OLD_MIX), ("/bitget/spot/v1/stream", OLD_SPOT))


def doors(feed: Feed) -> Mapping[str, Opener]:
    return {path: _door(feed, words) for path, words in PATHS}


def _door(feed: Feed, words: Words) -> Opener:
    return at_most(
        MOST_CONNECTS, feed.mix.shared.clock, feed.limits, lambda socket, _: Conversation(socket, feed, words)
    )
