"""A network played through a year, without a clock and without a database: who is helped, how soon, and by whom."""
