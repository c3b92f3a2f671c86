"""``/healthz``, ``/readyz``, ``/metrics`` and ``/openapi.json``: no key needed."""

from __future__ import annotations

from contextlib import suppress

from litestar import MediaType, Response, get

from afterword.errors import AfterwordError, UnavailableError
from afterword.server.api.admission import Given
from afterword.server.api.operation.openapi import describe
from afterword.server.standing import standing


@get("/healthz", media_type=MediaType.JSON)
async def healthz() -> dict[str, str]:
    """Tell that the process lives and answers."""
    return {"status": "ok"}


@get("/readyz", media_type=MediaType.JSON)
async def readyz(services: Given) -> dict[str, str]:
    """Tell whether requests are taken now; 503 while starting, stopping or without a journal."""
    if not services.is_ready:
        raise UnavailableError
    await services.read(services.check)
    return {"status": "ready"}


@get("/metrics")
async def metrics(services: Given) -> Response[bytes]:
    """Give the server's counters, and what stands in the journal, for Prometheus."""
    found = b""
    if services.is_ready:
        services.metrics.name_channels(one.name for one in services.subscribers())
        with suppress(AfterwordError):  # counters are wanted most where the journal fails
            found = await services.read(standing, services.journal, services.clock.now_us())
    told = services.metrics.text() + found
    return Response(told, media_type="text/plain; version=0.0.4")


@get("/openapi.json", sync_to_thread=True)  # the first time it loads what reports are made of
def openapi() -> Response[bytes]:
    """Describe the API."""
    return Response(describe(), media_type="application/json")


OPERATION = (healthz, readyz, metrics, openapi)
