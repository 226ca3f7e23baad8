"""The line above every written table."""

from xl_credit.quarter.columns import NOTE_LABEL
from xl_credit.rules.figures import Policy
from xl_credit.rules.quarter import Quarter


def note_line(policy: Policy, quarter: Quarter) -> str:
    """What every sheet says above its table: quarter, policy, and whether the policy was ever approved."""
    line = f"{NOTE_LABEL}{quarter.title}  期末:{quarter.end}  政策:{policy.version}({policy.effective}起,{policy.status})"
    return f"{line}  {policy.notice}" if policy.notice else line
