"""Requests as the vendors' own Python clients make them, as JSON: nothing is sent anywhere."""

import base64
import datetime
import json
import os
import random
import sys
import urllib.parse

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ACCESS = "AKIDEXAMPLE"
TOKEN = "to/ken+=="
OUT = []
# The same in every run.
RANDOM = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 20261129)))
LETTERS = "abcXYZ019-_.~ +%&=?#:;,@!$'()*[]|^`{}\"<>\\/äß漢😀"


def name_of(longest=20):
    """A name of an object, with what is encoded in one place and not in another; no empty or dotted segment."""
    text = "".join(RANDOM.choice(LETTERS) for _ in range(RANDOM.randrange(1, longest)))
    return "/".join(f"n{part}" for part in text.split("/"))


NAMES = [name_of() for _ in range(8)]


def add(sdk, name, method, url, headers, body=b"", **more):
    parts = urllib.parse.urlsplit(url)
    plain = []
    for key, value in dict(headers).items():
        key = key.decode() if isinstance(key, bytes) else str(key)
        value = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        plain.append([key, value])
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    host = next((value for key, value in plain if key.lower() == "host"), parts.netloc)
    OUT.append(
        {
            "sdk": sdk,
            "name": name,
            "method": method,
            "scheme": parts.scheme or "https",
            "authority": host,
            "target": (parts.path or "/") + ("?" + parts.query if parts.query else ""),
            "headers": plain,
            "body": base64.b64encode(bytes(body or b"")).decode(),
            **more,
        }
    )


def aws():
    import boto3
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config

    class Raw:
        def stream(self):
            return [b""]

    def client(service, token=None, **config):
        made = boto3.client(
            service,
            region_name="eu-central-1",
            aws_access_key_id=ACCESS,
            aws_secret_access_key=SECRET,
            aws_session_token=token,
            config=Config(retries={"max_attempts": 0}, **config),
        )
        names = []

        def capture(request, **_):
            add("aws", f"{service} {names[-1]}", request.method, request.url, request.headers, request.body, token=token)
            raise Stop()

        made.meta.events.register("before-send.*", capture)

        def call(operation, **arguments):
            names.append(operation)
            try:
                getattr(made, operation)(**arguments)
            except Stop:
                pass

        return made, call

    class Stop(BaseException):
        pass

    keys = ["plain.txt", "a b/c+d.txt", "été/ü~!*'().txt", "a//b/../c", "100%.txt", "x=y&z?#.txt", *NAMES]
    for token in (None, TOKEN):
        made, call = client("s3", token, request_checksum_calculation="when_required")
        for key in keys:
            call("get_object", Bucket="my-bucket", Key=key, Range="bytes=0-9")
            call("put_object", Bucket="my-bucket", Key=key, Body=b"some bytes", Metadata={"note": "two  spaces"})
        call("list_objects_v2", Bucket="my-bucket", Prefix="a b/+~é", Delimiter="/", StartAfter="")
        call("delete_objects", Bucket="my-bucket", Delete={"Objects": [{"Key": "a"}]})
        call("get_bucket_acl", Bucket="my-bucket")
    _, call = client("s3")
    call("put_object", Bucket="my-bucket", Key="chunked.txt", Body=b"six by")
    for algorithm in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512"):
        call("put_object", Bucket="my-bucket", Key=f"{algorithm}.bin", Body=b"\x00\xff" * 40_000, ChecksumAlgorithm=algorithm)
    made, _ = client("s3", TOKEN, signature_version="s3v4")
    for key in keys:
        for operation, method in (("get_object", "GET"), ("put_object", "PUT")):
            url = made.generate_presigned_url(operation, Params={"Bucket": "my-bucket", "Key": key}, ExpiresIn=600)
            add("aws", f"presigned {operation} {key}", method, url, {}, token=TOKEN)
    post = made.generate_presigned_post(
        "my-bucket", "user/${filename}", Fields={"acl": "private"}, Conditions=[{"acl": "private"}, ["content-length-range", 1, 100]]
    )
    OUT.append({"sdk": "aws-form", "name": "presigned post", "fields": list(post["fields"].items()), "bucket": "my-bucket", "token": TOKEN})
    for service, operation, arguments in (
        ("dynamodb", "list_tables", {}),
        ("sqs", "list_queues", {"QueueNamePrefix": "a b+c"}),
        ("sts", "get_caller_identity", {}),
        ("lambda", "get_function", {"FunctionName": "arn:aws:lambda:eu-central-1:123456789012:function:a"}),
        ("lambda", "invoke", {"FunctionName": "a:$LATEST", "Payload": b"{}"}),
        ("iot-data", "get_thing_shadow", {"thingName": "a:b"}),
        ("kms", "list_keys", {}),
    ):
        _, call = client(service, TOKEN)
        call(operation, **arguments)
    made, _ = client("sts")
    url = made.generate_presigned_url("get_caller_identity", ExpiresIn=60)
    add("aws", "presigned sts", "POST", url, {})


