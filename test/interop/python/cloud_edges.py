"""Odd requests as the vendors' own Python clients make them, as JSON: names, values, bodies, hosts and ports at the edge of what they take."""

import datetime
import io
import json
import time
import urllib.parse

from cloud_requests import ACCESS, OUT, SECRET, TOKEN, add

FAILURES = {}
KEYS = [
    "/lead", "//two", "///", "trail/", "a//b///c", ".hidden", "a/.b", "+", " ", " a ", "a+b c", "%", "%2F", "%20", "%zz", "%25", "?", "#", "?x=y&z#f", "a=b&c=d", "~", "*",
    "!$&'()*,;:@", "[]{}|\\^`<>\"", "a\tb", "a\nb", "é", "e\u0301", "漢字/かな", "😀", "x" * 1000, "a&X-Amz-Signature=b", "\u00a0", "\u202e", "ü/../b", "a/./b", "..", "../up", ".", "a/..",
]
EDGE_TOKEN = "/+=/+AB==+/"


class Stop(BaseException):
    pass


def attempt(name, call):
    """A call of a client that ends where its request would be sent. What the client itself refuses is no case."""
    try:
        call()
    except Stop:
        pass
    except Exception as error:  # noqa: BLE001
        FAILURES[name] = f"{type(error).__name__}: {error}"[:200]


