"""The product's settings as the tests use them: production's behaviour, but plain HTTP and nothing slow.

A worker process that a test starts loads these too: what must differ from process to process is in the environment.
"""

import atexit
import os
import shutil
import tempfile

# One folder per run, handed down to the processes that tests start.
if "EXCHANGE_TEST_VAR" not in os.environ:
    os.environ["EXCHANGE_TEST_VAR"] = tempfile.mkdtemp(prefix="exchange-tests-")
    atexit.register(shutil.rmtree, os.environ["EXCHANGE_TEST_VAR"], ignore_errors=True)
os.environ |= {
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": "only-the-tests-use-this-key-0123456789-abcdefghijklmnop",
    "SCAN_KEY": "only-the-tests-keep-scans-under-this-key",
    "SECURE_SSL_REDIRECT": "0",
    **dict.fromkeys(("SEAL_PKCS12", "SEAL_CERTIFICATE", "SEAL_TIME_STAMP_URL"), ""),  # sealing has tests of its own
    "EXCHANGE_VAR": os.environ["EXCHANGE_TEST_VAR"],
}

from exchange.settings import *
from exchange.settings import CACHES, CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, STATIC_ROOT, STORAGES, VAR_DIR

SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

_default = DATABASES["default"]
_default["CONN_MAX_AGE"] = 0  # an idle connection would keep the test database from being removed
if _default["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server's threads and a worker process see the same rows.
    _default["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    _default["OPTIONS"]["timeout"] = 300  # two dozen at once, each in its turn, on a machine that does much else
    _default["OPTIONS"]["init_command"] = _default["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )

else:
    # What a test commits need not outlive a power cut: nobody waits for the disk.
    _default["OPTIONS"]["options"] = f"{_default['OPTIONS'].get('options', '')} -c synchronous_commit=off"

# A Redis given to the tests may have other users, another process of a suite run side by side (`-n 2`) among them.
PREFIX = f"exchange-tests-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
CACHES["default"]["KEY_PREFIX"] = PREFIX
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
    CACHES["default"]["BACKEND"] = "tests.support.shared_redis.OwnKeysOnly"
# A nudge that a busy machine made wait too long would leave its letter to a sweep, which nobody makes here.
CELERY_BROKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {
    "global_keyprefix": f"{PREFIX}:",
    "socket_connect_timeout": 60,
    "socket_timeout": 60,
}

MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the live server speaks plain HTTP
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(exist_ok=True)
