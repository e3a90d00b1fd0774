"""Opens sockets."""

import socket


class Plug:
    """Goes into one socket."""

    def insert(self, host: str) -> None:
        self.socket = socket.create_connection((host, 80))


def open_socket(host: str) -> Plug:
    plug = Plug()
    plug.insert(host)
    return plug
