"""A small OpenID Connect provider on this machine: one user, who has always just signed in."""

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT_ID, CLIENT_SECRET = "the-portal", "a-secret-between-the-two-of-us"


class Provider:
    """`user` is what it says about who has signed in; the portal comes back with a code, and asks with it."""

    def __init__(self) -> None:
        self.user: dict[str, Any] = {}
        self.challenges: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def code_for(self, challenge: str) -> str:
        code = secrets.token_urlsafe(8)
        self.challenges[code] = challenge
        return code

    def tokens(self, form: dict[str, str]) -> dict[str, Any] | None:
        """For a code that was given out, to who has the secret and began the sign-in (PKCE)."""
        challenge = self.challenges.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if challenge != base64.urlsafe_b64encode(verifier).rstrip(b"=").decode():
            return None
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return None
        claims = {**self.user, "iss": self.url, "aud": CLIENT_ID, "iat": 1_700_000_000, "exp": 4_000_000_000}
        return {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(claims, "k" * 32, "HS256")}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/.well-known/openid-configuration":
            self._answer(self.provider.configuration())
        elif address.path == "/authorize":
            code = self.provider.code_for(asked["code_challenge"])
            self.send_response(302)
            query = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{query}")
            self.end_headers()
        elif address.path == "/userinfo":
            self._answer(self.provider.user)
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        tokens = self.provider.tokens({name: values[0] for name, values in parse_qs(body).items()})
        self._answer(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

    def _answer(self, value: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing."""