def aws():
    import boto3
    from botocore.config import Config

    def client(service, token=None, endpoint=None, region="eu-central-1", **config):
        made = boto3.client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=ACCESS,
            aws_secret_access_key=SECRET,
            aws_session_token=token,
            config=Config(retries={"max_attempts": 0}, **config),
        )
        label = []

        def capture(request, **_):
            add("aws", label[-1], request.method, request.url, request.headers, request.body, token=token)
            raise Stop()

        made.meta.events.register("before-send.*", capture)

        def call(operation, **arguments):
            label.append(f"{service} {operation} {str(arguments)[:120]} at {endpoint}")
            attempt(label[-1], lambda: getattr(made, operation)(**arguments))

        return made, call

    plain = {"request_checksum_calculation": "when_required"}
    for style in ("virtual", "path"):
        made, call = client("s3", EDGE_TOKEN, s3={"addressing_style": style}, **plain)
        for key in KEYS:
            call("get_object", Bucket="my-bucket", Key=key)
            call("put_object", Bucket="my-bucket", Key=key, Body=b"x")
            url = made.generate_presigned_url("get_object", Params={"Bucket": "my-bucket", "Key": key}, ExpiresIn=604800)
            add("aws", f"presigned {style} {key[:60]!r}", "GET", url, {}, token=EDGE_TOKEN)
    for endpoint in ("http://localhost:9000", "https://S3.Example.COM:8443", "https://s3.example.com:443", "http://s3.example.com:80", "https://192.0.2.1", "http://[::1]:9000"):
        made, call = client("s3", endpoint=endpoint, s3={"addressing_style": "path"}, **plain)
        call("get_object", Bucket="my-bucket", Key="/a b")
        call("put_object", Bucket="my-bucket", Key="a", Body=b"")
        url = made.generate_presigned_url("put_object", Params={"Bucket": "my-bucket", "Key": "a b"}, ExpiresIn=600)
        # As urllib3 and fetch send the host.
        wire = urllib.parse.urlsplit(url)
        port = "" if wire.port in (None, {"http": 80, "https": 443}[wire.scheme]) else f":{wire.port}"
        host = f"[{wire.hostname}]" if ":" in wire.hostname else wire.hostname
        add("aws", f"presigned at {endpoint}", "PUT", url.replace(wire.netloc, host + port, 1), {}, b"any body")
    _, call = client("s3", **plain)
    for value in ("two  spaces", " outer ", "tab\tinside", "", "a,b", "a, b ;c", '"quoted  text"', "=+/", "x" * 1500):
        call("put_object", Bucket="my-bucket", Key="meta", Body=b"x", Metadata={"note": value, "Other-Name": value})
    for headers in (
        {"ContentType": "text/plain; charset=utf-8"}, {"ContentType": ""}, {"CacheControl": "no-cache,  max-age=0"}, {"ContentDisposition": "attachment; filename=\"a  b.txt\""},
        {"ContentEncoding": "gzip"}, {"ContentLanguage": "de, en"}, {"Expires": datetime.datetime(2030, 1, 1)}, {"Tagging": "a=b%20c&d="}, {"WebsiteRedirectLocation": "/a b"},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}, {"ObjectLockRetainUntilDate": datetime.datetime(2030, 1, 1)}, {"IfNoneMatch": "*"}, {"ExpectedBucketOwner": "123456789012"},
        {"ACL": "bucket-owner-full-control"}, {"StorageClass": "GLACIER"}, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "arn:aws:kms:a:b:key/c"},
    ):
        call("put_object", Bucket="my-bucket", Key="h", Body=b"x", **headers)
    for more in (
        {"Range": "bytes=0-"}, {"IfMatch": '"abc"'}, {"IfModifiedSince": datetime.datetime(2026, 1, 1)}, {"VersionId": "null"}, {"VersionId": "a+b/c=="}, {"PartNumber": 1},
        {"ResponseContentDisposition": 'attachment; filename="a b+c é.txt"'}, {"ResponseContentType": "text/plain; charset=utf-8"}, {"ResponseCacheControl": ""},
        {"ResponseContentEncoding": "a+b", "ResponseContentLanguage": "*", "ResponseExpires": datetime.datetime(2026, 1, 1)}, {"RequestPayer": "requester"}, {"ChecksumMode": "ENABLED"},
    ):
        call("get_object", Bucket="my-bucket", Key="a b", **more)
        url = made.generate_presigned_url("get_object", Params={"Bucket": "my-bucket", "Key": "a b", **more}, ExpiresIn=60)
        signed = {}
        if "%3B" in url.split("X-Amz-SignedHeaders=")[1].split("&")[0]:
            # The headers that such a URL has to be called with.
            signed = {"range": more.get("Range"), "if-match": more.get("IfMatch"), "if-modified-since": "IfModifiedSince" in more and "Thu, 01 Jan 2026 00:00:00 GMT"}
            signed |= {"x-amz-request-payer": more.get("RequestPayer"), "x-amz-checksum-mode": more.get("ChecksumMode")}
            names = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["X-Amz-SignedHeaders"][0].split(";")
            signed = {name: value for name, value in signed.items() if value and name in names}
        add("aws", f"presigned {more}", "GET", url, signed)
    for arguments in (
        {"Prefix": ""}, {"Prefix": "/"}, {"Prefix": "a&b=c"}, {"Delimiter": "%"}, {"StartAfter": "漢 +"}, {"ContinuationToken": "1+/=="}, {"EncodingType": "url", "MaxKeys": 0},
        {"Prefix": "+", "Delimiter": " "}, {"OptionalObjectAttributes": ["RestoreStatus"]},
    ):
        call("list_objects_v2", Bucket="my-bucket", **arguments)
    for operation, arguments in (
        ("list_object_versions", {"KeyMarker": "a b", "VersionIdMarker": "+"}), ("get_bucket_location", {}), ("get_bucket_policy", {}), ("list_multipart_uploads", {"Prefix": "é"}),
        ("create_multipart_upload", {"Key": "a/b"}), ("upload_part", {"Key": "a", "PartNumber": 1, "UploadId": "a.b-c_d+e/f=", "Body": b"x"}), ("abort_multipart_upload", {"Key": "a", "UploadId": "u+ /"}),
        ("put_object_tagging", {"Key": "a b", "Tagging": {"TagSet": [{"Key": "k é", "Value": ""}]}}), ("get_object_attributes", {"Key": "a", "ObjectAttributes": ["ETag", "ObjectSize"]}),
        ("copy_object", {"Key": "to é", "CopySource": {"Bucket": "my-bucket", "Key": "from é +&"}}), ("copy_object", {"Key": "to", "CopySource": "my-bucket/a%20b?versionId=x"}),
        ("put_bucket_cors", {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}}), ("head_object", {"Key": "/"}), ("delete_object", {"Key": " "}), ("head_bucket", {}),
        ("select_object_content", {"Key": "a", "Expression": "select *", "ExpressionType": "SQL", "InputSerialization": {"CSV": {}}, "OutputSerialization": {"CSV": {}}}),
        ("put_bucket_tagging", {"Tagging": {"TagSet": []}}), ("restore_object", {"Key": "a", "RestoreRequest": {"Days": 1}}),
    ):
        call(operation, Bucket="my-bucket", **arguments)
    call("list_buckets")
    # The SDK writes chunks of one mebibyte.
    mebibyte = 1_048_576
    _, call = client("s3", TOKEN)
    for size in (0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 2 * mebibyte):
        call("put_object", Bucket="my-bucket", Key=f"{size}", Body=b"\xff" * size)
        call("put_object", Bucket="my-bucket", Key=f"stream {size}", Body=io.BytesIO(b"\x00" * size), ChecksumAlgorithm="SHA256")
    for coding in ("gzip", "br"):
        call("put_object", Bucket="my-bucket", Key=coding, Body=b"x", ContentEncoding=coding)
    _, call = client("s3", endpoint="http://localhost:9000")
    for size in (0, 1, 70_000):
        call("put_object", Bucket="my-bucket", Key=f"plain {size}", Body=io.BytesIO(b"\x00" * size))
    _, call = client("s3", s3={"payload_signing_enabled": True})
    call("put_object", Bucket="my-bucket", Key="signed", Body=b"x")
    for service, operation, arguments in (
        ("dynamodb", "put_item", {"TableName": "t", "Item": {"k": {"S": "é +"}, "e": {"S": ""}}}), ("sqs", "send_message", {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123/q", "MessageBody": "a&b=c é"}),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:eu-central-1:123456789012:t", "Message": "a b+c&d=é", "Subject": "~*'()"}), ("ec2", "describe_instances", {"Filters": [{"Name": "tag:a b", "Values": ["", "x+y"]}]}),
        ("iam", "get_user", {"UserName": "a+b@c"}), ("sts", "assume_role", {"RoleArn": "arn:aws:iam::123456789012:role/a", "RoleSessionName": "s@x,=.-", "Policy": '{"a": "b c"}'}),
        ("lambda", "invoke", {"FunctionName": "a", "Qualifier": "$LATEST", "Payload": b""}), ("lambda", "list_tags", {"Resource": "arn:aws:lambda:eu-central-1:123456789012:function:a"}),
        ("iot-data", "publish", {"topic": "a/b c+/#", "qos": 1, "payload": b"x"}), ("iot-data", "get_retained_message", {"topic": "$aws/é"}), ("route53", "list_hosted_zones", {"Marker": "/a b"}),
        ("cloudfront", "list_distributions", {"Marker": "+"}), ("glacier", "list_vaults", {"accountId": "-"}), ("kinesis", "put_record", {"StreamName": "s", "Data": b"\x00\xff", "PartitionKey": "é"}),
        ("secretsmanager", "get_secret_value", {"SecretId": "a/b+c"}), ("ssm", "get_parameter", {"Name": "/a/b c", "WithDecryption": True}), ("logs", "describe_log_groups", {"logGroupNamePrefix": "/aws/é"}),
        ("apigateway", "get_resources", {"restApiId": "a b", "embed": ["methods"]}), ("apigateway", "get_rest_apis", {"position": "a+b/=="}), ("batch", "list_tags_for_resource", {"resourceArn": "arn:aws:batch:a:b:job/c d"}),
        ("eks", "describe_cluster", {"name": "~a"}), ("efs", "describe_file_systems", {"FileSystemId": "fs-1"}), ("bedrock-runtime", "invoke_model", {"modelId": "anthropic.claude:0", "body": b"{}"}),
        ("s3control", "list_jobs", {"AccountId": "123456789012"}), ("es", "list_tags", {"ARN": "arn:aws:es:a:b:domain/c"}), ("cognito-idp", "list_users", {"UserPoolId": "eu_1"}), ("polly", "describe_voices", {"LanguageCode": "de-DE"}),
        ("mediastore-data", "get_object", {"Path": "a b/é"}), ("cloudsearchdomain", "search", {"query": "a b+c", "queryParser": "simple"}), ("codeartifact", "list_packages", {"domain": "dd", "repository": "rr", "namespace": "@a/b"}),
        ("backup", "get_backup_plan", {"BackupPlanId": "a/b"}), ("pinpoint", "get_app", {"ApplicationId": "*'()!"}), ("mq", "list_tags", {"ResourceArn": "arn:aws:mq:a:b:c"}), ("dax", "list_tags", {"ResourceName": "a"}),
    ):
        endpoint = "https://domain.example.com" if service in ("mediastore-data", "cloudsearchdomain") else None
        _, call = client(service, EDGE_TOKEN, endpoint)
        call(operation, **arguments)
    for service, operation, arguments, method in (
        ("sts", "get_caller_identity", {}, "POST"), ("ec2", "describe_regions", {}, "GET"), ("sns", "list_topics", {}, "GET"), ("lambda", "get_function", {"FunctionName": "a b:c"}, "GET"),
        ("polly", "synthesize_speech", {"Text": "a b é+", "OutputFormat": "mp3", "VoiceId": "Marlene"}, "GET"), ("iot-data", "get_thing_shadow", {"thingName": "a:b"}, "GET"),
    ):
        made, _ = client(service, EDGE_TOKEN)
        try:
            url = made.generate_presigned_url(operation, Params=arguments, ExpiresIn=60, HttpMethod=method)
            add("aws", f"presigned {service} {operation}", method, url, {}, token=EDGE_TOKEN)
        except Exception as error:  # noqa: BLE001
            FAILURES[f"presigned {service}"] = repr(error)
    tokens(client)
    botocore_auth()
    forms(client)


