"""The model as plain data: records, patches, commands, history and the file. Standard library and `whyboard.errors` only.

Everything above may import it; what it knows about kinds it is handed as a catalog.
"""
