"""How operators see what is disturbing."""
