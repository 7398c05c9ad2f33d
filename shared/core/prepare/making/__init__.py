"""What the formats share when they make an example of a row: drafts, turns, pairs, tool calls, images, markers."""
