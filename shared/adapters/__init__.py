"""One port and one vendor service a file. Vendors' exceptions and words stay in here."""
