from collections.abc import Callable

import pytest

from tests.rules import customers
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import Customer


@pytest.fixture(scope="session")
def policy() -> Policy:
    return customers.POLICY


@pytest.fixture(scope="session")
def quarter() -> Quarter:
    return customers.QUARTER


@pytest.fixture(scope="session")
def customer() -> Callable[..., Customer]:
    return customers.customer
