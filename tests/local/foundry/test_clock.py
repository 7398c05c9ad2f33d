from local.foundry.clock import Anchor, iso, resume


def test_the_first_start_begins_at_the_real_time() -> None:
    assert resume(None, real=1000.0, speed=600).at(1000.0) == 1000.0


def test_time_passes_at_the_given_speed() -> None:
    assert resume(None, real=1000.0, speed=600).at(1002.0) == 2200.0


def test_a_restart_goes_on_and_never_back() -> None:
    first = resume(None, real=1000.0, speed=600)
    again = resume(first, real=1010.0, speed=60)
    assert again == Anchor(real=1010.0, virtual=7000.0, speed=60)
    assert again.at(1011.0) == 7060.0


def test_moments_are_written_as_arm_writes_them() -> None:
    assert iso(0.5) == "1970-01-01T00:00:00.500000Z"
