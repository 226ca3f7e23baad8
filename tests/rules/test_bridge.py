"""第十三条: from one day's ageing to another's."""

import pytest

from tests.rules.ledgers import BOUNDS, LABELS, account, bounced, credit, method, on, paid, ship
from xl_credit.rules.bridge import Movement, bridge, total

LAST_YEAR, THIS_YEAR = on(12, 31, 2025), on(12, 31)


def across(start, end, *lines, **how):
    found = bridge(account(*lines), start, method(end, **how), BOUNDS)
    assert found.opening + found.shipments - found.collections == found.closing
    for way in (*found.buckets, found.unapplied):
        assert way.opening + way.shipped - way.settled + way.moved_in - way.moved_out == way.closing
    return found


def moved(found):
    """Each bucket's movement that is not all 0, and what is unapplied."""
    ways = dict(zip((*LABELS, "未核销"), (*found.buckets, found.unapplied), strict=True))
    return {label: tuple(way) for label, way in ways.items() if any(way)}


class TestOneBucket:
    OLD = ship("S1", 100, on(1, 1), on(3, 1))

    def test_nothing_happens(self):
        found = across(on(1, 10), on(1, 20), self.OLD)
        assert found[:4] == (100, 0, 0, 100)
        assert moved(found) == {"未到期": (100, 0, 0, 0, 0, 100)}

    def test_time_alone_moves_it_on(self):
        assert moved(across(on(3, 1), on(3, 2), self.OLD)) == {"未到期": (100, 0, 0, 0, 100, 0), "1–30": (0, 0, 0, 100, 0, 100)}

    def test_money_settles_it_where_it_lay(self):
        found = across(on(3, 1), on(3, 2), self.OLD, paid(40, "S1", on(3, 2)))
        assert found[:4] == (100, 0, 40, 60)
        assert moved(found) == {"未到期": (100, 0, 40, 0, 60, 0), "1–30": (0, 0, 0, 60, 0, 60)}

    def test_paid_in_full_nothing_moves(self):
        assert moved(across(on(3, 1), on(3, 2), self.OLD, paid(100, "S1", on(3, 2)))) == {"未到期": (100, 0, 100, 0, 0, 0)}

    def test_a_new_shipment_stands_where_it_ends(self):
        assert moved(across(on(1, 10), on(3, 20), ship("S2", 70, on(1, 11), on(3, 1)))) == {"1–30": (0, 70, 0, 0, 0, 70)}

    def test_a_new_shipment_paid_in_part(self):
        found = across(on(1, 10), on(3, 20), ship("S2", 70, on(1, 11), on(3, 1)), paid(30, "S2", on(3, 20)))
        assert moved(found) == {"1–30": (0, 70, 30, 0, 0, 40)}

    def test_a_new_shipment_paid_in_full_never_was_overdue(self):
        found = across(on(1, 10), on(3, 20), ship("S2", 70, on(1, 11), on(3, 1)), paid(70, "S2", on(3, 20)))
        assert (found[:4], moved(found)) == ((0, 70, 70, 0), {"未到期": (0, 70, 70, 0, 0, 0)})

    def test_a_credit_note_is_part_of_the_shipments_and_settles(self):
        found = across(on(1, 10), on(1, 20), self.OLD, credit(30, "S1", on(1, 15)))
        assert (found[:4], moved(found)) == ((100, -30, 0, 70), {"未到期": (100, 0, 30, 0, 0, 70)})

    def test_a_bounced_collection_opens_it_again(self):
        found = across(on(2, 15), on(3, 2), self.OLD, paid(100, "S1", on(2, 1)), bounced(100, "S1", on(3, 1)))
        assert (found[:4], moved(found)) == ((0, 0, -100, 100), {"1–30": (0, 0, -100, 0, 0, 100)})

    def test_what_came_and_went_between_leaves_no_trace_but_in_nothing(self):
        found = across(on(1, 10), on(1, 20), self.OLD, paid(60, "S1", on(1, 12)), bounced(60, "S1", on(1, 18)))
        assert (found[:4], moved(found)) == ((100, 0, 0, 100), {"未到期": (100, 0, 0, 0, 0, 100)})

    def test_money_on_no_shipment_stands_apart(self):
        found = across(on(1, 10), on(1, 20), self.OLD, paid(60, "S9", on(1, 12)))
        assert (found[:4], moved(found)["未核销"], found.buckets[0]) == ((100, 0, 60, 40), (0, 0, 60, 0, 0, -60), Movement(100, 0, 0, 0, 0, 100))

    def test_money_put_on_its_shipment_later_moves_there(self):
        lines = self.OLD, paid(60, "S1", on(1, 5), on(1, 15))
        found = across(on(1, 10), on(1, 20), *lines, recognition="allocated")
        assert (found[:4], moved(found)) == ((40, 0, 0, 40), {"未到期": (100, 0, 60, 0, 0, 40), "未核销": (-60, 0, -60, 0, 0, 0)})

    @pytest.mark.parametrize(("start", "opening", "shipments"), [(on(12, 31, 2025), 0, 100), (on(1, 1), 100, 0), (on(1, 2), 100, 0)])
    def test_the_first_days_own_events_belong_to_the_opening(self, start, opening, shipments):
        assert across(start, on(1, 20), self.OLD)[:2] == (opening, shipments)

    @pytest.mark.parametrize(("end", "collections"), [(on(1, 19), 0), (on(1, 20), 60), (on(1, 21), 60)])
    def test_the_last_days_own_events_belong_to_it(self, end, collections):
        assert across(on(1, 10), end, self.OLD, paid(60, "S1", on(1, 20))).collections == collections

    def test_from_a_day_to_the_same_day_nothing_moves(self):
        found = across(on(1, 20), on(1, 20), self.OLD, paid(60, "S1", on(1, 20)))
        assert (found[:4], moved(found)) == ((40, 0, 0, 40), {"未到期": (40, 0, 0, 0, 0, 40)})


