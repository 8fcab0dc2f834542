"""The record of who did what to whom, when and from where; lines are added and never changed."""
