"""Ana holds two options; the offer is the published one, open from 25 June to 24 July 2003 in Los Angeles."""

from pathlib import Path

import pytest

from tests.support.company import Company


@pytest.fixture
def company(db: None, tmp_path: Path) -> Company:
    """Not open yet: a test may add people and options first."""
    company = Company(tmp_path)
    company.person("ana")
    company.grant("A1", "ana")
    company.grant("A2", "ana", shares_granted="500")
    return company
