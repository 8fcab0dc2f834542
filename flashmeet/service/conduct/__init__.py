"""Conduct: blocks, reports and their cases, and hours to which somebody did not come."""
