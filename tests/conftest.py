"""The cast, the same in every test: an organiser, a facilitator, a moderator, a participant, and a
stranger, who has an account and no part in the discussion."""

from types import SimpleNamespace

import pytest

from .factory import make_discussion, make_member, make_user


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Tests need no collected, hashed files; the server that the browser tests start has them."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def discussion(db):
    return make_discussion("open-discussion", title="Connecting the last villages")


@pytest.fixture
def cast(discussion):
    return SimpleNamespace(
        organiser=make_member(discussion, "organiser", make_user("Amina Odhiambo")),
        facilitator=make_member(discussion, "facilitator", make_user("Karim Benali")),
        moderator=make_member(discussion, "moderator", make_user("Lucía Fernández")),
        participant=make_member(discussion, "participant", make_user("Ana Souza")),
        stranger=make_user("Jonas Berg"),
    )
