"""第四条, 第十三条: what is open on a day, how old it is, and what has not been put on anything."""

import pytest

from tests.rules.ledgers import (
    BOUNDS,
    DUE,
    SHIPPED,
    account,
    after,
    aged,
    bounced,
    credit,
    method,
    on,
    open_items,
    paid,
    sheet,
    ship,
)
from xl_credit.rules.ageing import Allocation, Basis, Method, Recognition, age, age_all, bucket_labels
from xl_credit.rules.ledger import accounts, balance_fen

FIFO, ALLOCATED, BY_SHIPMENT = {"allocation": "fifo"}, {"recognition": "allocated"}, {"basis": "shipment"}
AROUND_EVERY_BOUND = [
    (-30, "未到期"), (-1, "未到期"), (0, "未到期"), (1, "1–30"), (2, "1–30"),
    (29, "1–30"), (30, "1–30"), (31, "31–60"),
    (59, "31–60"), (60, "31–60"), (61, "61–90"),
    (89, "61–90"), (90, "61–90"), (91, "91–180"),
    (179, "91–180"), (180, "91–180"), (181, ">180"), (2000, ">180"),
]  # fmt: skip


class TestBuckets:
    @pytest.mark.parametrize(("days", "bucket"), AROUND_EVERY_BOUND)
    def test_an_upper_bound_belongs_to_its_bucket_and_due_today_is_not_overdue(self, days, bucket):
        assert sheet(account(ship()), after(DUE, days)) == {bucket: 100}

    @pytest.mark.parametrize(("days", "bucket"), [case for case in AROUND_EVERY_BOUND if case[0] >= 0])
    def test_by_shipment_the_days_count_from_the_shipment(self, days, bucket):
        assert sheet(account(ship()), after(SHIPPED, days), **BY_SHIPMENT) == {bucket: 100}

    def test_the_bounds_are_policy(self):
        lines = account(ship("S1", 1, due=on(6, 30)), ship("S2", 2, due=on(6, 20)), ship("S3", 4, due=on(6, 19)))
        assert age(lines, method(on(6, 30)), (10,)).buckets == (1, 2, 4)
        assert bucket_labels((10,)) == ("未到期", "1–10", ">10")
        assert bucket_labels(BOUNDS) == ("未到期", "1–30", "31–60", "61–90", "91–180", ">180")

    def test_every_line_lies_in_its_own_bucket(self):
        lines = account(ship("S1", 1, due=on(6, 30)), ship("S2", 2, due=on(6, 1)), ship("S3", 4, due=on(5, 1)), ship("S4", 8, due=on(1, 1)))
        assert sheet(lines, on(6, 30)) == {"未到期": 1, "1–30": 2, "31–60": 4, "91–180": 8}

    def test_the_sums_and_the_items_of_an_ageing(self):
        ageing = aged(account(ship("S2", 70, due=on(6, 1)), ship("S1", 30, due=on(7, 1)), paid(10)), on(6, 30))
        assert (ageing.customer, ageing.open_fen, ageing.overdue_fen, ageing.oldest_days) == ("K1", 90, 60, 29)
        assert [(item.shipment.number, item.fen, item.days, item.bucket) for item in ageing.items] == [("S2", 60, 29, 1), ("S1", 30, -1, 0)]

    def test_nothing_open_is_no_days_old(self):
        assert aged(account(), on(6, 30)).oldest_days == 0
        assert aged(account(paid(40)), on(6, 30)) == ("K1", (0, 0, 0, 0, 0, 0), -40, -40, ())

    def test_a_line_over_nothing_is_no_item(self):
        assert aged(account(ship(fen=0), paid(0)), on(6, 30)).items == ()


