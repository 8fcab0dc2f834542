"""Promises. Each test is named as the rule it keeps. Alice mentors, Bob books, Charlie may not, Odile administers."""
