"""Linkage of both paths beside the simulator's truth."""
