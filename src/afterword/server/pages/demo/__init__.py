"""The demo: a chat with a small scripted agent beside the figures that it moves."""