class TestAsOf:
    @pytest.mark.parametrize(("days", "found"), [(-1, {}), (0, {"未到期": 100}), (1, {"未到期": 100})])
    def test_a_shipment_counts_from_its_day(self, days, found):
        assert sheet(account(ship()), after(SHIPPED, days)) == found

    @pytest.mark.parametrize(("days", "found"), [(-1, {"未到期": 100}), (0, {"未到期": 100}), (1, {"1–30": 100})])
    def test_it_is_overdue_from_the_day_after_its_due_date(self, days, found):
        assert sheet(account(ship()), after(DUE, days)) == found

    @pytest.mark.parametrize("settles", ["S1", ""])
    @pytest.mark.parametrize(("days", "found"), [(-1, {"1–30": 100}), (0, {"1–30": 40}), (1, {"1–30": 40})])
    def test_a_collection_counts_from_the_day_it_came_in(self, days, found, settles):
        assert sheet(account(ship(), paid(60, settles, on(2, 10))), after(on(2, 10), days)) == found

    @pytest.mark.parametrize("settles", ["S1", ""])
    @pytest.mark.parametrize(
        ("day", "found"),
        [
            (on(2, 9), {"1–30": 100}),
            (on(2, 10), {"1–30": 100, "未核销": -60}),
            (on(2, 11), {"1–30": 100, "未核销": -60}),
            (on(2, 19), {"1–30": 100, "未核销": -60}),
            (on(2, 20), {"1–30": 40}),
            (on(2, 21), {"1–30": 40}),
        ],
    )
    def test_by_allocation_it_stays_unapplied_until_the_day_it_was_allocated(self, day, found, settles):
        assert sheet(account(ship(), paid(60, settles, on(2, 10), on(2, 20))), day, **ALLOCATED) == found

    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    def test_by_receipt_the_day_of_allocation_plays_no_part(self, allocation):
        lines = account(ship(), paid(60, "S1", on(2, 10), on(2, 20)))
        assert sheet(lines, on(2, 10), allocation=allocation) == {"1–30": 40}

    def test_by_allocation_holds_under_fifo_too(self):
        lines = account(ship(), paid(60, "S1", on(2, 10), on(2, 20)))
        assert sheet(lines, on(2, 19), **FIFO, **ALLOCATED) == {"1–30": 100, "未核销": -60}
        assert sheet(lines, on(2, 20), **FIFO, **ALLOCATED) == {"1–30": 40}

    @pytest.mark.parametrize(("days", "found"), [(-1, {"1–30": 100}), (0, {"1–30": 70}), (1, {"1–30": 70})])
    def test_a_credit_note_counts_from_its_day(self, days, found):
        assert sheet(account(ship(), credit(30, "S1", on(2, 10))), after(on(2, 10), days)) == found

    def test_a_past_day_is_aged_as_if_nothing_had_come_since(self):
        lines = account(ship(), ship("S2", 50, on(3, 1)), paid(60, "S1", on(2, 10)), bounced(60, "S1", on(2, 20)), credit(10, "S1", on(3, 5)))
        days = [on(1, 31), on(2, 10), on(2, 20), on(3, 1), on(3, 5)]
        assert [sheet(lines, day) for day in days] == [
            {"未到期": 100}, {"1–30": 40}, {"1–30": 100}, {"未到期": 50, "1–30": 100}, {"未到期": 50, "31–60": 90},
        ]  # fmt: skip

    def test_before_the_first_entry_there_is_nothing(self):
        assert sheet(account(ship(), paid()), on(1, 1, 2020)) == {}


