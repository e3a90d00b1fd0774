"""The interface in a browser on this computer, by textual-serve, closed to everyone else.

Whatever page is open in the same browser can reach this computer's ports: so requests must name
this address, and come from a page of it or from none. The page loads nothing from elsewhere.
"""

from importlib.resources import files

from aiohttp.web import HTTPForbidden, Request, Response, StreamResponse, WebSocketResponse
from textual_serve.server import Server


class LocalServer(Server):
    """Serves a command to this computer, at `http://localhost:PORT`.

    Args:
        command: Started anew for each page, in a shell.
        port: To listen on.
    """

    def __init__(self, command: str, port: int) -> None:
        page = str(files("searchkit_tui") / "page")
        super().__init__(command, "localhost", port, "searchkit", templates_path=page)
        self._addresses = {f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"}

    async def handle_index(self, request: Request) -> Response:
        """The page."""
        self._refuse_strangers(request)
        return await super().handle_index(request)  # type: ignore[return-value]

    async def handle_websocket(self, request: Request) -> WebSocketResponse:
        """What the page shows, and the keys pressed in it."""
        self._refuse_strangers(request)
        return await super().handle_websocket(request)

    async def handle_download(self, request: Request) -> StreamResponse:
        """A file that the interface hands to the browser."""
        self._refuse_strangers(request)
        return await super().handle_download(request)

    def _refuse_strangers(self, request: Request) -> None:
        """A name of another site may lead here, or a page of one ask.

        Raises:
            HTTPForbidden: One does.
        """
        origin = request.headers.get("Origin")
        if request.host not in self._addresses or (
            origin is not None and origin.removeprefix("http://") not in self._addresses
        ):
            raise HTTPForbidden(text="searchkit answers this computer only")
