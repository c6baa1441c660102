"""Time steps: growth, cuts, milestones; what the loop does with failures and hooks."""

from dataclasses import dataclass, field

import pytest
from lisic.solvers.loop import Loop
from lisic.solvers.newton import Outcome
from lisic.solvers.schedule import Schedule, Step
from lisic.solvers.stepping import Stepper, SteppingOptions

OPTIONS = SteppingOptions(
    initial_fraction=0.01, largest_fraction=0.1, smallest_fraction=1e-3, growth=1.5, cut=0.5
)


def walked(stepper, duration, iterations=3):
    """Increments to the end of a step in which nothing fails."""
    time, taken = 0.0, []
    while time < duration:
        dt = stepper.propose(duration - time)
        ends = time + dt >= duration * (1 - 1e-14)
        time = duration if ends else time + dt
        taken.append(dt)
        stepper.succeed(iterations)
    return taken


def test_increments_grow_to_the_largest_and_hit_the_end():
    taken = walked(Stepper.start(OPTIONS, 200.0), 200.0)
    # 2, 3, 4.5, ... s by 1.5 until a tenth of 200 s.
    assert taken[:6] == pytest.approx([2.0, 3.0, 4.5, 6.75, 10.125, 15.1875])
    assert max(taken) == pytest.approx(20.0)
    assert sum(taken) == pytest.approx(200.0, rel=1e-14)
    # No crumb is left at the end: the last two share what remains.
    assert taken[-1] == pytest.approx(taken[-2])
    assert taken[-1] > 10.0


def test_hard_increments_do_not_grow():
    taken = walked(Stepper.start(OPTIONS, 1.0), 1.0, iterations=OPTIONS.easy_iterations + 1)
    assert taken[:98] == pytest.approx([0.01] * 98)


def test_a_failure_cuts_and_cools_down():
    stepper = Stepper.start(OPTIONS, 1.0)
    assert stepper.fail(stepper.propose(1.0))
    taken = []
    for _ in range(4):
        taken.append(stepper.propose(1.0))
        stepper.succeed(1)
    # Two increments of the cut length, then growth again.
    assert taken == pytest.approx([0.005, 0.005, 0.005, 0.0075])


def test_it_gives_up_below_the_smallest_increment():
    stepper = Stepper.start(OPTIONS, 1.0)
    cuts = 0
    while stepper.fail(stepper.propose(1.0)):
        cuts += 1
    # 0.01 / 2^3 = 1.25e-3 is still allowed, 6.25e-4 is not.
    assert cuts == 3


def test_a_schedule_is_linear_between_its_times():
    schedule = Schedule((0.0, 10.0, 20.0), (0.0, 64.0, 0.0))
    assert [schedule(t) for t in (-1.0, 0.0, 2.5, 10.0, 15.0, 99.0)] == [0, 0, 16, 64, 32, 0]
    assert Schedule.constant(3.0)(1e9) == 3.0
    for times, values in (((), ()), ((0.0,), (1.0, 2.0))):
        with pytest.raises(ValueError, match="as many values as times"):
            Schedule(times, values)
    with pytest.raises(ValueError, match="must increase"):
        Schedule((0.0, 1.0, 1.0), (0.0, 1.0, 2.0))


@dataclass
class Bookkeeper:
    """Stands for the problem: converges where it is told to, and writes down what it is asked."""

    converges: object
    log: list = field(default_factory=list)

    def attempt(self, time, dt, step):
        good = self.converges(time, dt)
        self.log.append(("attempt", time, good))
        return Outcome(good, 4, (1.0,), "" if good else "too hard")

    def accept(self):
        self.log.append("accept")

    def restore(self):
        self.log.append("restore")

    def rest_state(self, step):
        self.log.append("rest")


@dataclass
class Witness:
    """A hook that stops the run at an increment."""

    stop_at: int = 10**9
    seen: list = field(default_factory=list)
    failures: list = field(default_factory=list)

    def accepted(self, problem, clock, increment):
        self.seen.append(increment)
        return increment.number >= self.stop_at

    def failed(self, clock, step, dt, outcome):
        self.failures.append((clock.time, dt))


STEPS = (Step("press", 0.0, 10.0, 293.15), Step("rest", 10.0, 5.0, 293.15))


def test_the_loop_ends_every_step_on_time():
    witness = Witness()
    loop = Loop(Bookkeeper(lambda time, dt: True), STEPS, OPTIONS, [witness])
    assert loop.run() == "done"
    ends = [one for one in witness.seen if one.ends_step]
    assert [(one.time, one.step.kind, one.ends_run) for one in ends] == [
        (10.0, "press", False),
        (15.0, "rest", True),
    ]
    assert loop.clock.time == 15.0
    assert loop.clock.accepted == len(witness.seen)
    assert loop.clock.iterations == 4 * len(witness.seen)
    assert (loop.clock.step, loop.clock.stepper) == (2, None)


def test_a_failed_increment_is_restored_cut_and_tried_again():
    problem = Bookkeeper(lambda time, dt: dt < 0.06)
    witness = Witness()
    loop = Loop(problem, STEPS, OPTIONS, [witness])
    assert loop.run() == "done"
    # 0.1 s fails, 0.05 s does not; after two of those 0.075 s fails again, and so on.
    assert problem.log[:5] == [
        ("attempt", 0.1, False),
        "restore",
        ("attempt", 0.05, True),
        "accept",
        ("attempt", 0.1, True),
    ]
    assert witness.failures[0] == (0.0, 0.1)
    assert loop.clock.cut == len(witness.failures) == problem.log.count("restore")
    assert loop.clock.cut > 10
    assert sum(one.cuts for one in witness.seen) == loop.clock.cut
    assert problem.log.count("accept") == loop.clock.accepted


def test_a_step_that_can_not_be_done_ends_the_run_at_the_last_accepted_state():
    problem = Bookkeeper(lambda time, dt: time < 4.0)
    witness = Witness()
    loop = Loop(problem, STEPS, OPTIONS, [witness])
    assert loop.run() == "failed"
    assert 3.9 < loop.clock.time < 4.0
    assert loop.clock.time == witness.seen[-1].time
    # Stresses in memory are those of the failed attempt until they are made anew.
    assert problem.log[-2:] == ["restore", "rest"]
    assert loop.clock.cut == len(witness.failures) > 0
    smallest = OPTIONS.smallest_fraction * 10.0
    assert smallest <= witness.failures[-1][1] < 2 * smallest


def test_a_hook_stops_the_run_and_another_loop_goes_on():
    first, second = Witness(stop_at=7), Witness()
    problem = Bookkeeper(lambda time, dt: True)
    loop = Loop(problem, STEPS, OPTIONS, [first])
    assert loop.run() == "stopped"
    assert len(first.seen) == 7
    whole = Witness()
    Loop(problem, STEPS, OPTIONS, [whole]).run()
    assert Loop(problem, STEPS, OPTIONS, [second], loop.clock).run() == "done"
    assert [one.time for one in first.seen + second.seen] == [one.time for one in whole.seen]
    assert Loop(problem, STEPS, OPTIONS, [second], loop.clock).run() == "done"  # nothing left
