"""The thirty-one behaviours that a regulator would call unlawful, each looked for in ourselves."""