def tokens(client):
    """Signed URLs that serve as passwords: of databases, caches and clusters."""
    from botocore.model import ServiceId
    from botocore.signers import RequestSigner

    made, _ = client("rds", EDGE_TOKEN)
    for user in ("jane", "a b+c@d/é"):
        token = made.generate_db_auth_token("db.example.com", 3306, user)
        add("aws", f"token of a database {user}", "GET", f"https://{token}", {}, token=EDGE_TOKEN)
    session = made.meta.events
    for service, url, headers in (
        ("sts", "https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", {"x-k8s-aws-id": "my-cluster"}), ("elasticache", "http://my-cache/?Action=connect&User=a+b", {}),
        ("kafka-cluster", "https://kafka.eu-central-1.amazonaws.com/?Action=kafka-cluster%3AConnect", {}), ("dsql", "https://a.dsql.eu-central-1.on.aws/?Action=DbConnectAdmin", {}),
    ):
        signer = RequestSigner(ServiceId(service), "eu-central-1", service, "v4", made._request_signer._credentials, session)
        signed = signer.generate_presigned_url({"method": "GET", "url": url, "body": {}, "headers": headers, "context": {}}, region_name="eu-central-1", expires_in=60, operation_name="")
        add("aws", f"token of {service}", "GET", signed, headers, token=EDGE_TOKEN)


