"""The gate's shapes as the outside sees them: ours, Matrix's, and the pages it serves itself."""
