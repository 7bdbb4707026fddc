"""The question socket by itself: framing, late answers, askers that leave, and who may ask."""
import json
import os
import socket
import struct
import subprocess

import pytest

from driver import driver


@pytest.fixture
def server(tmp_path):
    path = "%s/q.sock" % tmp_path
    program = driver(path)
    assert program.next() == "listening"
    program.path = path
    yield program
    if program.process.poll() is None:
        program.process.terminate()
        program.process.wait(20)


def connect(path):
    peer = socket.socket(socket.AF_UNIX)
    peer.connect(path)  # waits for room in the queue of a busy server
    peer.settimeout(20)
    return peer


def ask(peer, question):
    text = question if isinstance(question, bytes) else json.dumps(question).encode()
    peer.sendall(struct.pack(">I", len(text)) + text)


def hear(peer):
    length, = struct.unpack(">I", exactly(peer, 4))
    return json.loads(exactly(peer, length))


def exactly(peer, length):
    got = b""
    while len(got) < length:
        piece = peer.recv(length - len(got))
        assert piece, "it hung up"
        got += piece
    return got


def test_answers_and_refuses(server):
    peer = connect(server.path)
    ask(peer, {"ask": "echo", "text": "因病"})
    assert hear(peer) == {"ok": True, "text": "因病"}
    ask(peer, {"ask": "what"})
    assert hear(peer) == {"ok": False, "error": "no such question"}
    ask(peer, b"not json")
    assert hear(peer) == {"ok": False, "error": "no such question"}


def test_question_in_pieces_and_several_at_once(server):
    peer = connect(server.path)
    whole = b""
    for n in range(5):
        text = json.dumps({"ask": "echo", "text": n}).encode()
        whole += struct.pack(">I", len(text)) + text
    for byte in whole[:30]:
        peer.sendall(bytes([byte]))
    peer.sendall(whole[30:])
    assert [hear(peer)["text"] for _ in range(5)] == [0, 1, 2, 3, 4]


def test_late_answer_and_an_asker_that_left(server):
    first = connect(server.path)
    ask(first, {"ask": "later"})
    second = connect(server.path)
    ask(second, {"ask": "go"})
    assert hear(first)["text"] == "late"
    assert hear(second)["waited"]
    ask(first, {"ask": "later"})
    first.close()
    ask(second, {"ask": "go"})
    hear(second)
    ask(second, {"ask": "echo", "text": 1})
    assert hear(second)["text"] == 1


def test_question_too_long_is_hung_up_on(server):
    peer = connect(server.path)
    peer.sendall(struct.pack(">I", 1 << 30))
    assert peer.recv(1) == b""
    server.until("refused")


def test_more_peers_than_there_is_room_for_wait(server):
    peers = [connect(server.path) for _ in range(32)]
    for peer in peers:
        ask(peer, {"ask": "echo", "text": 1})
        assert hear(peer)["ok"]
    peers += [connect(server.path) for _ in range(8)]
    for peer in peers[:32]:
        peer.close()
    for peer in peers[32:]:
        ask(peer, {"ask": "echo", "text": 2})
        assert hear(peer)["text"] == 2


def test_a_user_who_may_not_ask_is_turned_away(server):
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    folder = os.path.dirname(server.path)
    while folder != "/tmp":
        os.chmod(folder, 0o755)
        folder = os.path.dirname(folder)
    os.chmod(server.path, 0o666)
    code = ("import socket,struct\ns=socket.socket(socket.AF_UNIX)\ns.connect(%r)\n"
            "print(s.recv(1))" % server.path)
    said = subprocess.run(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                           "/usr/bin/python3", "-c", code], capture_output=True, text=True, timeout=20)
    assert said.stdout.strip() == "b''"
    server.until("turned away")


def test_client_hears_the_answer_and_why_there_is_none(server, tmp_path):
    assert driver(server.path, '{"ask":"echo","text":1}').next() == '{"ok": true, "text": 1}'
    assert "nobody listens" in driver("%s/none" % tmp_path, '{"ask":"echo"}').next()
    assert "in time" in driver(server.path, '{"ask":"later"}').next()


def test_socket_is_private_and_goes_with_its_server(server):
    assert os.stat(server.path).st_mode & 0o777 == 0o660
    peer = connect(server.path)
    ask(peer, {"ask": "stop"})
    assert hear(peer)["ok"]
    server.process.wait(20)
    assert not os.path.exists(server.path)
