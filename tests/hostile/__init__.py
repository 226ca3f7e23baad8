"""Seeded mutations of workbooks, and what must hold of the command line whatever it is given."""
