"""An S3 server on this machine for `team_scale.py`: moto's, that reads no more than is asked for.

    pip install 'moto[server]'
    python tests/bench/s3_server.py [PORT]

Prints what to put into the environment; there is a bucket `bench`. Objects lie in files in the
temporary folder, and are gone with the server.
"""

import sys
import threading
from typing import Any

import boto3
from moto.s3 import responses
from moto.server import ThreadedMotoServer

_whole = responses.S3Response.key_response


def _ranged(self: Any, request: Any, url: str, headers: Any) -> Any:
    """Answer for a range without reading the rest, as moto would: objects here have a gigabyte."""
    first, _, last = request.headers.get("range", "").removeprefix("bytes=").partition("-")
    if request.method != "GET" or not last.isdigit() or "?" in url:
        return _whole(self, request, url, headers)
    self.setup_class(request)
    bucket = self.parse_bucket_name_from_url(request, url)
    key = self.backend.get_object(bucket, self.parse_key_name())
    if key is None or (first and int(first) >= key.size):
        return _whole(self, request, url, headers)
    start = int(first) if first else max(0, key.size - int(last))
    end = min(int(last), key.size - 1) if first else key.size - 1
    with key.lock:
        key._value_buffer.seek(start)
        data = key._value_buffer.read(end + 1 - start)
    told = key.response_dict | {"content-range": f"bytes {start}-{end}/{key.size}"}
    return 206, told | {"content-length": str(len(data))}, data


def main() -> None:
    """Serve until it is ended."""
    responses.S3Response.key_response = _ranged
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    host, bound = server.get_host_and_port()
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{host}:{bound}", **keys).create_bucket(Bucket="bench")
    print("AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_REGION=us-east-1", end=" ")
    print(f"AWS_EC2_METADATA_DISABLED=true AWS_ENDPOINT_URL=http://{host}:{bound}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
