"""Odd requests of the Azure packages for Python: names, metadata, queries, bodies and permissions at the edge of what they take."""

import json
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from azure.appconfiguration import AzureAppConfigurationClient, ConfigurationSetting
from azure.core.credentials import AzureNamedKeyCredential
from azure.core import MatchConditions
from azure.data.tables import TableClient, TableSasPermissions, TableServiceClient, generate_account_sas as table_account_sas, generate_table_sas
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
from azure.storage.fileshare import FileSasPermissions, ShareServiceClient, generate_file_sas, generate_share_sas
from azure.storage.queue import QueueServiceClient, generate_queue_sas

from azure_requests import ACCOUNT, FAILURES, KEY, OUT, Transport, cosmos_auth, record, sas

CREDENTIAL = {"account_name": ACCOUNT, "account_key": KEY}
NAMES = [
    "/lead", "//two", "trail/", "a//b", ".hidden", "+", " ", "a b+c", "%", "%2F", "%25", "?", "#", "?x=y&z#f", "a=b&c=d", "~", "*", "!$&'()*,;:@", "[]{}|\\^`<>\"", "a\tb", "é", "e\u0301", "漢字/かな", "😀",
    "x" * 900, "A/B.TXT", "$root", "\u00a0",
]


def blobs():
    for host in (f"https://{ACCOUNT}.blob.core.windows.net", f"https://{ACCOUNT}-secondary.blob.core.windows.net", f"http://127.0.0.1:10000/{ACCOUNT}"):
        transport = Transport()
        service = BlobServiceClient(host, credential=CREDENTIAL, transport=transport, retry_total=0)
        for name in NAMES:
            blob = service.get_blob_client("photos", name)
            record("azure-shared-key", f"get {name[:40]!r} at {host}", transport, lambda: blob.download_blob())
            record("azure-shared-key", f"put {name[:40]!r} at {host}", transport, lambda: blob.upload_blob(b"x", overwrite=True))
    transport = Transport()
    service = BlobServiceClient(f"https://{ACCOUNT}.blob.core.windows.net", credential=CREDENTIAL, transport=transport, retry_total=0)
    container, blob = service.get_container_client("photos"), service.get_blob_client("photos", "a b")

    def one(name, call):
        record("azure-shared-key", name, transport, call)

    for value in ("", " ", "two  spaces", "a,b", "a, b ;c", '"quoted  text"', "=+/", "x" * 1500, "tab\tinside"):
        one(f"metadata {value[:20]!r}", lambda: blob.set_blob_metadata({"note": value, "Upper_Case": value, "a1": "b"}))
    for more in (
        {"content_type": "text/plain; charset=utf-8"}, {"content_encoding": "gzip"}, {"content_language": "de, en"}, {"cache_control": "no-cache,  max-age=0"}, {"content_disposition": 'attachment; filename="a  b.txt"'}, {"content_type": ""},
        {"content_md5": bytearray(16)},
    ):
        one(f"headers {more}", lambda: blob.upload_blob(b"x", overwrite=True, content_settings=ContentSettings(**more)))
    when = datetime(2026, 1, 1, tzinfo=timezone.utc)
    for more in (
        {"if_modified_since": when}, {"if_unmodified_since": when}, {"etag": '"0x1"', "match_condition": MatchConditions.IfNotModified}, {"etag": "*", "match_condition": MatchConditions.IfModified},
        {"lease": "00000000-0000-0000-0000-000000000000"}, {"offset": 0, "length": 1}, {"offset": 5}, {"version_id": "2026-01-01T00:00:00.0000000Z"}, {"if_tags_condition": "\"a\"='b c'"}, {"timeout": 5},
    ):
        one(f"get {more}", lambda: blob.download_blob(**more))
    for size in (0, 1, 4 * 1024 * 1024):
        one(f"block of {size}", lambda: blob.stage_block("YWJj", b"\xff" * size))
        one(f"blob of {size}", lambda: blob.upload_blob(b"\x00" * size, overwrite=True))
    for call, name in (
        (lambda: next(iter(container.list_blobs(name_starts_with="+/ é&=?"))), "list by prefix"), (lambda: next(iter(container.walk_blobs(name_starts_with="", delimiter="/"))), "walk"),
        (lambda: next(container.list_blobs(results_per_page=1).by_page("2!8!a+/==")), "list by page"), (lambda: next(iter(service.find_blobs_by_tags("\"a b\"='c+d'"))), "find by tags"),
        (lambda: next(iter(service.list_containers(include_metadata=True, name_starts_with="A"))), "list containers"), (lambda: blob.set_blob_tags({"a b": "c+d", "e": ""}), "tags"), (lambda: blob.get_blob_tags(), "get tags"),
        (lambda: blob.start_copy_from_url("https://a.blob.core.windows.net/b/c d?sv=1&sig=a%2Bb"), "copy"), (lambda: blob.create_append_blob(), "append blob"), (lambda: blob.append_block(b"x", appendpos_condition=0), "append"),
        (lambda: blob.create_page_blob(512), "page blob"), (lambda: blob.upload_page(b"\x00" * 512, 0, 512), "page"), (lambda: blob.commit_block_list([]), "no blocks"), (lambda: blob.set_standard_blob_tier("Cool"), "tier"),
        (lambda: blob.acquire_lease(15), "lease"), (lambda: blob.create_snapshot({"a": "b  c"}), "snapshot"), (lambda: blob.undelete_blob(), "undelete"), (lambda: container.set_container_access_policy({}), "policies"),
        (lambda: service.get_account_information(), "account"), (lambda: service.get_service_stats(), "stats"), (lambda: blob.query_blob("select *"), "query"), (lambda: blob.get_page_ranges(offset=0, length=512), "ranges"),
    ):
        one(name, call)


