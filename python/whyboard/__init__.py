"""whyboard: models you can see, edit, link and run."""
