"""Python loads this in every process that has this folder on its path: nothing leaves the machine.

A look-up or connection that is not loopback is written to a file and refused. Sees what Python
does, not what native code does behind its back.
"""

from __future__ import annotations

import os
import sys
from typing import Any

LOG = os.environ["NO_NETWORK_LOG"]
LOOPBACK = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}
LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
SENDINGS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    host = asked(event, arguments)
    if host in LOOPBACK:
        return
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"{event} {host}\n")
    raise PermissionError(f"{event} {host}: the network is off in this test")


def asked(event: str, arguments: tuple[Any, ...]) -> Any:
    """The host that a socket is about to turn to; None if it turns to none."""
    if event in LOOK_UPS:
        host = arguments[0]
    elif event in SENDINGS and isinstance(arguments[1], tuple):  # else a path on this machine
        host = arguments[1][0]
    else:
        return None
    return host.decode() if isinstance(host, bytes) else host


sys.addaudithook(refuse)
