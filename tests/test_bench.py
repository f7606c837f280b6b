"""The discussions that the benchmarks make are whole, whatever changes in the models."""

from django.test import Client

from bench import copies
from forum.models import Discussion


def test_a_copy_says_what_the_first_one_says(committed):
    first = copies.fill("bench", copies=2, contributions=30, frames=1, progress=iter)
    *others, frame = Discussion.objects.exclude(pk=first.pk).order_by("pk")
    assert [one.slug for one in others] == ["bench-1", "bench-2"]
    expected = said(first)
    assert len(expected) == 30
    for one in others:
        assert said(one) == expected
        assert one.log.count() == first.log.count()
        assert Client().get(one.get_absolute_url()).status_code == 200
    assert said(frame) == []
    assert frame.questions.count() == first.questions.count()


def said(discussion):
    found = discussion.contributions.for_display().order_by("number")
    return [
        (
            one.number,
            one.path,
            one.state,
            one.characters,
            one.public_byline.name,
            [answer.body_html for answer in one.answers_in_order],
        )
        for one in found
    ]
