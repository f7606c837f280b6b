"""The settings of the server that tests visit: the site's own, but passwords take no second of
CPU to check. The tests themselves have the same hasher (tests/conftest.py)."""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
