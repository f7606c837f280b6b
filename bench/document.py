"""Discussions of any size, the same every time: fifty people, trees of replies, five questions."""

import random
from datetime import UTC, datetime, timedelta

WORDS = ["village", "network", "school", "tower", "fibre", "women", "radio", "clinic", "market"]
WORDS += ["solar", "council", "river", "road", "price", "signal", "teacher", "budget", "of", "and"]
PEOPLE = 50
# Of ten contributions about so many are replies.
REPLIES_OF_TEN = 6


def text(dice, words):
    """Paragraphs of about sixty words."""
    sentences = [" ".join(dice.choices(WORDS, k=12)).capitalize() + "." for _ in range(words // 12)]
    return "\n\n".join(" ".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5))


def document(slug, size, *, longer=1):
    """An archive file as Python data, open at this moment, with so many contributions.

    longer: so many times as long are their texts
    """
    dice = random.Random(size)  # noqa: S311 - the same texts every time, no secret
    now = datetime.now(UTC).replace(microsecond=0)
    begin = now - timedelta(days=14)
    keys = [f"Q{number}" for number in range(1, 6)]
    contributions = []
    for number in range(1, size + 1):
        is_reply = number > 1 and dice.randrange(10) < REPLIES_OF_TEN
        contributions.append(
            {
                "number": number,
                "parent": dice.randrange(max(1, number - 40), number) if is_reply else None,
                "author": f"p{dice.randrange(PEOPLE)}",
                "published_at": (begin + timedelta(seconds=60 * number)).isoformat(),
                "language": dice.choice(["en", "fr", "es"]),
                "body": text(dice, longer * dice.choice([60, 120, 300])),
                "answers": [
                    {"question": key, "body": text(dice, longer * 60)}
                    for key in dice.sample(keys, dice.choice([0, 0, 1, 2]))
                ],
            }
        )
    return {
        "format": "indaba-discussion",
        "version": 1,
        "discussion": {
            "slug": slug,
            "title": f"A discussion with {size} contributions",
            "language": "en",
            "languages": ["en", "fr", "es"],
            "hosts": [{"name": "Institute for Rural Networks"}],
            "time_zone": "Africa/Nairobi",
            "opens_at": begin.isoformat(),
            "closes_at": (now + timedelta(days=14)).isoformat(),
            "welcome": text(dice, 60),
            "background": text(dice, 300),
            "question_groups": [
                {
                    "title": "Broad questions",
                    "questions": [{"key": key, "text": text(dice, 24)} for key in keys],
                }
            ],
        },
        "people": [
            {"id": f"p{n}", "name": f"Person {n}", "organisation": "Example", "country": "KE"}
            for n in range(PEOPLE)
        ],
        "memberships": [{"person": "p0", "role": "moderator", "title": "Programme Officer"}],
        "contributions": contributions,
    }
