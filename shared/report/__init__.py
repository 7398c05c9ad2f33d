"""What people see of a run: cards in the channel, pages in the browser. Values in, values out."""