def botocore_auth():
    """botocore's signers on targets that no operation makes."""
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    targets = [
        "/", "/%2F", "/a%2Bb", "/a%20b/%C3%A9", "/?a", "/?a=", "/?=x", "/?a=b%3Dc", "/?a=%2B&a=%20", "/?b=2&a=1&b=1&B=0", "/?a=1&a=1", "/?A=1&a=2", "/?%C3%A9=%E6%BC%A2",
        "/?x=a%26b%3Dc", "/?a-b=1&a_b=2&a.b=3&a~b=4", "/~u/", "/a/b/", "/?a%5B%5D=1&a%5B%5D=2", "/?q=%27%28%29%2A%21", "/?a=%E9",
    ]
    # Where the path is encoded once more nothing has to be encoded before.
    raw = ["/a+b", "/a*b'(c)!", "/a@b:c,d;e=f&g$h", "/%7Eu", "/%41", "/a;v=1", "/a%2fb"]
    headers = {"X-Inner": "a   b\tc", "X-Outer": "  a  ", "X-Empty": "", "X-Comma": "b,a, c", "Accept": "*/*", "X-Quote": '"a  b"'}
    for service in ("execute-api", "s3", "es", "vpc-lattice-svcs"):
        for target in targets if service == "s3" else targets + raw:
            for body in (b"", b'{"a": "b"}'):
                for kind in ("header", "query"):
                    name = ("S3" if service == "s3" else "") + ("SigV4Auth" if kind == "header" else "SigV4QueryAuth")
                    url = f"https://api.example.com{target}"
                    request = AWSRequest("POST" if body else "GET", url, dict(headers) if kind == "header" else {}, body or None)
                    signer = getattr(botocore.auth, name)(Credentials(ACCESS, SECRET, EDGE_TOKEN if body else None), service, "eu-central-1")
                    signer.add_auth(request)
                    sent = request.prepare() if kind == "query" else request
                    sent_body = request.data or b""
                    add("aws", f"{name} {service} {target} {len(body)}", request.method, request.url, sent.headers if kind == "header" else {}, sent_body, token=EDGE_TOKEN if body else None)


