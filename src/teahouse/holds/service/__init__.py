"""Holds: asking, agreeing and releasing; and what they stop."""
