"""Signs requests of HTTPie by RFC 9421; rfc9421_auth.py stands beside this file.

    httpie plugins install .          # in the folder with the three files
    export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
    http --auth-type=rfc9421 POST 'https://api.example.com/orders?dry=1' qty:=1
"""

from httpie.plugins import AuthPlugin
from rfc9421_auth import SignatureAuth


class Rfc9421Plugin(AuthPlugin):
    name = "HTTP Message Signatures"
    auth_type = "rfc9421"
    description = "Signs by RFC 9421, with the key that the environment names."
    auth_require = False
    auth_parse = False

    def get_auth(self, username=None, password=None):
        return SignatureAuth.from_environment()
