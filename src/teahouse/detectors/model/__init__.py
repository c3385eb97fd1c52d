"""What detectors compare, as values: lists and their versions, folding, finding, pictures, echoes."""
