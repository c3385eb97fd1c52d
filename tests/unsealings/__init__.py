"""Who may open what is sealed of a minor."""
