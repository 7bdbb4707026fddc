"""An HTTP gateway that does what a test tells it: takes, refuses, is slow, or lies. Remembers every call."""
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gateway:
    """`say(call)` returns (status, headers, body) for the n-th call, or None to say nothing and hang up."""

    def __init__(self, say=None):
        self.say = say or (lambda call: (200, {}, b"{}"))
        self.calls = queue.Queue()
        self.all = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                call = {"path": self.path, "headers": dict(self.headers), "raw": body,
                        "body": json.loads(body), "number": len(gateway.all)}
                gateway.all.append(call)
                gateway.calls.put(call)
                answer = gateway.say(call)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, text = answer
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    if "Content-Length" not in headers:
                        self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                except OSError:
                    pass  # the caller hung up first

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = "http://127.0.0.1:%d/send" % self.port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def next(self, deadline=20):
        return self.calls.get(timeout=deadline)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
