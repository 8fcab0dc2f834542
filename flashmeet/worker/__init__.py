"""The worker: it sends due messages through their channels and runs periodic tasks.

Any number of workers may run. Each serves every channel in a thread of its own, so that a slow provider delays nothing
else. No transaction is open while a provider is called.
"""