def forms(client):
    made, _ = client("s3", EDGE_TOKEN)
    for key, fields, conditions in (
        ("a b/é+${filename}", {}, []), ("", {}, []), ("a", {"Content-Type": "text/plain;  x"}, [["starts-with", "$Content-Type", ""]]), ("a", {"x-amz-meta-note": "é  ü"}, [{"x-amz-meta-note": "é  ü"}]),
        ("a", {"success_action_redirect": "https://a.example/?b=c&d"}, [["starts-with", "$success_action_redirect", "https://a.example/"]]), ("a", {"tagging": "<a>"}, [["eq", "$tagging", "<a>"]]),
        ("a", {"success_action_status": "201"}, [{"success_action_status": "201"}, ["content-length-range", 10, 10]]), ("u/1/${filename}", {"acl": "private"}, [["eq", "$acl", "private"]]),
    ):
        def one():
            post = made.generate_presigned_post("my-bucket", key, Fields=dict(fields), Conditions=list(conditions), ExpiresIn=604800)
            OUT.append({"sdk": "aws-form", "name": f"form {key} {fields}", "fields": list(post["fields"].items()), "bucket": "my-bucket", "token": EDGE_TOKEN})

        attempt(f"form {key}", one)


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

    def signed(name, method="GET", headers=None, bucket=False, bucket_name="photos", wire_method=None, wire_headers=None, **more):
        label = f"{method} {name[:60]!r} {more} {headers}"

        def one():
            # The client takes both forms in place, and changes them.
            target = client.bucket(bucket_name) if bucket else client.bucket(bucket_name).blob(name)
            sdk = "google-port" if ":4443" in str(more) or ":8443" in str(more) else "google"
            url = target.generate_signed_url(version="v4", expiration=604800, method=method, headers=dict(headers or {}), **more)
            add(sdk, label, wire_method or method, url, wire_headers or headers or {}, publicKey=public)

        attempt(label, one)

    for name in KEYS:
        signed(name)
        signed(name, "PUT", virtual_hosted_style=True)
        signed(name, "DELETE", bucket_bound_hostname="https://cdn.example.com:8443")
    for parameters in ({"prefix": ""}, {"prefix": "a b+c&é"}, {"a": None}, {"b": "2", "a": "1", "A": "0"}, {"list-type": "2", "delimiter": "/"}, {"a~b": "*'()!"}, {"fields": "items(name)"}):
        signed("", "GET", bucket=True, query_parameters=dict(parameters))
        signed("a b", "GET", query_parameters=dict(parameters))
    for headers in (
        {"X-Goog-Meta-Note": "two  spaces"}, {"x-goog-meta-a": " outer "}, {"x-goog-meta-a": ""}, {"x-goog-meta-tab": "a\tb"}, {"Content-Type": "text/plain; charset=utf-8"}, {"x-goog-acl": "public-read"},
        {"x-goog-resumable": "start", "Content-Length": "0"}, {"x-goog-content-sha256": "UNSIGNED-PAYLOAD"}, {"Content-MD5": "XrY7u+Ae7tCTyyK7j1rNww=="}, {"Range": "bytes=0-1"}, {"X-Custom": "a, b,c"},
    ):
        signed("a b", "PUT", headers)
    signed("a", response_disposition='attachment; filename="a b é.txt"', response_type="text/plain", generation=7)
    signed("r", "RESUMABLE", wire_method="POST", wire_headers={"x-goog-resumable": "start"})
    for host in ("https://storage.example.com", "http://localhost:4443"):
        signed("a b", api_access_endpoint=host)
    for fields, conditions in (({"x-goog-meta-a": "é"}, []), ({"Content-Type": "text/plain"}, [["starts-with", "$key", "a/"]]), ({"success_action_redirect": "https://a.example/?b&c"}, [["content-length-range", 0, 10]])):
        def form():
            post = client.generate_signed_post_policy_v4("photos", "a/é b.txt", datetime.timedelta(days=7), fields=dict(fields), conditions=list(conditions))
            OUT.append({"sdk": "google-form", "name": f"form {fields}", "fields": list(post["fields"].items()), "bucket": "photos", "publicKey": public})

        attempt(f"form {fields}", form)