def minio():
    from minio.credentials import Credentials
    from minio.signer import presign_v4, sign_v4_s3

    now = datetime.datetime.now(datetime.timezone.utc)
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for path, query in (("/b/a%20b/c", ""), ("/b", "list-type=2&prefix=a%2Fb"), ("/b/o", "acl=")):
        url = urllib.parse.urlsplit(f"https://play.example.com:9000{path}" + (f"?{query}" if query else ""))
        headers = {"Host": "play.example.com:9000", "x-amz-content-sha256": digest, "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ")}
        signed = sign_v4_s3(
            method="GET", url=url, region="eu-central-1", headers=headers, credentials=Credentials(ACCESS, SECRET), content_sha256=digest, date=now
        )
        add("aws", f"minio {path}", "GET", urllib.parse.urlunsplit(url), signed)
        presigned = presign_v4(
            method="GET", url=url, region="eu-central-1", credentials=Credentials(ACCESS, SECRET), date=now, expires=600
        )
        add("aws", f"minio presigned {path}", "GET", urllib.parse.urlunsplit(presigned), {"Host": "play.example.com:9000"})


def google():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from google.cloud import storage
    from google.oauth2 import service_account

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    account = service_account.Credentials.from_service_account_info(
        {"client_email": "bot@example.iam.gserviceaccount.com", "private_key": pem, "token_uri": "https://example.com/token", "type": "service_account"}
    )
    client = storage.Client(project="p", credentials=account)
    for name in ("plain.txt", "a b/c+d é~!*'().txt", *NAMES):
        blob = client.bucket("photos").blob(name)
        for method, headers in (("GET", {}), ("PUT", {"Content-Type": "text/plain", "x-goog-meta-note": "two  spaces"})):
            url = blob.generate_signed_url(
                version="v4", expiration=600, method=method, headers=headers, query_parameters={"generation": "1", "response-type": "a b"}
            )
            add("google", f"{method} {name}", method, url, headers, publicKey=public)
    post = client.generate_signed_post_policy_v4("photos", "a.txt", datetime.timedelta(seconds=60), fields={"acl": "private"})
    OUT.append({"sdk": "google-form", "name": "post policy", "fields": list(post["fields"].items()), "bucket": "photos", "publicKey": public})