class TestMatched:
    def test_a_collection_settles_the_shipment_it_names_though_another_is_due_first(self):
        lines = account(ship("S1", due=on(2, 1)), ship("S2", due=on(1, 15)), paid(60, "S1"))
        assert open_items(lines, on(1, 1)) == {"S2": 100, "S1": 40}

    def test_what_it_pays_too_much_stays_unapplied_and_touches_no_other_shipment(self):
        lines = account(ship("S1"), ship("S2"), paid(130, "S1"))
        assert open_items(lines, on(1, 1)) == {"S2": 100}
        assert sheet(lines, on(1, 1)) == {"未到期": 100, "未核销": -30}

    @pytest.mark.parametrize(("fen", "left", "unapplied"), [(99, {"S1": 1}, 0), (100, {}, 0), (101, {}, -1)])
    def test_paid_in_part_in_full_and_beyond(self, fen, left, unapplied):
        lines = account(ship("S1"), paid(fen, "S1"))
        assert (open_items(lines, on(1, 1)), aged(lines, on(1, 1)).unapplied) == (left, unapplied)

    def test_for_a_shipment_that_is_not_there_it_stays_unapplied(self):
        assert sheet(account(ship("S1"), paid(60, "S9")), on(1, 1)) == {"未到期": 100, "未核销": -60}

    @pytest.mark.parametrize(
        ("days", "found"), [(-1, {"未到期": 50, "未核销": -60}), (0, {"未到期": 50 + 40}), (1, {"未到期": 50 + 40})]
    )
    def test_paid_in_advance_it_waits_for_its_shipment(self, days, found):
        lines = account(ship("S1", 50, on(3, 1)), ship("S2", 100, on(3, 10)), paid(60, "S2", on(3, 1)))
        assert sheet(lines, after(on(3, 10), days)) == found

    def test_several_collections_of_one_shipment_add_up(self):
        assert open_items(account(ship(), paid(30, "S1", number="R1"), paid(50, "S1", number="R2")), on(1, 1)) == {"S1": 20}

    def test_one_receipt_split_over_several_shipments(self):
        lines = account(ship("S1"), ship("S2"), ship("S3"), paid(100, "S1"), paid(40, "S3"))
        assert open_items(lines, on(1, 1)) == {"S2": 100, "S3": 60}

    def test_what_names_none_settles_the_oldest_due_first_not_the_oldest_shipped(self):
        lines = account(ship("S1", shipped=on(1, 1), due=on(3, 1)), ship("S2", shipped=on(1, 20), due=on(2, 1)), paid(130, received=on(1, 25)))
        assert open_items(lines, on(1, 25)) == {"S1": 70}

    def test_what_names_none_comes_after_what_names_one(self):
        lines = account(ship("S1", due=on(2, 1)), ship("S2", due=on(3, 1)), paid(100, "S1", number="R1"), paid(30, number="R2"))
        assert open_items(lines, on(1, 1)) == {"S2": 70}

    def test_what_names_none_and_finds_nothing_is_unapplied(self):
        assert sheet(account(ship(), paid(130)), on(1, 1)) == {"未核销": -30}

    def test_of_equal_due_dates_the_smaller_number_comes_first(self):
        assert open_items(account(ship("S2"), ship("S10"), ship("S1"), paid(150)), on(1, 1)) == {"S10": 50, "S2": 100}


