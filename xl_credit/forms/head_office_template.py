"""The head-office template whose ageing columns are the policy's."""

from pathlib import Path

from xl_credit.forms.head_office import build_head_office
from xl_credit.forms.template_files import HEAD_OFFICE, template_path
from xl_credit.policy.sample import sample_policy
from xl_credit.rules.figures import Policy


def head_office_template(policy: Policy, folder: Path) -> Path:
    """The checked-in template where its buckets are the policy's, else one built for this policy in ``folder``."""
    if policy.ageing_bounds_days == sample_policy().ageing_bounds_days:
        return template_path(HEAD_OFFICE)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / HEAD_OFFICE
    build_head_office(path, policy)
    return path
