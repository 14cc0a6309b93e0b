"""Requests as the Azure packages for Python put them on the wire, as JSON."""

import base64
import json
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from azure.appconfiguration import AzureAppConfigurationClient, ConfigurationSetting
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline.transport import HttpTransport
from azure.cosmos import auth as cosmos_auth
from azure.data.tables import TableClient, TableSasPermissions, generate_table_sas
from azure.storage.blob import (
    AccountSasPermissions,
    BlobSasPermissions,
    BlobServiceClient,
    ContainerSasPermissions,
    ContentSettings,
    ResourceTypes,
    generate_account_sas,
    generate_blob_sas,
    generate_container_sas,
)
from azure.storage.fileshare import ShareServiceClient
from azure.storage.queue import QueueServiceClient, generate_queue_sas

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
OUT = []
FAILURES = {}


class Kept(Exception):
    pass


class Transport(HttpTransport):
    """Keeps the request in place of sending it."""

    def __init__(self):
        self.kept = None

    def open(self):
        pass

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def send(self, request, **_):
        self.kept = request
        raise Kept()


def body_of(request):
    data = getattr(request, "data", None)
    if data is None:
        data = getattr(request, "content", None)
    if data is None:
        return b""
    if hasattr(data, "read"):
        data = data.read()
    return data.encode() if isinstance(data, str) else bytes(data)


def record(scheme, name, transport, call):
    transport.kept = None
    try:
        call()
    except Exception as error:  # the transport stops every call
        if transport.kept is None:
            FAILURES[name] = repr(error)
            return
    request = transport.kept
    OUT.append(
        {
            "scheme": scheme,
            "name": name,
            "method": request.method,
            "url": request.url,
            "headers": [[key, str(value)] for key, value in request.headers.items()],
            "body": base64.b64encode(body_of(request)).decode(),
        }
    )


def sas(service, name, url, token):
    OUT.append(
        {
            "scheme": "azure-sas",
            "service": service,
            "name": name,
            "method": "GET",
            "url": f"{url}{'&' if '?' in url else '?'}{token}",
            "headers": [],
            "body": "",
        }
    )


def storage():
    credential = {"account_name": ACCOUNT, "account_key": KEY}
    for host in [f"https://{ACCOUNT}.blob.core.windows.net", f"http://127.0.0.1:10000/{ACCOUNT}"]:
        transport = Transport()
        service = BlobServiceClient(host, credential=credential, transport=transport, retry_total=0)
        container = service.get_container_client("photos")

        def one(name, call):
            record("azure-shared-key", f"{name} at {host}", transport, call)

        one("properties", lambda: service.get_service_properties())
        one("create", lambda: container.create_container(metadata={"b_c": "1", "bd": "2  3"}))
        one("list", lambda: next(iter(container.list_blobs(name_starts_with="a b/é", include=["tags", "metadata"]))))
        for blob_name in ["a.txt", "a b/é+1.txt", "it's (me)!*", "100%"]:
            blob = container.get_blob_client(blob_name)
            one(f"upload {blob_name}", lambda: blob.upload_blob(b"hello", overwrite=True, metadata={"a": "x  y"}))
            one(f"empty {blob_name}", lambda: blob.upload_blob(b"", overwrite=True))
            one(f"MD5 {blob_name}", lambda: blob.upload_blob(b"hello", overwrite=True, validate_content=True))
            one(f"range {blob_name}", lambda: blob.download_blob(offset=1, length=3))
            one(f"block {blob_name}", lambda: blob.stage_block("YWJj", b"hello"))
            one(f"properties {blob_name}", lambda: blob.get_blob_properties(if_modified_since=datetime(2026, 1, 1, tzinfo=timezone.utc)))
            settings = ContentSettings(content_type="text/plain", content_language="de")
            one(f"set {blob_name}", lambda: blob.set_http_headers(settings))
            one(f"delete {blob_name}", lambda: blob.delete_blob(delete_snapshots="include"))
    transport = Transport()
    queues = QueueServiceClient(
        f"https://{ACCOUNT}.queue.core.windows.net", credential=credential, transport=transport, retry_total=0
    )
    queue = queues.get_queue_client("jobs")
    record("azure-shared-key", "queue send", transport, lambda: queue.send_message("héllo"))
    record("azure-shared-key", "queue peek", transport, lambda: queue.peek_messages(5))
    shares = ShareServiceClient(
        f"https://{ACCOUNT}.file.core.windows.net", credential=credential, transport=transport, retry_total=0
    )
    file = shares.get_share_client("share").get_file_client("d/f 1.txt")
    record("azure-shared-key", "file create", transport, lambda: file.create_file(10))
    record("azure-shared-key", "file range", transport, lambda: file.upload_range(b"hello", 0, 5))


