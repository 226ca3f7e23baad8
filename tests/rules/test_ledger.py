"""The ledger's records: customers kept apart, days cut, balances summed, amounts written."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.rules.ledgers import SHIPPED, account, after, bounced, credit, paid, ship
from xl_credit.rules.ledger import Account, accounts, balance_fen, cut, fen_of_wan, in_yuan, yuan

A, B = {"customer": "A"}, {"customer": "B"}
DAY = timedelta(days=1)


class TestAccounts:
    def test_every_customer_has_its_own_lines_in_the_order_of_the_codes(self):
        ship_b, ship_a, paid_a = ship("S1", **B), ship("S1", **A), paid(**A)
        assert accounts([ship_b, ship_a], [paid_a]) == [Account("A", [ship_a], [paid_a]), Account("B", [ship_b], ())]

    def test_a_customer_that_only_paid_has_an_account_too(self):
        (only,) = accounts([], [paid(30)])
        assert (list(only.shipments), balance_fen(only)) == ([], -30)

    def test_an_empty_ledger_has_no_accounts(self):
        assert accounts([], []) == []

    def test_lines_are_read_once_only(self):
        (one,) = accounts(iter([ship("S1"), ship("S2")]), iter([paid()]))
        assert (len(one.shipments), len(one.collections)) == (2, 1)


class TestCut:
    @pytest.mark.parametrize(("days", "kept"), [(-1, 0), (0, 1), (1, 1)])
    def test_a_shipment_is_known_from_its_day(self, days, kept):
        assert len(cut(account(ship()), after(SHIPPED, days)).shipments) == kept

    @pytest.mark.parametrize(("days", "kept"), [(-1, 0), (0, 1), (1, 1)])
    def test_a_collection_is_known_from_the_day_it_came_in_whenever_it_was_allocated(self, days, kept):
        late = paid(received=SHIPPED, allocated=SHIPPED + 9 * DAY)
        assert len(cut(account(late), after(SHIPPED, days)).collections) == kept

    def test_the_due_date_plays_no_part(self):
        assert len(cut(account(ship(due=SHIPPED - 5 * DAY)), SHIPPED - DAY).shipments) == 0

    def test_the_customer_stays(self):
        assert cut(account(ship(**A)), SHIPPED - DAY) == Account("A", [], [])


def test_the_balance_is_shipments_less_collections_with_their_signs():
    assert balance_fen(account(ship(fen=100), credit(30), paid(50), bounced(20))) == 100 - 30 - 50 + 20
    assert balance_fen(account()) == 0


@pytest.mark.parametrize(
    ("amount", "fen"), [(0, 0), (1, 1_000_000), (Decimal("0.000001"), 1), (Decimal("-0.5"), -500_000), (Decimal("50.000001"), 50_000_001)]
)
def test_10000_yuan_are_a_million_fen(amount, fen):
    assert fen_of_wan(amount) == fen


@pytest.mark.parametrize(
    ("fen", "written", "read"),
    [
        (0, "0", "0元"),
        (1, "0.01", "0.01元"),
        (-1, "-0.01", "-0.01元"),
        (10, "0.1", "0.1元"),
        (99, "0.99", "0.99元"),
        (100, "1", "1元"),
        (101, "1.01", "1.01元"),
        (-150, "-1.5", "-1.5元"),
        (99_999, "999.99", "999.99元"),
        (100_000, "1000", "1,000元"),
        (100_010, "1000.1", "1,000.1元"),
        (-123_456_789, "-1234567.89", "-1,234,567.89元"),
        (10**14, "1000000000000", "1,000,000,000,000元"),
    ],
)
def test_an_amount_is_written_exactly_and_without_idle_zeros(fen, written, read):
    assert (str(yuan(fen)), in_yuan(fen)) == (written, read)