def tencent():
    from tencentcloud.common import credential
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.http.request import ApiRequest
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    values = [
        {}, {"A": ""}, {"A": "a b+c"}, {"A": "é漢😀"}, {"A": "%2F%20"}, {"A": "~*'()!-._"}, {"A": "a&b=c"}, {"A": [1, 2, "x y"]}, {"A": {"B": {"C": "d e"}}}, {"A": 0}, {"A": True}, {"A": None}, {"A": 1.5},
        {"B": 2, "A": 1, "a": 0}, {"A": "\t\n"}, {"A": "x" * 2000}, {"A": "\u00a0"}, {"A.0": "1"},
    ]
    for endpoint in (None, "cvm.ap-guangzhou.tencentcloudapi.com", "CVM.example.com", "cvm.example.com:8443"):
        for token in (None, EDGE_TOKEN):
            for method in ("POST", "GET"):
                for unsigned in (False, True):
                    if (endpoint or token) and unsigned:
                        continue
                    profile = ClientProfile(httpProfile=HttpProfile(reqMethod=method, endpoint=endpoint), signMethod="TC3-HMAC-SHA256")
                    profile.unsignedPayload = unsigned
                    for value in values:
                        label = f"{method} unsigned={unsigned} {str(value)[:60]} at {endpoint} {token}"

                        def capture(_, request):
                            url = f"https://{request.host}{request.uri}"
                            body = request.data
                            if request.method == "GET":
                                url, body = f"{url}?{request.data}", ""
                            add("tencent", label, request.method, url, request.header, body, token=token)
                            raise Stop()

                        ApiRequest.send_request = capture
                        client = CommonClient("cvm", "2017-03-12", credential.Credential(ACCESS, SECRET, token), "ap-guangzhou", profile)
                        attempt(label, lambda: client.call_json("DescribeInstances", value))
    profile = ClientProfile(httpProfile=HttpProfile(reqMethod="POST"), signMethod="TC3-HMAC-SHA256")
    for label, call in (
        ("octet", lambda client: client.call_octet_stream("Put", {"X-A": "b  c"}, b"\x00\xff")),
        ("octet empty", lambda client: client.call_octet_stream("Put", {}, b"")),
        ("multipart", lambda client: client._call("Put", {"A": "b c"}, {"IsMultipart": True, "BinaryParams": []})),
    ):
        def capture(_, request):
            add("tencent", label, request.method, f"https://{request.host}{request.uri}", request.header, request.data)
            raise Stop()

        ApiRequest.send_request = capture
        client = CommonClient("cvm", "2017-03-12", credential.Credential(ACCESS, SECRET), "ap-guangzhou", profile)
        attempt(label, lambda: call(client))


def alibaba():
    import requests
    from alibabacloud_tea_openapi import client as module
    from alibabacloud_tea_openapi import models
    from alibabacloud_tea_openapi.client import Client

    label = []

    def capture(request, *_):
        wire = requests.Request(request.method, module.DaraCore.compose_url(request)).prepare().url
        add("alibaba", label[-1], request.method, wire, request.headers, request.body or b"", token=request.headers.get("x-acs-security-token"))
        raise Stop()

    module.DaraCore.do_action = staticmethod(capture)
    for token in (None, EDGE_TOKEN):
        config = {"access_key_id": ACCESS, "access_key_secret": SECRET, "endpoint": "ecs.example.com", "security_token": token, "type": "sts" if token else None}
        client = Client(models.Config(**{k: v for k, v in config.items() if v}))
        for style, pathname in (("RPC", "/"), ("ROA", "/api/v1/things"), ("ROA", "/api/a%20b/%C3%A9"), ("ROA", "/api/trail/"), ("ROA", "/api/*'()!~"), ("ROA", "/api//two"), ("ROA", "/api/a:b@c,d;e")):
            for method in ("GET", "POST", "DELETE"):
                for query in ({}, {"a": ""}, {"a": "b c+d&e=f"}, {"a": "é漢😀"}, {"B": "1", "a": "2", "A": "3"}, {"Filter.1.Name": "~*'()!"}, {"a": "%2F"}):
                    for kind, body in (("json", {"a": "é"}), ("formData", {"a": "b c+é", "e": ""}), ("json", None), ("byte", b"\x00\xff"), ("string", "plain é")):
                        if method != "POST" and body is not None or len(query) == 0 and method == "DELETE":
                            continue
                        label.append(f"{style} {method} {pathname} {query} {kind} {body!r} {token}")
                        params = models.Params(
                            action="Do", version="2014-05-26", protocol="HTTPS", pathname=pathname, method=method, auth_type="AK", style=style, body_type="json", req_body_type=kind,
                        )
                        request = models.OpenApiRequest(query=dict(query), body=body, headers={"x-acs-note": " a  b ", "x-other": "c"})
                        attempt(label[-1], lambda: client.call_api(params, request, module.RuntimeOptions()))