def tables():
    transport = Transport()
    table = TableClient(
        f"https://{ACCOUNT}.table.core.windows.net",
        "Employees",
        credential=AzureNamedKeyCredential(ACCOUNT, KEY),
        transport=transport,
        retry_total=0,
    )
    row = {"PartitionKey": "p", "RowKey": "r 1", "n": "é"}
    record("azure-table", "create", transport, lambda: table.create_entity(row))
    record("azure-table", "get", transport, lambda: table.get_entity("p", "r 1"))
    record("azure-table", "query", transport, lambda: next(iter(table.query_entities("n eq 'a b'", select=["n"]))))
    record("azure-table", "policies", transport, lambda: table.get_table_access_policy())


def configuration():
    transport = Transport()
    text = f"Endpoint=https://myconfig.azconfig.io;Id=0-l2-s0:abcdefghijklmnop;Secret={KEY}"
    client = AzureAppConfigurationClient.from_connection_string(text, transport=transport, retry_total=0)
    record("azure-hmac", "get", transport, lambda: client.get_configuration_setting(key="a/b c", label="é x"))
    setting = ConfigurationSetting(key="k", value="v")
    record("azure-hmac", "set", transport, lambda: client.set_configuration_setting(setting))
    record("azure-hmac", "list", transport, lambda: next(iter(client.list_configuration_settings(key_filter="a*"))))


def cosmos():
    # The client asks for its account before anything else, so what it signs with is called by itself.
    class Connection:
        master_key = KEY
        resource_tokens = None

    date = datetime.now(timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
    cases = [
        ("get", "/dbs/My Db/colls/C/docs/D 1/", "dbs/My Db/colls/C/docs/D 1", "docs", True),
        ("post", "/dbs/MyDb/colls/C/docs/", "dbs/MyDb/colls/C", "docs", True),
        ("get", "/dbs/", "", "dbs", True),
        ("get", "/", "", "", True),
        ("get", "/offers/AbC/", "AbC", "offers", False),
    ]
    for verb, path, resource, kind, named in cases:
        headers = {"x-ms-date": date}
        value = cosmos_auth._get_authorization_header(Connection(), verb, path, resource, named, kind, headers)
        OUT.append(
            {
                "scheme": "azure-cosmos",
                "name": f"{verb} {path}",
                "method": verb.upper(),
                "url": f"https://my-cosmos.documents.azure.com{quote(path)}",
                "headers": [["x-ms-date", date], ["authorization", quote(value, "-_.!~*'()")]],
                "body": "",
            }
        )


def shared():
    end = datetime.now(timezone.utc) + timedelta(hours=1)
    start = datetime.now(timezone.utc) - timedelta(minutes=15)
    blobs = f"https://{ACCOUNT}.blob.core.windows.net"
    read = BlobSasPermissions(read=True)
    for name, path in [("a.txt", "a.txt"), ("a b/é.txt", "a%20b/%C3%A9.txt")]:
        more = {"start": start, "protocol": "https", "content_type": "text/plain; charset=utf-8"}
        token = generate_blob_sas(ACCOUNT, "photos", name, account_key=KEY, permission=read, expiry=end, **more)
        sas("blob", f"blob {name}", f"{blobs}/photos/{path}", token)
        token = generate_blob_sas(ACCOUNT, "photos", name, account_key=KEY, permission=read, expiry=end)
        sas("blob", f"blob {name} without a start", f"{blobs}/photos/{path}", token)
    permission = ContainerSasPermissions(read=True, list=True)
    token = generate_container_sas(ACCOUNT, "photos", account_key=KEY, permission=permission, expiry=end)
    sas("blob", "container", f"{blobs}/photos?restype=container&comp=list", token)
    kinds = ResourceTypes(object=True, container=True)
    token = generate_account_sas(ACCOUNT, KEY, kinds, AccountSasPermissions(read=True, list=True), end, start=start)
    sas("blob", "account", f"{blobs}/photos/any", token)
    token = generate_queue_sas(ACCOUNT, "jobs", KEY, permission="rp", expiry=end)
    sas("queue", "queue", f"https://{ACCOUNT}.queue.core.windows.net/jobs/messages", token)
    credential = AzureNamedKeyCredential(ACCOUNT, KEY)
    rows = {"start_pk": "a", "start_rk": "b", "end_pk": "c", "end_rk": "d"}
    permission = TableSasPermissions(read=True)
    token = generate_table_sas(credential, "Employees", permission=permission, expiry=end, **rows)
    sas("table", "table", f"https://{ACCOUNT}.table.core.windows.net/Employees()", token)


if __name__ == "__main__":
    for part in [storage, tables, configuration, cosmos, shared]:
        part()
    print(json.dumps({"requests": OUT, "failures": FAILURES}))