def files_and_queues():
    transport = Transport()
    shares = ShareServiceClient(f"https://{ACCOUNT}.file.core.windows.net", credential=CREDENTIAL, transport=transport, retry_total=0)
    share = shares.get_share_client("share")
    for name in ("a b/é.txt", "a+b", "it's (me)!", "100%", "a=b&c", "漢/字", "~x", "a.b/.c"):
        file = share.get_file_client(name)
        for label, call in (
            ("create", lambda: file.create_file(10, metadata={"a": "b  c"})), ("range", lambda: file.upload_range(b"hello", 0, 5)), ("get", lambda: file.download_file(offset=1, length=2)), ("clear", lambda: file.clear_range(0, 512)),
            ("properties", lambda: file.get_file_properties()), ("rename", lambda: file.rename_file("new é.txt")),
        ):
            record("azure-shared-key", f"file {label} {name}", transport, call)
    record("azure-shared-key", "directories", transport, lambda: next(iter(share.get_directory_client("d é").list_directories_and_files("a+ b"))))
    transport = Transport()
    queues = QueueServiceClient(f"https://{ACCOUNT}.queue.core.windows.net", credential=CREDENTIAL, transport=transport, retry_total=0)
    queue = queues.get_queue_client("jobs")
    for text in ("", " ", "<&>", "é😀", "a\r\nb", "x" * 5000):
        record("azure-shared-key", f"message {text[:10]!r}", transport, lambda: queue.send_message(text, visibility_timeout=1, time_to_live=-1))
    record("azure-shared-key", "delete message", transport, lambda: queue.delete_message("id-1", "AgAAAAMA+/=="))
    record("azure-shared-key", "update message", transport, lambda: queue.update_message("id-1", "AgAAAAMA+/==", content="é"))
    record("azure-shared-key", "queues", transport, lambda: next(iter(queues.list_queues(name_starts_with="a", include_metadata=True))))


