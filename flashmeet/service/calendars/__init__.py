"""Members' own calendars: connecting them, reading them, writing our sessions there, and what comes back."""
