"""Creates the stacks of an assembly in an emulator, asks the API that came of them, and deletes them again.

python emulator.py <assembly> <address of the emulator>

What the emulator does not know is left out, and said; everything else must be created, and be gone at the end.
"""

import base64
import io
import json
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import boto3

# Types without which the rest stands, with the reason why the emulator is not asked for them.
LEFT_OUT = {
    "AWS::EC2::FlowLog": "unknown to it",
    "AWS::EC2::SecurityGroupIngress": "unknown to it as a resource of its own",
    "AWS::EC2::VPCPeeringConnection": "unknown to it",
    "AWS::Cognito::ManagedLoginBranding": "unknown to it",
    "AWS::Cognito::UserPoolIdentityProvider": "unknown to it",
    "AWS::CodeDeploy::Application": "unknown to it",
    "AWS::CodeDeploy::DeploymentGroup": "unknown to it",
    "AWS::Lambda::CodeSigningConfig": "unknown to it",
    "AWS::Budgets::Budget": "unknown to it",
    "AWS::WAFv2::LoggingConfiguration": "unknown to it",
    "AWS::EC2::TransitGatewayVpcAttachment": "unknown to it",
    "AWS::IAM::OIDCProvider": "unknown to it",
    "AWS::IoT::Logging": "unknown to it",
    "AWS::RAM::ResourceShare": "unknown to it",
    "AWS::Route53Resolver::ResolverEndpoint": "unknown to it",
}
# The longest that a stack may take.
SECONDS = 600


def main(assembly: Path, endpoint: str) -> None:
    templates = sorted(assembly.glob("*.template.json"), key=lambda path: len(path.name))
    for path in templates:
        name = path.name.removesuffix(".template.json")
        manifest = json.loads((assembly / "manifest.json").read_text())["artifacts"][name]
        account, region = manifest["environment"].removeprefix("aws://").split("/")
        aws = client_maker(endpoint, account, region)
        template = with_zone(reduced(json.loads(path.read_text())), aws("route53"))
        point_functions_at(endpoint, template)
        place = upload(aws("s3"), assembly, name, account, region, template)
        create(aws("cloudformation"), name, template, f"{endpoint}/{place}")
        if "AWS::ApiGatewayV2::Api" in {resource["Type"] for resource in template["Resources"].values()}:
            ask(aws, endpoint, name)
    for path in reversed(templates):
        name = path.name.removesuffix(".template.json")
        manifest = json.loads((assembly / "manifest.json").read_text())["artifacts"][name]
        account, region = manifest["environment"].removeprefix("aws://").split("/")
        delete(client_maker(endpoint, account, region)("cloudformation"), name)


def client_maker(endpoint: str, account: str, region: str):
    """The emulator takes a key id of twelve digits for the account."""
    return lambda service: boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="none",
    )


def reason_to_leave_out(resource: dict) -> str | None:
    kind = resource["Type"]
    if kind == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
        return f"{kind} that reckons with several metrics"
    if kind == "AWS::Route53::RecordSet" and "DnsEntries" in json.dumps(resource["Properties"]):
        return f"{kind} of an interface endpoint (it gives these no DNS names)"
    return f"{kind} ({LEFT_OUT[kind]})" if kind in LEFT_OUT else None


def reduced(template: dict) -> dict:
    """The template without what is left out, and without what refers to that."""
    gone = {key: reason for key, resource in template["Resources"].items() if (reason := reason_to_leave_out(resource))}
    for reason in sorted(set(gone.values())):
        print(f"  left out: {reason}")
    resources = {key: value for key, value in template["Resources"].items() if key not in gone}
    for resource in resources.values():
        resource.pop("UpdatePolicy", None)
        waits = resource.get("DependsOn", [])
        resource["DependsOn"] = [key for key in ([waits] if isinstance(waits, str) else waits) if key not in gone]
        resource["Properties"] = {
            key: without(value, gone) for key, value in resource.get("Properties", {}).items() if not leads_to(value, gone)
        }
    # A route of a peering leads nowhere without it.
    resources = {
        key: value
        for key, value in resources.items()
        if not (value["Type"] == "AWS::EC2::Route" and "VpcPeeringConnectionId" not in value["Properties"])
    }
    # The bootstrap's version, which CloudFormation would look up.
    return {"Resources": resources, "Outputs": template.get("Outputs", {})}


def with_zone(template: dict, route53) -> dict:
    """The zone is the company's, and is there before: it gets another id here."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Route53::RecordSet":
            zones = route53.list_hosted_zones()["HostedZones"]
            zone = zones[0] if zones else route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]
            resource["Properties"]["HostedZoneId"] = zone["Id"].split("/")[-1]
    return template


def point_functions_at(endpoint: str, template: dict) -> None:
    """Where the functions reach S3 and Cognito; in the cloud these variables are not set."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            variables = resource["Properties"].setdefault("Environment", {}).setdefault("Variables", {})
            for service in ("S3", "COGNITO_IDENTITY_PROVIDER"):
                variables[f"AWS_ENDPOINT_URL_{service}"] = endpoint


