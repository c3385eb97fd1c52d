"""The waiting list, through its API on a real house."""
