"""Vouching."""
