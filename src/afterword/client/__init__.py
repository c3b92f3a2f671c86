"""The SDK: tells a server what happens in conversations, and brings back its asks.

It never raises into the host, never blocks it, and keeps what it was given until it is sent.
"""

from afterword.client.answering import Answer
from afterword.client.ask import Ask
from afterword.client.client import AsyncClient, Client
from afterword.client.conversation import AsyncConversation, Conversation
from afterword.client.ledger import Stats
from afterword.client.transport import HttpTransport, Response, Transport
from afterword.domain.events import Rating
from afterword.domain.texts import Option

__all__ = [
    "Answer",
    "Ask",
    "AsyncClient",
    "AsyncConversation",
    "Client",
    "Conversation",
    "HttpTransport",
    "Option",
    "Rating",
    "Response",
    "Stats",
    "Transport",
]
