"""How answers leave: headers, compression, files, refusals in words, what is logged."""
