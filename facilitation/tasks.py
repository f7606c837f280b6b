"""What the worker does for facilitators."""

from django_tasks import task

from . import actions


@task(queue_name="slow")
def make_next_document():
    """Whichever is the next: the rows are what is to be done (actions/documents.py), so a task that
    runs twice, or for which nothing is left, does no harm."""
    actions.make_next_document()