class TestFifo:
    def test_a_collection_settles_what_is_due_first_whatever_it_names(self):
        lines = account(ship("S1", due=on(3, 1)), ship("S2", due=on(2, 1)), paid(130, "S1"))
        assert open_items(lines, on(1, 1), **FIFO) == {"S1": 70}

    def test_of_equal_due_dates_the_smaller_number_comes_first(self):
        assert open_items(account(ship("S2"), ship("S1"), paid(60, "S2")), on(1, 1), **FIFO) == {"S1": 40, "S2": 100}

    def test_what_names_a_shipment_that_is_not_there_settles_too(self):
        assert sheet(account(ship("S1"), paid(60, "S9")), on(1, 1), **FIFO) == {"未到期": 40}

    def test_only_what_exceeds_everything_is_unapplied(self):
        assert sheet(account(ship("S1"), ship("S2"), paid(130, "S1"), paid(100, "S1")), on(1, 1), **FIFO) == {"未核销": -30}

    def test_it_never_settles_what_is_not_shipped_yet(self):
        lines = account(ship("S1", shipped=on(1, 10), due=on(1, 12)), ship("S2", shipped=on(1, 1), due=on(2, 1)), paid(60))
        assert open_items(lines, on(1, 9), **FIFO) == {"S2": 40}
        assert open_items(lines, on(1, 10), **FIFO) == {"S1": 40, "S2": 100}

    def test_a_credit_note_still_reduces_what_it_names(self):
        lines = account(ship("S1", due=on(2, 1)), ship("S2", due=on(3, 1)), credit(40, "S2"))
        assert open_items(lines, on(1, 1), **FIFO) == {"S1": 100, "S2": 60}

    def test_with_a_credit_note_and_money_each_goes_its_own_way(self):
        lines = account(ship("S1", due=on(2, 1)), ship("S2", due=on(3, 1)), credit(40, "S2"), paid(130, "S2"))
        assert open_items(lines, on(1, 1), **FIFO) == {"S2": 30}

    def test_bounced_money_opens_the_last_settled_again(self):
        lines = account(ship("S1", due=on(2, 1)), ship("S2", due=on(3, 1)), paid(130, "S1"), bounced(40, "S1"))
        assert open_items(lines, on(1, 1), **FIFO) == {"S1": 10, "S2": 100}

    def test_bounced_beyond_all_that_came_is_owed_but_on_no_shipment(self):
        assert sheet(account(ship(), paid(40), bounced(60)), on(1, 1), **FIFO) == {"未到期": 100, "未核销": 20}


class TestCreditNotes:
    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    @pytest.mark.parametrize(("fen", "found"), [(99, {"未到期": 101}), (100, {"未到期": 100}), (101, {"未到期": 100, "未核销": -1})])
    def test_it_reduces_what_it_names_and_nothing_else(self, fen, found, allocation):
        lines = account(ship("S1", due=on(1, 15)), ship("S2", due=on(2, 15)), credit(fen, "S2"))
        assert sheet(lines, on(1, 1), allocation=allocation) == found

    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    def test_without_a_name_it_reduces_what_is_due_first(self, allocation):
        lines = account(ship("S1", due=on(2, 15)), ship("S2", due=on(1, 15)), credit(130))
        assert open_items(lines, on(1, 1), allocation=allocation) == {"S1": 70}

    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    def test_for_a_shipment_that_is_not_there_yet_it_waits(self, allocation):
        lines = account(ship("S1"), ship("S2", shipped=on(2, 1)), credit(30, "S2", on(1, 20)))
        assert sheet(lines, on(1, 31), allocation=allocation) == {"未到期": 100, "未核销": -30}
        assert sheet(lines, on(2, 1), allocation=allocation) == {"1–30": 100, "未到期": 70}

    def test_after_the_shipment_was_paid_in_full_it_is_unapplied(self):
        assert sheet(account(ship("S1"), ship("S2"), paid(100, "S1"), credit(30, "S1")), on(1, 1)) == {"未到期": 100, "未核销": -30}

    def test_what_names_the_credit_note_itself_settles_nothing(self):
        assert sheet(account(ship(), credit(30, "S1"), paid(20, "C1")), on(1, 1)) == {"未到期": 70, "未核销": -20}

    def test_a_credit_note_is_never_an_item(self):
        assert aged(account(credit(30, "S1")), on(1, 1)) == ("K1", (0, 0, 0, 0, 0, 0), -30, -30, ())


