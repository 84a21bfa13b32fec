"""Ana holds two options; the offer is the published one, open from 25 June to 24 July 2003 in Los Angeles."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.company import Company


@pytest.fixture
def terms() -> Mapping[str, str]:
    """Passages of the published terms to replace; a test may parametrise it."""
    return {}


@pytest.fixture
def company(db: None, tmp_path: Path, terms: Mapping[str, str]) -> Company:
    """Not open yet: a test may add people and options first."""
    company = Company(tmp_path, terms)
    company.person("ana")
    company.grant("A1", "ana")
    company.grant("A2", "ana", shares_granted="500")
    return company
