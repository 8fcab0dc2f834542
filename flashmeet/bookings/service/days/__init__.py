"""Days that mentors offer and one member at a time asks for."""
