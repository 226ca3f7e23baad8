import pytest

from tests.policy.sample_book import SampleBook


@pytest.fixture
def book() -> SampleBook:
    return SampleBook()
