"""The rules of holds: what one is, and how what it put aside is handed out."""
