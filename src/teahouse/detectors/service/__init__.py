"""The verbs of detectors: lists, looking, and suggesting."""
