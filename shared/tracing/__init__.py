"""The operator's command for the right to erasure: which runs hold certain rows, and what was learnt from them."""