class TestYearEnd:
    LINES = [
        ship("S1", 1000, on(10, 1, 2025), on(12, 31, 2025)),
        ship("S2", 500, on(8, 1, 2025), on(11, 30, 2025)),
        ship("S3", 300, on(12, 31, 2025), on(1, 30)),
        paid(200, "S1", on(12, 31, 2025)),
        ship("S4", 700, on(1, 1), on(3, 1)),
        ship("S5", 900, on(12, 1), on(1, 15, 2027)),
        credit(50, "S2", on(2, 1)),
        paid(800, "S1", on(1, 1), number="R2"),
        paid(250, "S2", on(5, 1), number="R3"),
        paid(400, "S4", on(12, 31), number="R4"),
        paid(120, "", on(12, 31), number="R5"),
        ship("S6", 9999, on(1, 1, 2027)),
        paid(9999, "S5", on(1, 1, 2027), number="R6"),
    ]

    def test_opening_and_shipments_less_collections_are_closing(self):
        assert across(LAST_YEAR, THIS_YEAR, *self.LINES)[:4] == (1600, 1550, 1570, 1580)

    def test_every_bucket_by_itself(self):
        found = across(LAST_YEAR, THIS_YEAR, *self.LINES)
        assert moved(found) == {
            "未到期": (1100, 900, 800, 0, 300, 900),
            "31–60": (500, 0, 420, 0, 80, 0),
            ">180": (0, 700, 400, 380, 0, 680),
        }

    def test_years_join_without_a_gap(self):
        years = [on(12, 31, year) for year in (2024, 2025, 2026, 2027)]
        bridges = [across(start, end, *self.LINES) for start, end in zip(years, years[1:], strict=False)]
        for before, later in zip(bridges, bridges[1:], strict=False):
            assert before.closing == later.opening
            assert [way.closing for way in before.buckets] == [way.opening for way in later.buckets]
            assert before.unapplied.closing == later.unapplied.opening

    @pytest.mark.parametrize("basis", ["due", "shipment"])
    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    @pytest.mark.parametrize("recognition", ["received", "allocated"])
    def test_it_ties_in_every_mode(self, basis, allocation, recognition):
        how = {"basis": basis, "allocation": allocation, "recognition": recognition}
        assert across(LAST_YEAR, THIS_YEAR, *self.LINES, **how)[:4] == (1600, 1550, 1570, 1580)


class TestTotal:
    def test_all_customers_add_up_amount_by_amount(self):
        one = across(on(1, 10), on(3, 2), ship("S1", 100, due=on(3, 1)), paid(30, "S9", on(2, 1)))
        other = across(on(1, 10), on(3, 2), ship("S1", 7, due=on(3, 1)), ship("S2", 5, on(2, 1), on(5, 1)))
        whole = total([one, other], len(LABELS))
        assert whole[:4] == (107, 5, 30, 82)
        assert whole.buckets[:2] == (Movement(107, 5, 0, 0, 107, 5), Movement(0, 0, 0, 107, 0, 107))
        assert whole.unapplied == Movement(0, 0, 30, 0, 0, -30)

    def test_of_nobody_there_is_nothing_in_as_many_buckets(self):
        whole = total([], len(LABELS))
        assert whole == (0, 0, 0, 0, (Movement(0, 0, 0, 0, 0, 0),) * 6, Movement(0, 0, 0, 0, 0, 0))
