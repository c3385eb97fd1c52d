"""HTTP: one router, strict bodies, callers, limits, and each API's own words for a refusal."""
