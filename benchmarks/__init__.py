"""How fast the rules and a quarter's regeneration are, measured against the usual script and against a floor, in one run."""
