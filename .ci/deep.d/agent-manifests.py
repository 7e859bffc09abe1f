"""Takes the agent's manifests apart: what Kubernetes itself knows goes into files of its own, the rest is checked here."""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

source, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
schema = json.loads((source.parent / "secret-provider-class.schema.json").read_text())
# What a person fills in.
text = re.sub(r"<digest>", "0" * 64, re.sub(r"<region>", "eu-west-1", source.read_text().replace("<account>", "444455556666")))
documents = list(yaml.safe_load_all(text))
assert len(documents) == 5, "not the manifests that this was written for"
for number, document in enumerate(documents):
    if document["kind"] == "SecretProviderClass":
        jsonschema.validate(document, schema)
        names = {path["objectAlias"] for path in yaml.safe_load(document["spec"]["parameters"]["objects"])[0]["jmesPath"]}
        assert names == {"agent-key.pem", "agent-certificate.pem"}, names
        print("SecretProviderClass: valid")
    else:
        (folder / f"manifest-{number}.yaml").write_text(yaml.safe_dump(document))
