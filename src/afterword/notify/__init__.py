"""Notify: what happens is told to channels: signed webhooks and Slack's incoming URLs."""

from afterword.notify.book import ChannelBook
from afterword.notify.channels import Channel, read_channels
from afterword.notify.courier import Courier
from afterword.notify.trial import try_channel

__all__ = ["Channel", "ChannelBook", "Courier", "read_channels", "try_channel"]
