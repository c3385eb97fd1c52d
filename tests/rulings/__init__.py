"""Decisions as everybody may see them."""
