"""How well miscoding is found, and how honest its intervals are."""
