from local.foundry.faults import Fault, Faults, Match


def test_a_fault_is_met_as_often_as_ordered_and_by_what_matches_only() -> None:
    faults = Faults()
    faults.add(Fault(match=Match(path=r"/files$", method="post"), times=2, status=503))
    assert faults.meet("GET", "/openai/v1/files") is None
    assert faults.meet("POST", "/openai/v1/files/1") is None
    assert [faults.meet("POST", "/openai/v1/files") is None for _ in range(3)] == [False, False, True]
    assert faults.all()[0].met == 2


def test_the_oldest_that_matches_is_met_first() -> None:
    faults = Faults()
    faults.add(Fault(status=500))
    faults.add(Fault(status=501))
    met = [faults.meet("GET", "/") for _ in range(2)]
    assert [fault.status for fault in met if fault] == [500, 501]


def test_faults_can_be_lifted_one_or_all() -> None:
    faults = Faults()
    first = faults.add(Fault(status=500))
    faults.add(Fault(status=501))
    assert faults.remove(first.id) == 1
    assert faults.remove("fault-99") == 0
    assert faults.remove() == 1
    assert faults.all() == []
