"""Who comes and goes, and new rooms."""
