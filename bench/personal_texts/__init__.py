"""Texts with invented personal data at known places, written from the standards alone: see `stream`."""
