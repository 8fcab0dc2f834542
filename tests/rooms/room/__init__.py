"""The room: its door, its mailbox, and two real browsers in it."""
