"""Tasks of processes that died go on, and those that failed are tried again, for a while."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from forum.models import ParkedForm
from forum.models.parking import KEPT_FOR
from forum.tasks import erase_expired
from worker.processes import plan_the_day
from worker.queue import KEPT, LEASE, MOST_RUNS, Queue, forget, recover

MINUTE = timedelta(minutes=1)
runs = []


@task(queue_name="slow")
def fail(times):
    runs.append(len(runs) + 1)
    if len(runs) <= times:
        raise ValueError("not yet")


def work(name="worker"):
    """A process of the queue that ends when there is nothing to do."""
    queue = Queue("slow", name)
    queue.batch, queue.interval = True, 0
    queue.run()


def row():
    return DBTaskResult.objects.get()


@pytest.fixture(autouse=True)
def no_runs(committed):
    runs.clear()


def test_a_task_that_has_failed_is_tried_again_after_a_growing_pause():
    fail.enqueue(times=2)
    pauses = []
    for _time in range(2):
        work()
        assert row().status == "FAILED"
        recover()
        assert row().status == "READY"
        pauses.append(row().run_after - timezone.now())
        DBTaskResult.objects.update(run_after=timezone.now())
    work()
    assert row().status == "SUCCESSFUL"
    assert runs == [1, 2, 3]
    assert pauses[1] > pauses[0] > timedelta(seconds=10)


def test_after_so_many_failures_it_stays_failed():
    fail.enqueue(times=100)
    for _time in range(MOST_RUNS + 2):
        work()
        recover()
        DBTaskResult.objects.update(run_after=timezone.now())
    assert row().status == "FAILED"
    assert len(runs) == MOST_RUNS
    assert "not yet" in row().traceback


def test_the_task_of_a_dead_process_goes_on_and_one_at_work_is_left_alone():
    fail.enqueue(times=0)
    row().claim("dead")
    recover()
    assert row().status == "RUNNING"
    DBTaskResult.objects.update(started_at=timezone.now() - LEASE - MINUTE)
    recover()
    assert row().status == "READY"
    work("another")
    assert row().status == "SUCCESSFUL"
    assert row().worker_ids == ["dead", "another"]


def test_a_task_that_kills_its_process_each_time_is_given_up():
    fail.enqueue(times=0)
    DBTaskResult.objects.update(
        status="RUNNING",
        started_at=timezone.now() - LEASE - MINUTE,
        worker_ids=["dead"] * MOST_RUNS,
    )
    recover()
    assert row().status == "FAILED"
    recover()
    assert row().status == "FAILED"


def test_a_process_renews_what_it_works_at_and_nothing_else():
    fail.enqueue(times=0)
    long_ago = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.update(status="RUNNING", started_at=long_ago)
    queue = Queue("slow", "worker")
    queue.renew()
    assert row().started_at == long_ago
    queue.current = row().pk
    queue.renew()
    assert row().started_at > long_ago


def test_what_has_expired_is_erased_once_a_day():
    ParkedForm.objects.create(path="/x/", parked_at=timezone.now() - KEPT_FOR - MINUTE)
    for _time in range(2):
        plan_the_day()
    assert row().task_path == erase_expired.module_path
    work()
    assert row().status == "SUCCESSFUL"
    assert not ParkedForm.objects.exists()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(days=1, minutes=1))
    plan_the_day()
    assert DBTaskResult.objects.count() == 2


def test_what_was_done_long_ago_is_forgotten():
    for _time in range(3):
        fail.enqueue(times=0)
    old, running, _new = DBTaskResult.objects.order_by("enqueued_at")
    work()
    long_ago = timezone.now() - KEPT - MINUTE
    DBTaskResult.objects.filter(pk__in=[old.pk, running.pk]).update(finished_at=long_ago)
    DBTaskResult.objects.filter(pk=running.pk).update(status="RUNNING", finished_at=None)
    forget()
    assert DBTaskResult.objects.count() == 2
    assert not DBTaskResult.objects.filter(pk=old.pk).exists()
