"""What every request passes, page or API: host, headers, identity, access, and its unit of work."""
