"""Measurements, one file a question, with the peer in the same run."""