def tables():
    for host in (f"https://{ACCOUNT}.table.core.windows.net", f"https://{ACCOUNT}.table.cosmos.azure.com:443", f"http://127.0.0.1:10002/{ACCOUNT}"):
        transport = Transport()
        table = TableClient(host, "Employees", credential=AzureNamedKeyCredential(ACCOUNT, KEY), transport=transport, retry_total=0)
        for partition, row in (("p", "r 1"), ("", ""), ("it's", "a''b"), ("é漢", "😀"), ("a+b", "c&d=e"), ("%2F", "100%"), ("a,b", "(c)"), ("~", "!*")):
            record("azure-table", f"get {partition} {row} at {host}", transport, lambda: table.get_entity(partition, row))
            record("azure-table", f"delete {partition} {row} at {host}", transport, lambda: table.delete_entity(partition, row))
            record("azure-table", f"upsert {partition} {row} at {host}", transport, lambda: table.upsert_entity({"PartitionKey": partition, "RowKey": row, "n": "é"}))
        record("azure-table", f"query at {host}", transport, lambda: next(iter(table.query_entities("a eq 'b+c' and d gt 1", select=["a", "b"], results_per_page=1))))
        record("azure-table", f"batch at {host}", transport, lambda: table.submit_transaction([("create", {"PartitionKey": "p", "RowKey": "1"}), ("delete", {"PartitionKey": "p", "RowKey": "2"})]))
        service = TableServiceClient(host, credential=AzureNamedKeyCredential(ACCOUNT, KEY), transport=transport, retry_total=0)
        record("azure-table", f"tables at {host}", transport, lambda: next(iter(service.query_tables("TableName eq 'a b'"))))
        record("azure-table", f"create at {host}", transport, lambda: service.create_table("New"))


def configuration():
    transport = Transport()
    text = f"Endpoint=https://myconfig.azconfig.io;Id=0-l2-s0:abcdefghijklmnop;Secret={KEY}"
    client = AzureAppConfigurationClient.from_connection_string(text, transport=transport, retry_total=0)
    for name in NAMES[:24]:
        record("azure-hmac", f"get {name!r}", transport, lambda: client.get_configuration_setting(key=name, label=name))
        record("azure-hmac", f"set {name!r}", transport, lambda: client.set_configuration_setting(ConfigurationSetting(key=name, value=name, content_type="text/plain")))
        record("azure-hmac", f"list {name!r}", transport, lambda: next(iter(client.list_configuration_settings(key_filter=name, label_filter=name))))
    record("azure-hmac", "etag", transport, lambda: client.get_configuration_setting(key="a", etag="x", match_condition=MatchConditions.IfModified))
    record("azure-hmac", "read only", transport, lambda: client.set_read_only(ConfigurationSetting(key="a")))


