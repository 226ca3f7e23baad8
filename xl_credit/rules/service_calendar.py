"""第五条: the days on which visits can be planned."""

from datetime import date, timedelta

from xl_credit.rules.service_figures import ServicePolicy

_SATURDAY = 5


def is_working_day(policy: ServicePolicy, day: date) -> bool:
    """Monday to Friday, but for the policy's days off and days on."""
    return day in policy.days_on or (day.weekday() < _SATURDAY and day not in policy.days_off)


def working_days(policy: ServicePolicy, first: date, last: date) -> list[date]:
    """Both days counted."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if is_working_day(policy, day)]
