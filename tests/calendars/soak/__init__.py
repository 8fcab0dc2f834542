"""Alice’s calendar, everybody’s hands on it at random, and a server that fails: after quiet time it tells the truth.

`stage` is who does what and what they agreed on, `mishaps` are answers that get lost, `acts` are what may happen,
`truth` judges. `python -m tests.calendars.soak 200` plays two hundred rounds on each database.
"""
