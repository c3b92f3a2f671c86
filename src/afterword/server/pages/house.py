"""What the pages share: the door, overviews that were written already, the demo's stage."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from afterword.journal.projects import DEFAULT, load_project
from afterword.server.pages.door import Door
from afterword.server.pages.overview.cache import Overviews

if TYPE_CHECKING:
    from afterword.server.pages.demo.stage import Stage
    from afterword.server.services import Services


class Pages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        """Take what they show; nothing is read yet."""
        self.services = services
        self.overviews = Overviews(services)
        self.stage: Stage | None = None  # only where the server is a demo

    @cached_property
    def door(self) -> Door:
        """Who may come in; known once the journal is open."""
        services = self.services
        with services.journal.write() as connection:
            salt = load_project(connection, DEFAULT, services.clock.now_us()).salt
        return Door(services.settings.password, salt, services.clock)