class TestBounced:
    """S1 of 1 January, due 31 January; paid 10 February, back 1 March: open again as old as it had been."""

    def over_time(self, *lines, **how):
        return [sheet(account(ship(), *lines), day, **how) for day in (on(2, 9), on(2, 10), on(2, 28), on(3, 1), on(3, 2), on(3, 3))]

    AS_OLD_AS_EVER = [{"1–30": 100}, {}, {}, {"1–30": 100}, {"1–30": 100}, {"31–60": 100}]

    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    @pytest.mark.parametrize(
        ("came", "went"),
        [
            (paid(100, "S1", on(2, 10)), bounced(100, "S1", on(3, 1))),
            (paid(100, "S1", on(2, 10)), bounced(100, "S1", on(3, 1), number="R1")),
            (paid(100, "S1", on(2, 10)), bounced(100, "", on(3, 1), number="R1")),
            (paid(100, "", on(2, 10)), bounced(100, "", on(3, 1), number="R1")),
            (paid(100, "", on(2, 10)), bounced(100, "", on(3, 1), number="")),
            (paid(100, "", on(2, 10)), bounced(100, "", on(3, 1), number="B1")),
            (paid(100, "", on(2, 10)), bounced(100, "S1", on(3, 1))),
        ],
        ids=["named", "named and numbered", "numbered", "unnamed, numbered", "unnamed", "unnamed, another number", "named only now"],
    )
    def test_the_shipment_is_as_old_again_as_it_had_been(self, came, went, allocation):
        assert self.over_time(came, went, allocation=allocation) == self.AS_OLD_AS_EVER

    def test_in_part_it_opens_that_part(self):
        assert self.over_time(paid(100, "S1", on(2, 10)), bounced(30, "", on(3, 1), "R1"))[3:] == [{"1–30": 30}, {"1–30": 30}, {"31–60": 30}]

    def test_paid_again_it_is_settled_again(self):
        lines = [paid(100, "S1", on(2, 10)), bounced(100, "S1", on(3, 1)), paid(100, "S1", on(3, 2), number="R2")]
        assert self.over_time(*lines) == [{"1–30": 100}, {}, {}, {"1–30": 100}, {}, {}]

    def test_of_a_receipt_that_paid_too_much_the_rest_goes_as_well(self):
        assert self.over_time(paid(130, "S1", on(2, 10)), bounced(130, "S1", on(3, 1)))[1:4] == [{"未核销": -30}, {"未核销": -30}, {"1–30": 100}]

    SPLIT = [ship("S1"), ship("S2"), ship("S3"), paid(100, "S1"), paid(80, "S2"), paid(100, "S3", number="R2")]

    @pytest.mark.parametrize(
        ("fen", "left"),
        [
            (79, {"S2": 99}),
            (80, {"S2": 100}),
            (81, {"S1": 1, "S2": 100}),
            (180, {"S1": 100, "S2": 100}),
        ],
    )
    def test_of_a_split_receipt_the_last_numbered_shipment_is_opened_first(self, fen, left):
        unpaid = {"S2": 20} if "S2" not in left else {}
        assert open_items(account(*self.SPLIT, bounced(fen, "", number="R1")), on(1, 1)) == left | unpaid

    def test_of_a_split_receipt_the_unnamed_part_goes_last(self):
        lines = [ship("S1", due=on(2, 1)), ship("S2", due=on(3, 1)), paid(60, "S2"), paid(100, "")]
        assert open_items(account(*lines, bounced(60, "", number="R1")), on(1, 1)) == {"S2": 100}
        assert open_items(account(*lines, bounced(160, "", number="R1")), on(1, 1)) == {"S1": 100, "S2": 100}

    def test_named_it_opens_that_shipment_of_the_split_receipt(self):
        assert open_items(account(*self.SPLIT, bounced(100, "S1", number="R1")), on(1, 1)) == {"S1": 100, "S2": 20}

    def test_what_a_named_part_has_taken_back_is_not_taken_back_twice(self):
        lines = account(*self.SPLIT, bounced(80, "S2", number="R1"), bounced(100, "", number="R1"))
        assert open_items(lines, on(1, 1)) == {"S1": 100, "S2": 100}

    def test_in_several_parts_it_adds_up(self):
        lines = account(*self.SPLIT, bounced(50, "", number="R1"), bounced(50, "", number="R1"))
        assert open_items(lines, on(1, 1)) == {"S1": 20, "S2": 100}

    def test_another_receipt_on_the_same_shipment_stays(self):
        lines = account(ship(), paid(60, "S1", number="R1"), paid(40, "S1", number="R2"), bounced(60, "", number="R1"))
        assert open_items(lines, on(1, 1)) == {"S1": 60}

    def test_of_an_unnamed_receipt_other_unnamed_money_settles_the_oldest(self):
        lines = account(ship("S1", due=on(2, 1)), ship("S2", due=on(3, 1)), paid(100, number="R1"), paid(100, number="R2"), bounced(100, "", number="R1"))
        assert open_items(lines, on(1, 1)) == {"S2": 100}

    def test_more_than_had_come_is_owed_but_on_no_shipment(self):
        assert sheet(account(ship(), paid(60, "S1"), bounced(90, "", number="R1")), on(1, 1)) == {"未到期": 100, "未核销": 30}

    def test_what_undoes_nothing_known_is_owed_but_on_no_shipment(self):
        assert sheet(account(ship(), bounced(40, "S1")), on(1, 1)) == {"未到期": 100, "未核销": 40}
        assert sheet(account(bounced(40, "", number="")), on(1, 1)) == {"未核销": 40}

    def test_by_allocation_it_counts_from_the_day_of_its_own_allocation(self):
        lines = account(ship(), paid(100, "S1", on(2, 10)), bounced(100, "", on(3, 1), "R1", allocated=on(3, 5)))
        assert [sheet(lines, day, **ALLOCATED) for day in (on(2, 28), on(3, 1), on(3, 4), on(3, 5))] == [
            {}, {"未核销": 100}, {"未核销": 100}, {"31–60": 100},
        ]  # fmt: skip

    @pytest.mark.parametrize("went", [bounced(50, "", on(2, 5), "R1"), bounced(50, "S2", on(2, 5))], ids=["numbered", "named"])
    def test_by_allocation_a_receipt_that_bounced_before_it_was_allocated_takes_no_other_money_along(self, went):
        others = [ship("S1"), ship("S2", 50), paid(100, "", on(2, 1), number="R2")]
        lines = account(*others, paid(50, "S2", on(2, 1), on(3, 1)), went)
        assert sheet(lines, on(2, 5), **ALLOCATED) == {"1–30": 50}
        assert sheet(lines, on(3, 1), **ALLOCATED) == {"1–30": 50}


