"""What a text states that can be compared exactly, in whatever language it is stated: numbers, dates, polarity, names."""
