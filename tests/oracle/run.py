#!/usr/bin/python3
"""A short demonstration with a gateway of its own, and the auditor's word on it: run.py [options of demo/run ...]

Keeps what the gateway took in a file for check.py, and passes on the demonstration's end.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "monitor"))

from gateway import Gateway


def main(arguments):
    # Readable to the account that the demonstration drops to.
    file = tempfile.NamedTemporaryFile("w", prefix="nw-gateway-", suffix=".jsonl", encoding="utf-8")
    os.chmod(file.name, 0o644)

    def take(call):
        file.write(json.dumps(call["body"]) + "\n")
        file.flush()
        return 200, {}, b"{}"

    gateway = Gateway(take)
    try:
        return subprocess.run(
            [os.path.join(HERE, "..", "..", "demo", "run"), "--once", "--webhook", gateway.url,
             "--check", os.path.join(HERE, "check.py")] + arguments,
            env=dict(os.environ, GATEWAY=file.name, FALSIFY="1")).returncode
    finally:
        gateway.stop()
        file.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