class TestInstalments:
    LINES = [ship("S1", 30, due=on(1, 31), instalment="1"), ship("S1", 30, due=on(2, 28), instalment="2"), ship("S1", 40, due=on(3, 31), instalment="3")]

    @pytest.mark.parametrize(
        ("day", "found"),
        [
            (on(1, 31), {"未到期": 100}),
            (on(2, 1), {"1–30": 30, "未到期": 70}),
            (on(2, 28), {"1–30": 30, "未到期": 70}),
            (on(3, 1), {"1–30": 60, "未到期": 40}),
            (on(3, 3), {"31–60": 30, "1–30": 30, "未到期": 40}),
            (on(4, 1), {"31–60": 60, "1–30": 40}),
        ],
    )
    def test_each_ages_by_its_own_due_date(self, day, found):
        assert sheet(account(*self.LINES), day) == found

    def test_by_shipment_all_have_the_same_age(self):
        assert sheet(account(*self.LINES), on(2, 1), **BY_SHIPMENT) == {"31–60": 100}

    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    def test_money_for_the_shipment_settles_them_in_the_order_of_their_due_dates(self, allocation):
        lines = account(*reversed(self.LINES), paid(50, "S1"))
        assert open_items(lines, on(1, 1), allocation=allocation) == {"S1/2": 10, "S1/3": 40}

    def test_so_does_a_credit_note(self):
        assert open_items(account(*self.LINES, credit(70, "S1")), on(1, 1)) == {"S1/3": 30}

    def test_too_much_for_all_of_them_is_unapplied(self):
        assert sheet(account(*self.LINES, ship("S2"), paid(101, "S1")), on(1, 1)) == {"未到期": 100, "未核销": -1}

    def test_bounced_money_opens_the_last_of_them(self):
        assert open_items(account(*self.LINES, paid(60, "S1"), bounced(20, "", number="R1")), on(1, 1)) == {"S1/2": 20, "S1/3": 40}


