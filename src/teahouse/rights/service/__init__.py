"""Rights' verbs: what is held, exports, requests, and looking whether an erasure happened."""
