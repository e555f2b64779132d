"""The other end, written from the RFCs and not from our code: a browser that opens what is pushed to it, the push service
in between on loopback, and a mail server that keeps what it is given.
"""

import base64
import hashlib
import hmac
import json
import os
import socketserver
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def b64d(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64e(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def hkdf(salt, material, info, length):
    """RFC 5869 with SHA-256, by hand; one block is enough here."""
    extracted = hmac.new(salt, material, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()[:length]


def opened(body, private, auth):
    """What an aes128gcm body (RFC 8188) says to the holder of the private key and the secret (RFC 8291)."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= size  # one record, the last
    ours = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    material = hkdf(auth, shared, b"WebPush: info\x00" + ours + theirs, 32)
    key = hkdf(salt, material, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = hkdf(salt, material, b"Content-Encoding: nonce\x00", 12)
    padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
    assert padded[-1:] == b"\x02"
    return padded[:-1]


def verified(header):
    """(claims, public point) of `Authorization: vapid …` (RFC 8292); raises when the signature is not the key's."""
    scheme, _, rest = header.partition(" ")
    assert scheme.lower() == "vapid"
    parts = dict(piece.strip().split("=", 1) for piece in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    assert json.loads(b64d(head)) == {"typ": "JWT", "alg": "ES256"}
    raw, point = b64d(signature), b64d(parts["k"])
    assert len(raw) == 64
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(b64d(claims)), point


class Browser:
    """What `pushManager.subscribe` makes; `reads` opens a body meant for it."""

    def __init__(self, service, name):
        self.service, self.name = service, name
        self.private, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def endpoint(self):
        return f"{self.service.origin}/push/{self.name}"

    def subscription(self):
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {
            "endpoint": self.endpoint, "expirationTime": None, "keys": {"p256dh": b64e(point), "auth": b64e(self.auth)},
        }  # fmt: skip

    def pushes(self):
        return [pushed for pushed in self.service.pushed if pushed.path == f"/push/{self.name}"]

    def reads(self):
        return [json.loads(opened(pushed.body, self.private, self.auth)) for pushed in self.pushes()]


@dataclass
class Pushed:
    path: str
    headers: dict
    body: bytes


@dataclass
class PushService:
    """`answers`: by path the statuses to give, one after the other, the last for ever; 201 where none is told."""

    server: ThreadingHTTPServer | None = None
    pushed: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, browser, *statuses):
        self.answers[f"/push/{browser.name}"] = list(statuses)

    def start(self):
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.pushed.append(Pushed(self.path, dict(self.headers), body))
                left = service.answers.get(self.path, [201])
                status = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{service.origin}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):  # where a redirect would lead
                service.pushed.append(Pushed(self.path, dict(self.headers), b""))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class MailBox:
    """Just enough of SMTP (RFC 5321) to take letters; `letters` are their raw texts. `refuses`: answers 451 to all."""

    def __init__(self):
        self.letters, self.refuses = [], False
        box = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 here")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"QUIT":
                        self.say("221 bye")
                        return
                    if word == b"DATA":
                        self.say("354 go on")
                        text = b""
                        while (piece := self.rfile.readline()) not in (b".\r\n", b""):
                            text += piece
                        box.letters.append(text.decode("ascii"))
                        self.say("250 taken")
                    elif word == b"MAIL" and box.refuses:
                        self.say("451 later")
                    else:
                        self.say("250 ok")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
