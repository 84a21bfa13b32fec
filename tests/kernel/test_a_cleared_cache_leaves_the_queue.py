"""A test that clears its cache takes nothing from a test beside it, whose queue is in the same Redis."""

from collections.abc import Iterator

import pytest
from django.core.cache.backends.redis import RedisCache
from redis import Redis

from tests.support.broker import Broker
from tests.support.shared_redis import OwnKeysOnly

pytestmark = pytest.mark.once


@pytest.fixture
def redis(mortal_broker: Broker) -> Iterator[Redis]:
    """With a queue of a test beside this one."""
    with Redis.from_url(mortal_broker.url) as client:
        client.lpush("tests-beside:celery", "a task")
        yield client


def test_what_others_have_there_stays(mortal_broker: Broker, redis: Redis) -> None:
    own = OwnKeysOnly(mortal_broker.url, {"KEY_PREFIX": "tests"})
    other = OwnKeysOnly(mortal_broker.url, {"KEY_PREFIX": "tests-beside"})
    own.set("limit", 1)
    other.set("limit", 2)
    own.clear()
    assert (own.get("limit"), other.get("limit")) == (None, 2)
    assert redis.llen("tests-beside:celery") == 1


def test_cleared_as_django_does_it_nothing_would_stay(mortal_broker: Broker, redis: Redis) -> None:
    RedisCache(mortal_broker.url, {"KEY_PREFIX": "tests"}).clear()
    assert redis.llen("tests-beside:celery") == 0
