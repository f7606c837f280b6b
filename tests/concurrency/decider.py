"""One of two people who act on the same contributions at once, in a process of their own:

    python -m tests.concurrency.decider EMAIL

Reads a line for each act from its input, such as {"act": "hide", "pk": 12, "version": 2}, and
answers with "won", or with "lost" where the other was quicker.
"""

import json
import sys
import uuid

import django

django.setup()

from accounts.models import User  # noqa: E402 (models need the settings)
from forum import actions  # noqa: E402
from forum.models import Contribution, Page  # noqa: E402
from moderation import actions as moderation  # noqa: E402
from moderation.correcting import Correction, correct  # noqa: E402

SPAM = {"reason": "spam"}


def below(number):
    """Moves it below that one."""

    def act(contribution, **values):
        chosen = Correction(contribution.language, contribution.capacity, parent=number)
        correct(contribution, correction=chosen, **values)

    return act


def reply(contribution, *, user, version):
    actions.contribute(
        discussion=contribution.discussion,
        user=user,
        text=actions.Text(body="A reply", language="en"),
        submission_key=uuid.uuid4(),
        parent=contribution,
        accepted=Page.objects.current("rules"),
        again=True,
    )


ACTS = {
    "publish": moderation.publish,
    "return": lambda contribution, **values: moderation.give_back(contribution, **values, **SPAM),
    "hide": lambda contribution, **values: moderation.hide(contribution, **values, **SPAM),
    "restore": moderation.restore,
    "withdraw": actions.withdraw,
    "reply": reply,
    "below_first": below(1),
    "below_second": below(2),
    "edit": lambda contribution, **values: actions.edit(
        contribution, text=actions.Text(body="Other words", language="en"), **values
    ),
}


def main(email):
    user = User.objects.get(email=email)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        contribution = Contribution.objects.select_related("discussion").get(pk=asked["pk"])
        try:
            ACTS[asked["act"]](contribution, user=user, version=asked["version"])
        except actions.Stale:
            print("lost", flush=True)
        else:
            print("won", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
