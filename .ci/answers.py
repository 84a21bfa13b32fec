"""Exits 0 when the server at the given address answers: PostgreSQL by its maintenance database, Redis by a ping."""

import sys
from urllib.parse import urlsplit

import psycopg
import redis

url = sys.argv[1]
try:
    if url.startswith("postgres"):
        psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), connect_timeout=2).close()
    else:
        redis.Redis.from_url(url, socket_connect_timeout=2).ping()
except (psycopg.OperationalError, redis.RedisError):
    sys.exit(1)
