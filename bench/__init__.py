"""What it costs, measured; and what stays true while processes are killed."""
