"""Long jobs report progress, rate and remaining time."""

import io

import pytest

from uads.core.progress import EtaReporter, as_duration


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def lines_after(steps, seconds_per_step, total=1000, done=0):
    """Return the lines printed for steps of ten items; the first step takes a minute longer."""
    clock, terminal = Clock(), io.StringIO()
    countdown = EtaReporter("Training s4", total, "clips", terminal, done, first=10, longest=60, clock=clock)
    clock.now += 60
    for _ in range(steps):
        clock.now += seconds_per_step
        countdown.count(10)
    return terminal.getvalue().splitlines()


def test_the_first_step_is_excluded_from_the_rate():
    assert lines_after(1, 1) == []
    assert lines_after(2, 1) == ["Training s4: 20 of 1,000 clips (2%), 10 clips/s, 1 min 38 s left"]


def test_work_of_an_earlier_run_does_not_affect_the_rate():
    assert lines_after(2, 1, done=900) == ["Training s4: 920 of 1,000 clips (92%), 10 clips/s, 8 s left"]


def test_lines_become_rarer_up_to_the_longest_pause():
    lines = lines_after(400, 1, total=4000)
    told = [int(line.split(": ")[1].split(" of")[0].replace(",", "")) for line in lines]
    assert told == [20, 220, 620, *range(1220, 4000, 600)]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.6, "1 min 0 s"), (3599, "59 min 59 s"), (5400, "1 h 30 min"), (200000, "2 d 7 h")],
)
def test_durations_have_their_two_largest_units(seconds, text):
    assert as_duration(seconds) == text
