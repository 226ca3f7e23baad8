"""What pytest must leave alone: the driver runs in LibreOffice's own Python, and speaks to it when it is imported."""

collect_ignore = ["calc_driver.py"]