def cosmos():
    class Connection:
        master_key = KEY
        resource_tokens = None

    date = datetime.now(timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for name in ("My Doc", "é漢", "a+b", "100%", "a=b&c", "UPPER", "it's", "a.b~c", "x" * 200):
        for verb, kind in (("get", "docs"), ("put", "docs"), ("delete", "docs"), ("post", "sprocs")):
            resource = f"dbs/{name}/colls/C{name}/{kind}/D{name}"
            headers = {"x-ms-date": date}
            value = cosmos_auth._get_authorization_header(Connection(), verb, f"/{resource}/", resource, True, kind, headers)
            OUT.append(
                {
                    "scheme": "azure-cosmos",
                    "name": f"{verb} {name[:30]} {kind}",
                    "method": verb.upper(),
                    "url": f"https://my-cosmos.documents.azure.com/{quote(resource)}",
                    "headers": [["x-ms-date", date], ["authorization", quote(value, "-_.!~*'()")]],
                    "body": "",
                }
            )


def attempt(name, call):
    try:
        call()
    except Exception as error:  # noqa: BLE001
        FAILURES[name] = repr(error)[:200]


def shared():
    end = datetime.now(timezone.utc) + timedelta(hours=1)
    start = datetime.now(timezone.utc) - timedelta(minutes=15)
    base = f"https://{ACCOUNT}.blob.core.windows.net"
    read = BlobSasPermissions(read=True)
    for name in NAMES:

        def one(more, label):
            token = generate_blob_sas(ACCOUNT, "photos", name, account_key=KEY, permission=read, expiry=end, **more)
            sas("blob", f"{label} {name[:40]!r}", f"{base}/photos/{quote(name, safe='~/')}", token)

        attempt(f"SAS {name}", lambda: one({}, "blob"))
        attempt(f"SAS headers {name}", lambda: one({"start": start, "content_disposition": f"attachment; filename={name[:30]}", "cache_control": "no-cache,  x", "content_language": "de"}, "headers"))
    for more in (
        {"ip": "192.0.2.1"}, {"ip": "192.0.2.1-192.0.2.9"}, {"protocol": "https,http"}, {"version_id": "2026-01-01T00:00:00.0000000Z"}, {"snapshot": "2026-01-01T00:00:00.0000000Z"}, {"encryption_scope": "scope a"}, {"content_encoding": "gzip"},
        {"content_type": "a/b; c=d  e"}, {"policy_id": "pol é+/="}, {"content_type": "é"},
    ):
        token = generate_blob_sas(ACCOUNT, "photos", "a b", account_key=KEY, permission=read, expiry=end, **more)
        extra = "".join(f"&{key}={quote(more[name])}" for name, key in (("version_id", "versionid"), ("snapshot", "snapshot")) if name in more)
        sas("blob", f"blob {more}", f"{base}/photos/a%20b", token + extra)
    for permission in ("r", "rl", "racwdxyltmeopi", "l"):
        token = generate_container_sas(ACCOUNT, "photos", account_key=KEY, permission=ContainerSasPermissions.from_string(permission), expiry=end)
        sas("blob", f"container {permission}", f"{base}/photos?restype=container&comp=list&prefix=a%2Bb+c", token)
    for services in ("b", "bfqt"):
        for kinds in ("o", "sco"):
            token = generate_account_sas(ACCOUNT, KEY, ResourceTypes.from_string(kinds), AccountSasPermissions.from_string("rwdlacup"), end, services=services, start=start, ip="192.0.2.1", protocol="https", encryption_scope=None)
            sas("blob", f"account {services} {kinds}", f"{base}/photos/any%20thing?comp=metadata", token)
    for name in ("a b/é.txt", "d/e/f", "it's"):
        token = generate_file_sas(ACCOUNT, "share", name.split("/"), KEY, FileSasPermissions(read=True), end, content_type="text/plain")
        sas("file", f"file {name}", f"https://{ACCOUNT}.file.core.windows.net/share/{quote(name)}", token)
    token = generate_share_sas(ACCOUNT, "share", KEY, "rl", end)
    sas("file", "share", f"https://{ACCOUNT}.file.core.windows.net/share?restype=share", token)
    for permission, path in (("r", "jobs"), ("raup", "jobs/messages"), ("p", "jobs/messages/id-1?popreceipt=a%2Bb%2F%3D%3D")):
        sas("queue", f"queue {permission}", f"https://{ACCOUNT}.queue.core.windows.net/{path}", generate_queue_sas(ACCOUNT, "jobs", KEY, permission=permission, expiry=end, start=start, ip="192.0.2.1"))
    credential = AzureNamedKeyCredential(ACCOUNT, KEY)
    for rows in ({}, {"start_pk": "a b", "end_pk": "é"}, {"start_pk": "", "start_rk": "", "end_pk": "", "end_rk": ""}, {"start_pk": "a", "start_rk": "+"}):
        token = generate_table_sas(credential, "Employees", permission=TableSasPermissions(read=True, add=True), expiry=end, **rows)
        sas("table", f"table {rows}", f"https://{ACCOUNT}.table.core.windows.net/Employees(PartitionKey='a%20b',RowKey='c')", token)
    sas("table", "table account", f"https://{ACCOUNT}.table.core.windows.net/Employees()", table_account_sas(credential, ResourceTypes(object=True), AccountSasPermissions(read=True), end))


if __name__ == "__main__":
    for part in (blobs, files_and_queues, tables, configuration, cosmos, shared):
        attempt(part.__name__, part)
    print(json.dumps({"requests": OUT, "failures": FAILURES}))
