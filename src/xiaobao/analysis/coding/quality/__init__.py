"""How well banks code: submitted codes against what a coder that never saw the bank reads from the texts."""
