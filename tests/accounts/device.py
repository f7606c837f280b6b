"""A device that holds passkeys, as a browser answers for it; and an authenticator app."""

import json
import os
import time
from hashlib import sha256

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Device:
    """Made of software. It does what it is told, also for a page that is not the site's."""

    def __init__(self, origin="http://localhost", site="localhost"):
        self.origin, self.site = origin, sha256(site.encode()).digest()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(16)
        self.user = b""

    def register(self, options):
        """What a browser sends for a new passkey."""
        options = options["publicKey"]
        self.user = options["user"]["id"]
        held = AttestedCredentialData.create(
            Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
        )
        flags = PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self.site, flags, 0, held)
        response = {
            "clientDataJSON": self.client_data("webauthn.create", options["challenge"]),
            "attestationObject": AttestationObject.create("none", data, {}),
        }
        return self.answer(response, clientExtensionResults={"credProps": {"rk": True}})

    def sign(self, options):
        """What a browser sends to log in with it."""
        options = options["publicKey"]
        data = AuthenticatorData.create(self.site, PRESENT_AND_VERIFIED, 1)
        client = self.client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": data,
            "signature": signature,
        }
        return self.answer(response, userHandle=self.user, clientExtensionResults={})

    def client_data(self, act, challenge):
        return CollectedClientData.create(act, websafe_decode(challenge), self.origin)

    def answer(self, response, clientExtensionResults, userHandle=None):  # noqa: N803 (their names)
        response = {name: websafe_encode(value) for name, value in response.items()}
        if userHandle:
            response["userHandle"] = userHandle
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "type": "public-key",
                "id": name,
                "rawId": name,
                "response": response,
                "clientExtensionResults": clientExtensionResults,
            }
        )


def give_passkey(user):
    """A passkey, stored without asking; returns its row."""
    asked = {"user": {"id": websafe_encode(str(user.pk).encode())}}
    asked["challenge"] = websafe_encode(b"nobody asked")
    credential = json.loads(Device().register({"publicKey": asked}))
    return WebAuthn.add(user, "phone", credential).instance


def give_app(user):
    """An authenticator app and ten recovery codes; returns the secret of the app."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_of(secret, steps=0):
    """What the app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_codes(user):
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
