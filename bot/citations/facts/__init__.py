"""What a text states that can be compared exactly in any language: numbers, dates, polarity, names."""