class TestCustomers:
    def test_nothing_is_settled_across_customers(self):
        ledger = accounts([ship("S1", customer="A"), ship("S1", customer="B")], [paid(130, "S1", customer="A"), paid(30, customer="B")])
        ageings = age_all(ledger, method(on(1, 1)), BOUNDS)
        assert [(one.customer, one.open_fen, one.unapplied, one.balance) for one in ageings] == [("A", 0, -30, -30), ("B", 70, 0, 70)]

    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    def test_who_pays_anothers_shipment_has_not_paid_it(self, allocation):
        ledger = accounts([ship("S1", customer="A")], [paid(100, "S1", customer="B")])
        ageings = age_all(ledger, method(on(1, 1), allocation=allocation), BOUNDS)
        assert [(one.customer, one.open_fen, one.unapplied) for one in ageings] == [("A", 100, 0), ("B", 0, -100)]

    @pytest.mark.parametrize("allocation", ["matched", "fifo"])
    def test_anothers_receipt_of_the_same_number_does_not_bounce_with_it(self, allocation):
        bounce = bounced(100, "", number="R1")._replace(customer="A")
        ledger = accounts([ship("S1", customer=code) for code in "AB"], [paid(100, "S1", customer="A"), bounce, paid(100, "S1", customer="B")])
        assert [one.balance for one in age_all(ledger, method(on(1, 1), allocation=allocation), BOUNDS)] == [100, 0]


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("allocation", list(Allocation))
@pytest.mark.parametrize("recognition", list(Recognition))
def test_buckets_and_what_is_unapplied_come_to_the_balance_every_day_in_every_mode(basis, allocation, recognition):
    lines = account(
        ship("S1", 100), ship("S2", 71, on(1, 20)), ship("S3", 53, on(2, 11), instalment="1"), ship("S3", 29, on(2, 11), on(5, 1), instalment="2"),
        credit(23, "S2", on(2, 1)), credit(13, "", on(2, 5)), paid(40, "S1", on(1, 31), on(2, 9)), paid(90, "S2", on(2, 10), on(2, 20), number="R2"),
        paid(35, "S3", on(2, 1), on(2, 2), number="R3"), paid(61, "", on(2, 14), number="R4"), bounced(90, "", on(3, 1), "R2"), paid(500, "", on(3, 20)),
    )  # fmt: skip
    for days in range(-2, 120):
        day = after(SHIPPED, days)
        ageing = age(lines, Method(day, basis, allocation, recognition), BOUNDS)
        expected = sum(one.fen for one in lines.shipments if one.shipped <= day) - sum(one.fen for one in lines.collections if one.received <= day)
        assert ageing.open_fen + ageing.unapplied == ageing.balance == expected
    assert ageing.balance == balance_fen(lines) < 0


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({}, ("截至2026-06-30", "按到期日", "逐笔核销", "按回款日期")),
        ({"basis": "shipment", "allocation": "fifo", "recognition": "allocated"}, ("截至2026-06-30", "按发货日", "先到期先核销", "按核销日期")),
    ],
)
def test_the_method_says_how_the_ageing_was_made(how, words):
    assert all(word in method(on(6, 30), **how).text for word in words)
    assert len({Method(on(6, 30), *choice).text for choice in [(b, a, r) for b in Basis for a in Allocation for r in Recognition]}) == 8


def test_left_to_itself_it_ages_by_due_date_matched_and_by_receipt():
    assert Method(on(6, 30)) == method(on(6, 30), "due", "matched", "received")