def google_hmac():
    """HMAC keys of Cloud Storage: boto3 pointed at it, and the canonical request of botocore under the names of Google's page."""
    import hashlib
    import hmac

    import boto3
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials

    class Stop(BaseException):
        pass

    made = boto3.client(
        "s3",
        endpoint_url="https://storage.googleapis.com",
        region_name="auto",
        aws_access_key_id=ACCESS,
        aws_secret_access_key=SECRET,
        config=Config(retries={"max_attempts": 0}, request_checksum_calculation="when_required", signature_version="s3v4"),
    )

    def capture(request, **_):
        add("aws", f"at Cloud Storage: {request.method} {request.url}", request.method, request.url, request.headers, request.body)
        raise Stop()

    made.meta.events.register("before-send.*", capture)
    for name in ("plain.txt", "a b/c+d é~!*'().txt", *NAMES):
        for call in (
            lambda: made.get_object(Bucket="photos", Key=name, Range="bytes=0-9"),
            lambda: made.put_object(Bucket="photos", Key=name, Body=b"some bytes", Metadata={"note": "two  spaces"}),
        ):
            try:
                call()
            except Stop:
                pass
        url = made.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": name}, ExpiresIn=600)
        add("aws", f"presigned at Cloud Storage: {name}", "GET", url, {})

    class Canonical(botocore.auth.S3SigV4Auth):
        def payload(self, request):
            return botocore.auth.SigV4Auth.payload(self, request)

    now = datetime.datetime.now(datetime.timezone.utc)
    date, stamp = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date}/auto/storage/goog4_request"
    key = b"GOOG4" + SECRET.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    for name in ("plain.txt", "a b/c+d é~!*'().txt", *NAMES):
        for method, body in (("GET", b""), ("PUT", b"some bytes")):
            url = f"https://storage.googleapis.com/photos/{urllib.parse.quote(name)}?generation=1&response-type=a%20b"
            headers = {"x-goog-date": stamp, "x-goog-content-sha256": hashlib.sha256(body).hexdigest(), "x-goog-meta-note": "two  spaces"}
            request = AWSRequest(method=method, url=url, headers=headers, data=body)
            auth = Canonical(Credentials(ACCESS, SECRET), "s3", "auto")
            signed = auth.signed_headers(auth.headers_to_sign(request))
            digest = hashlib.sha256(auth.canonical_request(request).encode()).hexdigest()
            text = "\n".join(["GOOG4-HMAC-SHA256", stamp, scope, digest])
            signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
            value = f"GOOG4-HMAC-SHA256 Credential={ACCESS}/{scope}, SignedHeaders={signed}, Signature={signature}"
            add("google-hmac", f"{method} {name}", method, url, {**headers, "Authorization": value}, body)


def tencent():
    from tencentcloud.common import credential
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.http.request import ApiRequest
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    class Stop(BaseException):
        pass

    for method in ("POST", "GET"):
        for unsigned in (False, True):
            profile = ClientProfile(httpProfile=HttpProfile(reqMethod=method), signMethod="TC3-HMAC-SHA256")
            profile.unsignedPayload = unsigned

            def capture(_, request):
                url = f"https://{request.host}{request.uri}"
                body = request.data
                if request.method == "GET":
                    url, body = f"{url}?{request.data}", ""
                add("tencent", f"{method} unsigned={unsigned}", request.method, url, request.header, body)
                raise Stop()

            ApiRequest.send_request = capture
            client = CommonClient("cvm", "2017-03-12", credential.Credential(ACCESS, SECRET), "ap-guangzhou", profile)
            try:
                client.call_json("DescribeInstances", {"Limit": 1, "Name": "a b+c é"})
            except Stop:
                pass


def alibaba():
    from alibabacloud_tea_openapi import models
    from alibabacloud_tea_openapi.client import Client
    from alibabacloud_tea_openapi import client as module

    class Stop(BaseException):
        pass

    def capture(request, *_):
        query = urllib.parse.urlencode(request.query, quote_via=urllib.parse.quote, safe="~")
        url = f"https://{request.headers['host']}{request.pathname}" + (f"?{query}" if query else "")
        add("alibaba", f"{request.method} {request.pathname}", request.method, url, request.headers, request.body or b"")
        raise Stop()

    module.DaraCore.do_action = staticmethod(capture)
    client = Client(models.Config(access_key_id=ACCESS, access_key_secret=SECRET, endpoint="ecs.example.com"))
    for style, pathname, body in (("RPC", "/", {"a": "b c+é"}), ("ROA", "/api/v1/things", None)):
        params = models.Params(
            action="Do", version="2014-05-26", protocol="HTTPS", pathname=pathname, method="POST", auth_type="AK", style=style,
            body_type="json", req_body_type="json",
        )
        try:
            client.call_api(params, models.OpenApiRequest(query={"RegionId": "cn-a", "Name": "a b+c~é*"}, body=body), module.RuntimeOptions())
        except Stop:
            pass


