"""The pages: each a folder with what it loads, and its template."""
