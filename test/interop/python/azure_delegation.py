"""User delegation SAS as azure-storage-blob makes them of the cases on stdin, as JSON."""

import json
import sys
from datetime import datetime

from azure.storage.blob import (
    BlobSasPermissions,
    ContainerSasPermissions,
    UserDelegationKey,
    generate_blob_sas,
    generate_container_sas,
)

TIMES = ("start", "expiry")


def key_of(members):
    key = UserDelegationKey()
    for name, value in members.items():
        setattr(key, name, value)
    return key


def token(case):
    options = {name: datetime.fromisoformat(value) if name in TIMES else value for name, value in case["options"].items()}
    shared = {"account_name": case["account"], "container_name": case["container"], "user_delegation_key": key_of(case["key"])}
    blob = case.get("blob")
    if blob is None:
        permission = ContainerSasPermissions.from_string(options.pop("permission"))
        return generate_container_sas(**shared, permission=permission, **options)
    permission = BlobSasPermissions.from_string(options.pop("permission"))
    return generate_blob_sas(**shared, blob_name=blob, permission=permission, **options)


print(json.dumps([token(case) for case in json.load(sys.stdin)]))
