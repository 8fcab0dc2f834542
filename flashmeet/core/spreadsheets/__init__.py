"""Tables that people make and open in their own programs: one reader of every kind of file, one writer of two."""
