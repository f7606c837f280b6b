"""One of several people who write to a discussion at once, each in a process of their own:

    python -m tests.concurrency.writer SLUG EMAIL COUNT LEDGER

They send the real forms through the whole application, until COUNT contributions were acknowledged
or, with COUNT 0, until the first refusal. Every tenth is sent again, as by a double click; some are
edited or withdrawn. What was acknowledged stands in the ledger, one JSON object a line, synced.
"""

import random
import sys
import time
import uuid
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 (models need the settings)
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from forum.models import Page  # noqa: E402
from tests.ledger import Ledger  # noqa: E402

SHARE_OF_REPLIES, SENT_AGAIN, EDITED, WITHDRAWN = 0.6, 0.1, 0.1, 0.05


class Writer:
    def __init__(self, client, slug, ledger, dice):
        self.client, self.ledger, self.dice = client, ledger, dice
        self.address = f"/discussions/{slug}/"
        self.acknowledged, self.highest = 0, 0
        self.rules = Page.objects.current("rules").pk

    def contribute(self, *, stir):
        """Send one form. With stir, some are sent again, edited or withdrawn. False: refused."""
        parent = None
        if self.highest and self.dice.random() < SHARE_OF_REPLIES:
            parent = self.dice.randint(1, self.highest)
        path = f"{self.address}{parent}/reply/" if parent else f"{self.address}contribute/"
        form = self.form()
        answer = self.client.post(path, form)
        if answer.status_code == 403:
            self.ledger.note("refused", body=form["body"], given_back=gives_back(answer, form))
            return False
        number = number_of(answer)
        self.acknowledged, self.highest = self.acknowledged + 1, max(self.highest, number)
        self.ledger.note("published", number=number, parent=parent, **form)
        if stir and self.dice.random() < SENT_AGAIN:
            again = number_of(self.client.post(path, form))
            assert again == number, f"#{number} was sent twice and became #{again} too"
        version = 1
        if stir and self.dice.random() < EDITED:
            changed = self.form()
            number_of(
                self.client.post(f"{self.address}{number}/edit/", changed | {"version": version})
            )
            self.ledger.note("edited", number=number, **changed)
            version = 2
        if stir and self.dice.random() < WITHDRAWN:
            number_of(self.client.post(f"{self.address}{number}/withdraw/", {"version": version}))
            self.ledger.note("withdrawn", number=number)
        return True

    def form(self):
        key = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        answers = self.dice.sample(["Q1", "Q2", "Q3"], self.dice.randint(0, 2))
        texts = {f"answer-{question}": f"{question} {key} – نعم" for question in answers}
        text = {"body": f"Text {key}  with “quotes” 🙂", "language": "en", "capacity": "personal"}
        return text | texts | {"submission_key": key, "terms": "on", "rules": self.rules}


def number_of(answer):
    assert answer.status_code == 302, (answer.status_code, answer.content[:2000])
    return int(answer["Location"].rstrip("/").rsplit("/", 1)[1])


def gives_back(answer, form):
    return form["submission_key"] in answer.content.decode()


def main(slug, email, count, ledger):
    # Pages name their style sheets; nothing collects them here.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email=email))
    writer = Writer(client, slug, Ledger(ledger), random.Random(email))  # noqa: S311 (dice)
    go = Path(ledger).parent / "go"
    print("ready", flush=True)
    while not go.exists():
        time.sleep(0.01)
    if count:
        while writer.acknowledged < count:
            writer.contribute(stir=True)
    else:
        while writer.contribute(stir=False):
            pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
