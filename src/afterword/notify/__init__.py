"""Notify: what happens is told to channels, at least once: where people are, and webhooks."""

from afterword.notify.book import ChannelBook
from afterword.notify.channels import Channel, read_channels
from afterword.notify.courier import Courier
from afterword.notify.messages import Sources
from afterword.notify.trial import try_channel

__all__ = ["Channel", "ChannelBook", "Courier", "Sources", "read_channels", "try_channel"]
