"""Reports: what a reader sees of a checked theorem, in the terminal, as Markdown, HTML and JSON."""
