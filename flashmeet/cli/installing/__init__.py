"""What `flashmeet init` asks and writes."""
