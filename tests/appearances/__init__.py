"""A child may be on camera: people look, and nobody else decides."""
