"""Serves the interface to a browser on this computer, by textual-serve, and to nobody else.

Any web page open in the same browser can send requests to this computer's ports. So a request must
name this address as its host, and its origin, if it has one, must be this address; and no page may
show this one in a frame. Other users of this computer can send requests too: so the address holds a
secret. The page loads nothing from elsewhere.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from importlib.resources import files

import aiohttp_jinja2
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from textual_serve.server import Server

from searchkit.printable import error_line
from searchkit_index.errors import ConfigError

_MOST_CELLS = 2_000  # the widest and the tallest screen: all of it is held in memory

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# The terminal in the page adds style sheets while it runs: hence 'unsafe-inline'.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline';"
    " font-src 'self'; img-src 'self' data:; connect-src 'self' ws://{host};"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class LocalServer(Server):
    """Serves a command to this computer only, at a secret address.

    Args:
        command: Started anew for each page, in a shell.
        port: To listen on.
        announce: Called with the address once the page can be opened.
    """

    def __init__(self, command: str, port: int, announce: Callable[[str], None]) -> None:
        page = str(files("searchkit_tui") / "page")
        super().__init__(command, "localhost", port, "searchkit", templates_path=page)
        self._addresses = {f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"}
        self._secret = secrets.token_urlsafe(24)
        self._announce = announce

    @property
    def address(self) -> str:
        """The address of the page, with the secret."""
        return f"http://localhost:{self.port}/{self._secret}/"

    def serve(self, debug: bool = False) -> None:
        """Serve until Ctrl-C; raise ConfigError where the port is taken, or not ours to take."""
        logging.basicConfig(level=logging.WARNING, format="searchkit: %(message)s")
        # A page that is still open when the server ends is no error.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        logging.getLogger("aiohttp.server").addFilter(_is_own_error)
        try:
            # `print` is called once the server listens.
            web.run_app(
                self._make_app(),
                host=self.host,
                port=self.port,
                print=lambda _: self._announce(self.address),
                access_log=None,
            )
        except OSError as error:
            raise ConfigError(
                f"cannot listen on port {self.port}: {error_line(error).lower()}",
                "give another with `--port`",
            ) from None

    async def on_startup(self, app: web.Application) -> None:
        """Print nothing; `serve` announces the address."""

    async def _make_app(self) -> web.Application:
        """Put the server's own paths below the secret."""
        inner = await super()._make_app()
        outer = web.Application(middlewares=[self._refuse_foreign])
        outer.on_response_prepare.append(_add_headers)
        outer.add_subapp(f"/{self._secret}/", inner)
        return outer

    @web.middleware
    async def _refuse_foreign(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests that name another host or origin: another site's name may lead here."""
        origin = request.headers.get("Origin")
        if request.host not in self._addresses or (
            origin is not None and origin.removeprefix("http://") not in self._addresses
        ):
            raise web.HTTPForbidden(text="searchkit answers this computer only")
        if not all(map(_is_size, (request.query.get(side, "") for side in ("width", "height")))):
            raise web.HTTPBadRequest(text="no screen has that size")
        return await handler(request)

    async def handle_index(self, request: web.Request) -> web.Response:
        """Return the page, which loads everything from the address it was requested from."""
        nonce, below = secrets.token_urlsafe(16), f"{request.host}/{self._secret}"
        size = request.query.get("fontsize", "")
        context = {
            "title": self.title,
            "font_size": int(size) if size.isdecimal() and len(size) < 4 else 16,
            "static": f"http://{below}/static/",
            "websocket": f"ws://{below}/ws",
            "nonce": nonce,
        }
        page = aiohttp_jinja2.render_template("app_index.html", request, context)
        page.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce, host=request.host)
        return page

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Connect the page with an interface of its own, until either ends.

        Args:
            request: The request.

        Returns:
            The connection, closed.

        Raises:
            HTTPBadRequest: It asks for no such connection, or the browser has gone by now: for
                either textual-serve would log an error.
        """
        gone = request.transport is None or request.transport.is_closing()
        if gone or not web.WebSocketResponse().can_prepare(request).ok:
            raise web.HTTPBadRequest(text="only the page of the interface connects here")
        return await super().handle_websocket(request)


def _is_size(written: str) -> bool:
    """Tell whether the width or height of a screen is left out, or within bounds."""
    if not written:
        return True
    return written.isdecimal() and len(written) < 10 and 0 < int(written) <= _MOST_CELLS


def _is_own_error(record: logging.LogRecord) -> bool:
    """Keep malformed requests, which any program on this computer may send, out of the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Content-Security-Policy", "frame-ancestors 'none'")
