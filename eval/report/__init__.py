"""What people and machines read of a run: terminal, Markdown, JUnit, JSON, one HTML page."""