def leads_to(value, gone: dict) -> bool:
    if not isinstance(value, dict):
        return False
    return (value.get("Ref") or (value.get("Fn::GetAtt") or [None])[0]) in gone


def without(value, gone: dict):
    """Inside of a longer value, such as a dashboard's text, a word stands for what is not there."""
    if leads_to(value, gone):
        return "left-out"
    if isinstance(value, dict):
        return {key: without(part, gone) for key, part in value.items()}
    return [without(part, gone) for part in value] if isinstance(value, list) else value


def upload(s3, assembly: Path, name: str, account: str, region: str, template: dict) -> str:
    """What `cdk deploy` would publish: the bundles, and the template, which is too long for a request. Gives its place."""
    place = ""
    for asset in json.loads((assembly / f"{name}.assets.json").read_text())["files"].values():
        source = assembly / asset["source"]["path"]
        if asset["source"]["packaging"] == "zip":
            body = zipped(source)
        elif source.name == f"{name}.template.json":
            body = json.dumps(template).encode()
        else:
            continue
        for destination in asset["destinations"].values():
            bucket = destination["bucketName"].replace("${AWS::AccountId}", account).replace("${AWS::Region}", region)
            make_bucket(s3, bucket, region)
            s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)
            if asset["source"]["packaging"] != "zip":
                place = f"{bucket}/{destination['objectKey']}"
    return place


def zipped(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for file in folder.rglob("*"):
            bundle.write(file, file.relative_to(folder))
    return archive.getvalue()


def make_bucket(s3, bucket: str, region: str) -> None:
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=bucket, **where)
    except s3.exceptions.BucketAlreadyOwnedByYou:
        pass


def create(cloudformation, name: str, template: dict, address: str) -> None:
    cloudformation.create_stack(StackName=name, TemplateURL=address, Capabilities=["CAPABILITY_IAM"])
    status = settled(cloudformation, name)
    if status != "CREATE_COMPLETE":
        for event in cloudformation.describe_stack_events(StackName=name)["StackEvents"]:
            if "FAILED" in event["ResourceStatus"]:
                print("  ", event["LogicalResourceId"], event.get("ResourceStatusReason"))
        sys.exit(f"{name}: {status}")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    made = {resource["LogicalResourceId"] for page in pages for resource in page["StackResourceSummaries"]}
    missing = set(template["Resources"]) - made
    if missing:
        sys.exit(f"{name}: not made: {sorted(missing)}")
    print(f"  {name}: {len(made)} resources created")


def delete(cloudformation, name: str) -> None:
    cloudformation.delete_stack(StackName=name)
    status = settled(cloudformation, name)
    if status not in ("DELETE_COMPLETE", "gone"):
        sys.exit(f"{name}: {status} after the deletion")
    print(f"  {name}: deleted")


def settled(cloudformation, name: str) -> str:
    for _ in range(SECONDS * 2):
        try:
            status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        except cloudformation.exceptions.ClientError:
            return "gone"
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(0.5)
    sys.exit(f"{name}: still busy after {SECONDS} s")


def ask(aws, endpoint: str, name: str) -> None:
    """`/health` answers through gateway and function, nothing else does without a token, and with one of Cognito's it does."""
    (api,) = [api for api in aws("apigatewayv2").get_apis()["Items"] if api["Name"] == name]
    (pool,) = [pool for pool in aws("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]]
    address = f"{endpoint}/_aws/execute-api/{api['ApiId']}/$default"
    health = get(f"{address}/health")
    if health[0] != 200 or health[1].get("status") != "ok" or "version" not in health[1]:
        sys.exit(f"{name}: /health answers {health}")
    refused = get(f"{address}/environments")
    if refused[0] != 401:
        sys.exit(f"{name}: /environments without a token answers {refused}")
    permitted = get(f"{address}/environments", token(aws("cognito-idp"), endpoint, pool["Id"]))
    print(f"  {name}: /health {health[0]}, /environments without a token {refused[0]}, with one {permitted[0]}")
    if permitted[0] != 200 or not permitted[1]["environments"]:
        sys.exit(f"{name}: /environments answers {permitted}")


def token(cognito, endpoint: str, pool: str) -> str:
    """By the client-credentials grant, as the first machine client of the pool."""
    for client in cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]:
        whole = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client["ClientId"])["UserPoolClient"]
        if "ClientSecret" in whole:
            break
    secret = base64.b64encode(f"{whole['ClientId']}:{whole['ClientSecret']}".encode()).decode()
    headers = {"authorization": f"Basic {secret}", "content-type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(f"{endpoint}/oauth2/token", b"grant_type=client_credentials", headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["access_token"]


def get(address: str, bearer: str | None = None) -> tuple[int, dict]:
    headers = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, {"body": refusal.read().decode()}


main(Path(sys.argv[1]), sys.argv[2])
