"""What a processor is, and the proof that its end leaves behind: pure."""
