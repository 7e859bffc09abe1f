"""Whether docs/deployer-policy.json has every right that CloudFormation's own resource types say they need.

python deployer-rights.py <template> ...: the types of the templates, by the handlers' permissions in CloudFormation's
registry schemas, of which cfn-lint carries a copy. Prints what is missing and fails.
"""

import fnmatch
import glob
import json
import os
import sys

import cfnlint

# Rights of features that the stack does not use; the schema names them for all users of a type.
UNUSED = [
    "acm-pca:*", "autoscaling:*", "cloudfront:*", "elasticfilesystem:*", "firehose:*", "s3files:*", "s3tables:*", "sts:*",
    "vpc-lattice:*", "vpce:*", "kms:*",
    # Policies of users and groups; the stack has roles only.
    "iam:*GroupPolicy", "iam:*UserPolicy",
    # IPv6, encryption controls and tenancy of a VPC.
    "ec2:AssociateSubnetCidrBlock", "ec2:DisassociateSubnetCidrBlock", "ec2:CreateVpcEncryptionControl", "ec2:ModifyVpcTenancy",
    # Code signing is an option; capacity providers and runtime aliases are not used.
    "lambda:*CodeSigningConfig", "lambda:PassCapacityProvider", "lambda:AssociateRuntimeAlias", "lambda:PutFunctionScalingConfig",
    "logs:*DataProtectionPolicy", "logs:*IndexPolicy", "logs:PutBearerTokenAuthentication", "logs:PutLogGroupDeletionProtection",
    "sns:PutDataProtectionPolicy",
    # Whatever else a bucket may have.
    "s3:*Metadata*", "s3:*Accelerate*", "s3:*Analytics*", "s3:*BucketAbac", "s3:*BucketAcl", "s3:*BucketCORS", "s3:*BucketCors",
    "s3:*BucketNotification", "s3:*ObjectLock*", "s3:*Replication*", "s3:*BucketWebsite", "s3:*IntelligentTiering*",
    "s3:*Inventory*", "s3:*MetricsConfiguration", "s3:DeleteBucketEncryption", "s3:DeleteBucketLifecycle", "s3:DeleteObject",
    "s3:PutObjectAcl", "s3:REST.PUT.OBJECT",
]  # fmt: skip


def needed(templates):
    types = {r["Type"] for t in templates for r in json.load(open(t))["Resources"].values()}
    folder = os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas", "resources")
    schemas = {}
    for path in glob.glob(os.path.join(folder, "*.json")):
        schema = json.load(open(path))
        schemas.setdefault(schema.get("typeName"), schema)
    for name in sorted(t for t in types if t.startswith("AWS::")):
        for handler in ("create", "read", "update", "delete"):
            for action in schemas[name].get("handlers", {}).get(handler, {}).get("permissions", []):
                yield action, name


def main():
    statements = json.load(open("docs/deployer-policy.json"))["Statement"]
    granted = [a for s in statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])]

    def matches(action, patterns):
        return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)

    needs = sorted(set(needed(sys.argv[1:])))
    missing = [(a, t) for a, t in needs if not matches(a, granted) and not matches(a, UNUSED)]
    for action, name in missing:
        print(f"docs/deployer-policy.json lacks {action}, which {name} needs")
    unneeded = [u for u in UNUSED if not any(matches(a, [u]) for a, _ in needs)]
    if unneeded:
        print("no type names these any more:", ", ".join(unneeded))
    print(f"deployer's rights: {len({a for a, _ in needs})} actions of the resource types compared")
    sys.exit(1 if missing or not needs else 0)


main()
