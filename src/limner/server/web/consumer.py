"""The WebSocket of the page: a snapshot at each connect, then what changes."""

import asyncio
import json
from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from limner.server.accounts.models import User
from limner.server.accounts.queries import personal_owner
from limner.server.jobs import queries
from limner.server.jobs.live import Subscription, hub
from limner.server.origin import is_known_host, is_same_origin

SHOWN = 30
"""So many of the newest jobs are in the snapshot; older ones are fetched from the API."""
_REFUSED = 4403
_NOT_FOUND = 4404


class LiveConsumer(AsyncWebsocketConsumer):
    """Messages to the page: ``snapshot``, then ``job``, ``preview`` and ``deleted``."""

    async def connect(self) -> None:
        """Accept a page of this very server; refuse everybody else's."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]}
        host = headers.get("host", "")
        self._teller: asyncio.Task[None] | None = None
        if not (is_known_host(host) and is_same_origin(headers.get("origin"), host)):
            await self.close(_REFUSED)
            return
        await self.accept()
        self._owner: User = await sync_to_async(personal_owner)()
        self._subscription: Subscription = hub.subscribe(self._owner.pk)
        self._teller = asyncio.create_task(self._tell())

    async def disconnect(self, code: int) -> None:
        """Stop telling."""
        del code
        if self._teller is not None:
            self._teller.cancel()
            hub.unsubscribe(self._owner.pk, self._subscription)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Ignore what is sent: everything is asked for over the API."""

    async def _tell(self) -> None:
        jobs = await sync_to_async(_recent)(self._owner)
        await self._send({"type": "snapshot", "jobs": jobs})
        async for message in self._subscription.messages():
            if message is not None:
                await self._send(message)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message, separators=(",", ":")))


class NothingHere(AsyncWebsocketConsumer):
    """Refuses a WebSocket at any other address."""

    async def connect(self) -> None:
        """Refuse."""
        await self.close(_NOT_FOUND)


def _recent(owner: User) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json") for each in queries.snapshots(queries.page(owner, None, SHOWN))]