def oss():
    import oss2
    import requests
    from alibabacloud_oss_v2.credentials import StaticCredentialsProvider
    from alibabacloud_oss_v2.signer.v4 import SignerV4
    from alibabacloud_oss_v2.types import HttpRequest, SigningContext

    for key in KEYS:
        for in_url in (False, True):
            def one():
                credentials = StaticCredentialsProvider(ACCESS, SECRET, EDGE_TOKEN).get_credentials()
                url = "https://photos.oss-cn-hangzhou.aliyuncs.com/" + urllib.parse.quote(key, safe="") + "?x-oss-process=image%2Fresize%2Cw_1&empty&response-content-disposition=a%20b"
                headers = {} if in_url else {"content-type": "text/plain", "x-oss-meta-a": "b  c", "x-oss-meta-e": ""}
                request = HttpRequest("GET", url, headers=headers)
                context = SigningContext(product="oss", region="cn-hangzhou", bucket="photos", key=key, request=request, credentials=credentials)
                context.auth_method_query = in_url
                SignerV4().sign(context)
                add("oss", f"v2 {key[:60]!r} in_url={in_url}", "GET", request.url, request.headers, token=EDGE_TOKEN)

            attempt(f"oss v2 {key}", one)

    class Session:
        def do_request(self, request, timeout):
            body = request.data if isinstance(request.data, (bytes, str)) else b""
            headers = {key: value for key, value in request.headers.items() if value is not None}
            made = requests.Request(request.method, request.url, params=request.params, data=body).prepare()
            add("oss", f"oss2 {made.method} {made.url[:90]}", made.method, made.url, headers, body, token=None)
            raise Stop()

    # Their clients for URLs take the path apart, and leave dots out.
    dots = (".", "..", "a/..", "a/./b", "../up", "ü/../b")
    bucket = oss2.Bucket(oss2.AuthV4(ACCESS, SECRET), "https://oss-cn-hangzhou.aliyuncs.com", "photos", session=Session(), region="cn-hangzhou")
    for key in (key for key in KEYS if key not in dots and key.strip()):
        attempt(f"oss2 put {key}", lambda: bucket.put_object(key, b"", headers={"x-oss-meta-note": "two  spaces", "x-oss-meta-e": ""}))
        for safe in (False, True):
            # OSS answers a path that begins with two slashes by 0016-00000005.
            sdk = "oss-refused" if safe and key.startswith("/") else "oss"
            attempt(f"oss2 url {key}", lambda: add(sdk, f"oss2 URL {safe} {key[:60]!r}", "PUT", bucket.sign_url("PUT", key, 600, slash_safe=safe, params={"a": "b c", "e": ""}), {}))
    for prefix in ("", "a b+é&=", "/"):
        attempt(f"oss2 list {prefix}", lambda: bucket.list_objects_v2(prefix=prefix, delimiter="/"))


