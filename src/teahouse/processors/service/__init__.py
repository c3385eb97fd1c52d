"""Who may be given what, what was, and the verbs over the register."""
