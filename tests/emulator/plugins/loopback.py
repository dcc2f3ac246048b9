"""Binds to 127.0.0.1: by itself LocalStack ignores the address it is given and listens on all interfaces."""

from twisted.internet import endpoints


class LoopbackEndpoint(endpoints.TCP4ServerEndpoint):
    """A listening socket that only this machine can reach."""

    def __init__(self, reactor, port, backlog=50, interface="127.0.0.1"):
        super().__init__(reactor, port, backlog, "127.0.0.1")


def install():
    endpoints.TCP4ServerEndpoint = LoopbackEndpoint