def tos():
    from tos.auth import Auth
    from tos.http import Request

    host = "photos.tos-cn-beijing.volces.com"
    for name in KEYS:
        for params in ({}, {"versionId": "a/b c+é", "e": ""}, {"response-content-disposition": 'attachment; filename="a b"'}):
            def one(in_url):
                path = f"/{name}"
                auth = Auth(ACCESS, SECRET, "cn-beijing")
                quoted = urllib.parse.quote(path, safe="/~")
                url = f"https://{host}{quoted}"
                headers = {"host": host} if in_url else {"host": host, "x-tos-meta-a": "b  c", "x-tos-meta-e": ""}
                request = Request("GET", url, path, host, params=dict(params), headers=headers)
                if in_url:
                    add("tos", f"URL {name[:60]!r} {params}", "GET", auth.sign_url(request, 600), headers)
                    return
                auth.sign_request(request)
                query = urllib.parse.urlencode(params, quote_via=urllib.parse.quote)
                add("tos", f"field {name[:60]!r} {params}", "GET", url + (f"?{query}" if query else ""), request.headers)

            for in_url in (False, True):
                attempt(f"tos {name}", lambda: one(in_url))


def huawei():
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.sdk_request import SdkRequest
    from huaweicloudsdkcore.signer.signer import Signer

    paths = ["/", "/v1/a", "/v1/a/", "/v1//a", "/v1/a%20b", "/v1/%C3%A9", "/v1/~a", "/v1/a*b'(c)!", "/v1/a:b@c,d;e=f&g", "/v1/a+b", "/v1/%2F"]
    queries = [[], [("a", "")], [("a", "b c+d")], [("a", "1"), ("a", "0")], [("b", "2"), ("a", "1"), ("A", "0")], [("é", "漢😀")], [("a", "~*'()!")], [("a", "%2F")], [("a", ["x", "y z"])], [("a", None)]]
    bodies = [("", "application/json"), ('{"a":"é"}', "application/json"), ("{}", "application/json;charset=UTF-8"), ("text", "text/plain"), ("", "text/plain"), ("a=b", "application/x-www-form-urlencoded")]
    for path in paths:
        for query in queries:
            for body, kind in bodies:
                label = f"{path} {query} {body} {kind}"

                def one():
                    method = "POST" if body else "GET"
                    request = SdkRequest(
                        method=method, schema="https", host="service.example.com", resource_path=path, query_params=list(query),
                        header_params={"Content-Type": kind, "x_note": "left out", "x-more": " b  c ", "X-Empty": "", "X-Project-Id": "p"}, body=body,
                    )
                    Signer(BasicCredentials(ACCESS, SECRET, "p")).sign(request)
                    add("huawei", label, method, f"https://service.example.com{request.uri}", request.header_params, request.body or "")

                attempt(label, one)


def volcengine():
    import requests
    from volcengine.auth.SignerV4 import SignerV4
    from volcengine.base.Request import Request
    from volcengine.Credentials import Credentials

    for path in ("/", "/a", "/a/", "/a b", "/é", "/a+b", "/~*'()!"):
        for query in ({}, {"a": ""}, {"a": "b c+d&e=f"}, {"é": "漢😀"}, {"B": "1", "a": "2", "A": "3"}, {"a": "~*'()!"}, {"a": "%2F"}, {"a": "\u00a0"}):
            for token in ("", EDGE_TOKEN):
                for body, kind in (("", ""), ("{}", "application/json"), ("a=b+c", "application/x-www-form-urlencoded; charset=utf-8")):
                    label = f"{path} {query} {token} {body}"

                    def one():
                        request = Request()
                        request.set_shema("https")
                        request.set_method("POST" if body else "GET")
                        request.set_host("iam.volcengineapi.com")
                        request.set_path(path)
                        request.set_query(dict(query))
                        request.set_headers({"Host": "iam.volcengineapi.com", "X-Note": "b  c", "X-Empty": "", **({"Content-Type": kind} if body else {})})
                        request.set_body(body)
                        SignerV4.sign(request, Credentials(ACCESS, SECRET, "iam", "cn-north-1", token))
                        wire = requests.Request(request.method, request.build()).prepare().url
                        add("volc", label, request.method, wire, request.headers, body, token=token or None)

                    attempt(label, one)


SOURCES = {"aws": aws, "google": google, "tencent": tencent, "alibaba": alibaba, "oss": oss, "tos": tos, "huawei": huawei, "volcengine": volcengine}

if __name__ == "__main__":
    for source, run in SOURCES.items():
        try:
            run()
        except Exception as error:  # noqa: BLE001
            import traceback

            FAILURES[source] = traceback.format_exc()
    print(json.dumps({"requests": OUT, "failures": FAILURES, "nowMs": int(time.time() * 1000)}))
