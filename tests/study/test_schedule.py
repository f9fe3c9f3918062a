"""Jobs run as soon as those before them have ended and cores, GPUs and memory are free."""

import pytest

from uads.study.schedule import Outcome, Task, simulate


@pytest.mark.parametrize(("cores", "seconds"), [(1, 40), (2, 20), (3, 20), (4, 10), (100, 10)])
def test_independent_jobs_share_the_cores(cores, seconds):
    assert simulate([Task(10)] * 4, cores).seconds == seconds


def test_a_job_waits_for_those_before_it():
    chain = [Task(10), Task(5, after=(0,)), Task(1, after=(0, 1)), Task(3)]
    assert simulate(chain, cores=8).seconds == 16


@pytest.mark.parametrize(("gpus", "seconds"), [(1, 30), (2, 20), (3, 10)])
def test_jobs_for_a_gpu_wait_for_each_other_but_not_for_others(gpus, seconds):
    assert simulate([Task(10, in_turn=True)] * 3 + [Task(10)], cores=4, gpus=gpus).seconds == seconds


def test_a_job_gets_no_more_cores_than_there_are():
    assert simulate([Task(10, cores=16), Task(10)], cores=2).seconds == 20
    assert simulate([Task(10, cores=16), Task(10)], cores=17).seconds == 10


def test_memory_of_jobs_side_by_side_adds_up_and_can_be_limited():
    tasks = [Task(10, memory_mb=600)] * 4
    assert simulate(tasks, cores=4) == Outcome(10, 2400)
    assert simulate(tasks, cores=4, memory_mb=1300) == Outcome(20, 1200)
    assert simulate(tasks, cores=4, memory_mb=500) == Outcome(40, 500), "one at a time"


def test_no_job_takes_no_time():
    assert simulate([], cores=1) == Outcome(0, 0)
