"""What stands in an account before a stack comes: a network, and the Lambda code in the assets bucket."""

import hashlib
import io
import zipfile
from pathlib import Path

from .aws import REGION


# An account that names no network: its stack makes one.
NO_NETWORK = {"VpcId": "", "SubnetIds": ""}


def create_network(aws, account):
    """A VPC with two subnets; gives the parameters that name them."""
    ec2 = aws.client(account, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    return {"VpcId": vpc, "SubnetIds": ",".join(subnet["SubnetId"] for subnet in subnets)}


def upload_code(aws, central, bootstrap):
    """The bootstrap as the Lambda functions get it; gives the parameters that name it."""
    code, file = Path(bootstrap).read_bytes(), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, code, zipfile.ZIP_DEFLATED)
    s3, bucket = aws.client(central, "s3"), f"pipesynth-assets-{central}-{REGION}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    key = f"lambda/{hashlib.sha256(code).hexdigest()}.zip"
    s3.put_object(Bucket=bucket, Key=key, Body=file.getvalue())
    return {"AssetBucket": bucket, "AssetKey": key}
