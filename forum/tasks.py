"""What the worker does of discussions: ids in, fetch, call the action."""

from django.core.management import call_command
from django_tasks import task


@task(queue_name="slow")
def erase_expired():
    call_command("erase_expired")
