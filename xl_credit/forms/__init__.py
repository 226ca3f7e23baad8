"""The workbooks that people get, built by code: the look, the dropdowns and the native formulas."""
