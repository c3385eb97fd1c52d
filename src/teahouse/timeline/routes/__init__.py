"""The timeline's routes."""
