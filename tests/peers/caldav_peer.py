"""A real server of calendars (radicale or xandikos) for tests: says its port, and becomes the server.

    caldav_peer.py KIND FOLDER [PORT]

Radicale takes the names and passwords that are in FOLDER/users, a `name:password` a line; xandikos takes everybody.
"""

import os
import socket
import sys


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def command(kind, folder, port):
    kept = os.path.join(folder, "kept")
    if kind == "radicale":
        users = os.path.join(folder, "users")
        auth = ["--auth-type", "htpasswd", "--auth-htpasswd-filename", users, "--auth-htpasswd-encryption", "plain"]
        place = ["--server-hosts", f"127.0.0.1:{port}", "--storage-filesystem-folder", kept]
        return ["radicale", *place, *auth, "--auth-delay", "0"]
    return ["xandikos", "--defaults", "-d", kept, "-l", "127.0.0.1", "-p", str(port)]


def main():
    kind, folder = sys.argv[1:3]
    port = int(sys.argv[3]) if len(sys.argv) > 3 else free_port()
    os.makedirs(os.path.join(folder, "kept"), exist_ok=True)
    print(port, flush=True)
    # What the server says is nobody's.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.executable, [sys.executable, "-m", *command(kind, folder, port)])


main()
