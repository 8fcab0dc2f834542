"""The times of a request: suggested, kept while they wait for an answer, and what stands around them."""
