"""A small OpenID provider on this machine: discovery, tokens signed with RS256, userinfo, keys."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "indaba", "known to both"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Somebody has signed in there; `claims` is what it tells of them."""

    def __init__(self):
        self.claims = {}
        self.challenges = {}
        self.tokens = {}
        self.works = True

    def consent(self, query):
        """What the provider's own page would do: give out a code for this request."""
        assert query["response_type"] == ["code"]
        assert query["client_id"] == [CLIENT_ID]
        assert query["code_challenge_method"] == ["S256"]
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = query["code_challenge"][0]
        return code

    def discovery(self, _form):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, form):
        """A code counts once, and only with the verifier that its challenge was made of."""
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert self.challenges.pop(form["code"][0]) == challenge
        assert form["client_secret"] == [CLIENT_SECRET]
        now = int(time.time())
        token = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60, **self.claims}
        return {
            "access_token": "a token",
            "token_type": "Bearer",
            "id_token": jwt.encode(token, KEY, algorithm="RS256", headers={"kid": "one"}),
        }

    def userinfo(self, _form):
        return self.claims

    def keys(self, _form):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [key | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def answer(self, path, form):
        pages = {
            "/.well-known/openid-configuration": self.discovery,
            "/token": self.token,
            "/userinfo": self.userinfo,
            "/keys": self.keys,
        }
        return pages[path](form)


@contextmanager
def running_provider():
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.respond({})

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.respond(parse_qs(self.rfile.read(length).decode()))

        def respond(self, form):
            try:
                status, answer = 200, provider.answer(self.path, form)
            except (AssertionError, KeyError) as error:
                status, answer = 400, {"error": repr(error)}
            if not provider.works:
                status, answer = 503, {}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
