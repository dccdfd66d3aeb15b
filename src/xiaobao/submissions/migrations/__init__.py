"""Migrations of the operational tables."""
