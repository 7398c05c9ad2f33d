"""A Teams channel on the laptop: takes what a workflow's webhook takes, refuses the rest, shows the cards.

Where the rules come from:

* The npm package `adaptivecards` ships the official renderer and no JSON schema, and its parser is
  lenient: it passes over unknown properties and missing titles. So `card.schema.json` is our own
  schema of what a card of version 1.4 may hold in a channel. A test holds its property names
  against those that the renderer itself knows, and the page draws every card with that renderer.
* In a channel nobody receives what a card sends back, so Action.Submit, Action.Execute and inputs
  are refused, as are Media and elements newer than 1.4 (Table).
* Azure answers 202 once the workflow has the message; a card it cannot post makes the workflow
  fail later, unseen by the sender (unconfirmed). Here such a card is refused at once with 400.
* The codes 401, 404 and 415 and the wording of errors are unconfirmed; 413 and 429 are documented.
"""
