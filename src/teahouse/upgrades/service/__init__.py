"""Planning a run, driving it, doing its work, and deciding about it."""
