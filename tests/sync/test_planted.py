"""A planted fault whose place has gone would test nothing. `make test-faults` takes minutes; this is seen at once."""

from pathlib import Path

import pytest

from tests.sync.planted import FAULTS, Fault

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_it_fits_the_code_exactly_once(fault: Fault) -> None:
    assert (ROOT / fault.path).read_text().count(fault.right) == 1