def oss():
    from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
    from alibabacloud_oss_v2.signer.v4 import SignerV4
    from alibabacloud_oss_v2.types import HttpRequest, SigningContext

    credentials = StaticCredentialsProvider(ACCESS, SECRET, TOKEN).get_credentials()
    more = [(name, "versionId=" + urllib.parse.quote(name, safe="")) for name in NAMES]
    for key, query in (("a.txt", ""), ("a b/c+d é.txt", "acl&versionId=1%2F2"), (None, "list-type=2&prefix=a%2Fb&empty="), *more):
        for in_url in (False, True):
            path = "/" + urllib.parse.quote(key or "", safe="")
            url = f"https://photos.oss-cn-hangzhou.aliyuncs.com{path}" + (f"?{query}" if query else "")
            headers = {} if in_url else {"content-type": "text/plain", "x-oss-meta-a": "b  c"}
            request = HttpRequest("GET", url, headers=headers)
            context = SigningContext(
                product="oss", region="cn-hangzhou", bucket="photos", key=key, request=request, credentials=credentials
            )
            context.auth_method_query = in_url
            SignerV4().sign(context)
            add("oss", f"{key} in_url={in_url}", "GET", request.url, request.headers, token=TOKEN)


def tos_requests():
    from tos.auth import Auth
    from tos.http import Request

    for path, params in (("/a.txt", {}), ("/a b/c+é.txt", {"versionId": "a/b c"})):
        auth = Auth(ACCESS, SECRET, "cn-beijing")
        host = "photos.tos-cn-beijing.volces.com"
        request = Request("GET", f"https://{host}{urllib.parse.quote(path)}", path, host, params=dict(params), headers={"host": host, "x-tos-meta-a": "b  c"})
        auth.sign_request(request)
        query = urllib.parse.urlencode(params, quote_via=urllib.parse.quote)
        add("tos", f"field {path}", "GET", f"https://{host}{urllib.parse.quote(path)}" + (f"?{query}" if query else ""), request.headers)
        request = Request("GET", f"https://{host}{urllib.parse.quote(path)}", path, host, params=dict(params), headers={"host": host})
        add("tos", f"URL {path}", "GET", auth.sign_url(request, 600), {"host": host})


def huawei():
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.sdk_request import SdkRequest
    from huaweicloudsdkcore.signer.signer import Signer

    for method, path, body, kind in (
        ("GET", "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs", "", "application/json"),
        ("POST", "/v2/things/a%20b", '{"a":"é"}', "application/json"),
        ("PUT", "/v2/files/", "text", "text/plain"),
    ):
        request = SdkRequest(
            method=method, schema="https", host="service.example.com", resource_path=path, query_params=[("limit", 2), ("marker", "a b+é")],
            header_params={"Content-Type": kind, "x_note": "left out", "x-more": "b  c"}, body=body,
        )
        Signer(BasicCredentials(ACCESS, SECRET, "p")).sign(request)
        add("huawei", f"{method} {path}", method, f"https://service.example.com{request.uri}", request.header_params, request.body or "")


def crt():
    """SigV4 and SigV4a as the C library under AWS's SDKs signs them."""
    from awscrt import auth
    from awscrt.http import HttpHeaders, HttpRequest
    from awscrt.io import InputStream
    import io

    for algorithm, sdk in ((auth.AwsSigningAlgorithm.V4, "aws"), (auth.AwsSigningAlgorithm.V4_ASYMMETRIC, "aws4a")):
        for kind in (auth.AwsSignatureType.HTTP_REQUEST_HEADERS, auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS):
            in_url = kind == auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS
            for token in (None, TOKEN):
                for name in ("", *NAMES):
                    encoded = urllib.parse.quote(name, safe="/")
                    body = b"" if in_url or not name else name.encode()
                    headers = [("Host", "api.example.com"), ("X-Note", " two  spaces "), ("Content-Length", str(len(body)))]
                    path = f"/{encoded}?name={urllib.parse.quote(name, safe='')}&b=&a=2&a=1"
                    request = HttpRequest("POST" if body else "GET", path, HttpHeaders(headers), InputStream(io.BytesIO(body)))
                    auth.aws_sign_request(
                        request,
                        auth.AwsSigningConfig(
                            algorithm=algorithm,
                            signature_type=kind,
                            credentials_provider=auth.AwsCredentialsProvider.new_static(ACCESS, SECRET, token),
                            region="eu-central-1" if sdk == "aws" else "eu-central-1,us-east-1",
                            service="service",
                            expiration_in_seconds=600 if in_url else None,
                        ),
                    ).result()
                    url = f"https://api.example.com{request.path}"
                    add(sdk, f"crt {'URL' if in_url else 'field'} {path} {token}", request.method, url, list(request.headers), body, token=token)


