"""Registrations' shapes as the outside sees them: ours, Matrix's, and the pages of its stages."""
