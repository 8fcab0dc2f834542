"""The booked hours of a large network, made while its mentors are written: nothing is looked up that is known already.

Each hour is claimed, counted, written and announced by the parts of `bookings.service.book` themselves. What is left
out are their reads: the hour is chosen from the mentor's own openings, and these are written once, after the bookings.
"""

from __future__ import annotations
