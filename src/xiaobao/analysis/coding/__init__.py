"""Reads codes off texts: which label an officer would give, how surely, and what else it may be."""
