import uuid

import pytest

from mail.actions import read_news
from mail.line import Line
from mail.sending import send_next
from tests.mail.server import MailServer


@pytest.fixture
def send_all():
    """Does what the worker does, until nothing is due; how often it went well."""

    def send_all(holder=None):
        while read_news():
            pass
        line, answers = Line(), []
        while (answer := send_next(holder or uuid.uuid4(), line)) is not None:
            answers.append(answer)
        line.close()
        return answers

    return send_all


@pytest.fixture
def server(settings):
    with MailServer() as server:
        settings.EMAIL_BACKEND = "mail.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 0.5
        yield server
        server.shutdown()