def oss2_requests():
    import oss2

    class Stop(BaseException):
        pass

    class Session:
        def do_request(self, request, timeout):
            add("oss", f"oss2 {request.method} {request.url}", *prepared_of(request))
            raise Stop()

    def prepared_of(request):
        import requests

        body = request.data if isinstance(request.data, (bytes, str)) else b""
        headers = {key: value for key, value in request.headers.items() if value is not None}
        made = requests.Request(request.method, request.url, params=request.params, data=body).prepare()
        return made.method, made.url, headers, body

    bucket = oss2.Bucket(
        oss2.AuthV4(ACCESS, SECRET), "https://oss-cn-hangzhou.aliyuncs.com", "photos", session=Session(), region="cn-hangzhou"
    )
    for name in ("a.txt", *NAMES):
        for call in (
            lambda: bucket.get_object(name, byte_range=(0, 9)),
            lambda: bucket.put_object(name, b"some bytes", headers={"x-oss-meta-note": "two  spaces"}),
            lambda: bucket.head_object(name),
        ):
            try:
                call()
            except Stop:
                pass
        add("oss", f"oss2 URL {name}", "GET", bucket.sign_url("GET", name, 600, slash_safe=True), {})


def volcengine():
    from volcengine.auth.SignerV4 import SignerV4
    from volcengine.base.Request import Request
    from volcengine.Credentials import Credentials

    for name in ("a", *NAMES):
        for body in ("", '{"a":"é"}'):
            request = Request()
            request.set_shema("https")
            request.set_method("POST" if body else "GET")
            request.set_host("iam.volcengineapi.com")
            request.set_path("/")
            request.set_query({"Action": "ListUsers", "Version": "2018-01-01", "Name": name})
            request.set_headers({"Host": "iam.volcengineapi.com", "X-Note": "b  c", **({"Content-Type": "application/json"} if body else {})})
            request.set_body(body)
            SignerV4.sign(request, Credentials(ACCESS, SECRET, "iam", "cn-north-1"))
            add("volc", f"{request.method} {name}", request.method, request.build(), request.headers, body)


def botocore_signs(cases):
    """What botocore signs for requests of ours, at their time."""
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    out = []
    for case in cases:
        now = datetime.datetime.fromtimestamp(case["nowMs"] / 1000, datetime.timezone.utc)

        class Fixed(datetime.datetime):
            @classmethod
            def utcnow(cls):
                return now.replace(tzinfo=None)

            @classmethod
            def now(cls, tz=None):
                return now

        botocore.auth.datetime.datetime = Fixed
        if hasattr(botocore.auth, "get_current_datetime"):
            botocore.auth.get_current_datetime = lambda *_, **__: now.replace(tzinfo=None)
        kind = botocore.auth.S3SigV4Auth if case["service"] == "s3" else botocore.auth.SigV4Auth
        request = AWSRequest(method=case["method"], url=case["url"], headers=dict(case["headers"]), data=case["body"].encode())
        kind(Credentials(ACCESS, SECRET, case.get("token")), case["service"], "eu-central-1").add_auth(request)
        out.append(request.headers["Authorization"])
    return out


SOURCES = {
    "aws": aws, "minio": minio, "google": google, "google-hmac": google_hmac, "tencent": tencent, "alibaba": alibaba, "oss": oss, "tos": tos_requests, "huawei": huawei,
    "crt": crt, "oss2": oss2_requests, "volcengine": volcengine,
}

if __name__ == "__main__":
    if sys.argv[1:] == ["botocore"]:
        print(json.dumps(botocore_signs(json.load(sys.stdin))))
    else:
        failures = {}
        for label, source in SOURCES.items():
            try:
                source()
            except Exception as error:  # noqa: BLE001
                failures[label] = f"{type(error).__name__}: {error}"
        print(json.dumps({"requests": OUT, "failures": failures}))
