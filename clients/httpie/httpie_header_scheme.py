"""Signs requests of HTTPie in the service's headers; header_scheme_auth.py stands beside this file.

    httpie plugins install .          # in the folder with the three files
    export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
    http --auth-type=header-scheme POST 'https://api.example.com/orders?dry=1' qty:=1
"""

from header_scheme_auth import SignatureAuth
from httpie.plugins import AuthPlugin


class HeaderSchemePlugin(AuthPlugin):
    name = "Signed headers"
    auth_type = "header-scheme"
    description = "Signs in the service's headers, with the key that the environment names."
    auth_require = False
    auth_parse = False

    def get_auth(self, username=None, password=None):
        return SignatureAuth.from_environment()
