"""What is counted over a whole dataset: near-duplicates, tokens, languages, lengths, answers.

Every measure takes blocks of examples as they are written (lines of JSON), can be merged with that of another process,
and comes to the same result however the rows were cut into blocks.
"""
