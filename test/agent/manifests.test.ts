/** The manifests agree with the stack that makes the role and the secret, and with the program that runs in the pod. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { CREDENTIAL_FILES } from '../../agent/certificate.ts';
import { secretName } from '../../lib/agent-account/settings.ts';
import { NODE_FLAGS } from '../../local/accounts/agent-process.ts';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a shape of its own
  spec: any;
}

const manifests = parseAllDocuments(readFileSync('agent/kubernetes/agent.yaml', 'utf8')).map(
  (document) => document.toJS() as Manifest,
);
const ofKind = (kind: string): Manifest => {
  const manifest = manifests.find((candidate) => candidate.kind === kind);
  if (manifest === undefined) throw new Error(`no ${kind}`);
  return manifest;
};
const pod = ofKind('Deployment').spec.template.spec;
const [container] = pod.containers;

test('the pod gets its credentials by Pod Identity, of the service account that the role is for', () => {
  const { metadata } = ofKind('ServiceAccount');
  expect(pod.serviceAccountName).toBe(metadata.name);
  expect(ofKind('Deployment').metadata.namespace).toBe(metadata.namespace);
  expect(ofKind('SecretProviderClass').spec.parameters.usePodIdentity).toBe('true');
  // The address of the Pod Identity Agent on each node (Amazon EKS user guide, "Set up the Amazon EKS Pod Identity Agent").
  const [agentOfNode] = ofKind('NetworkPolicy').spec.egress.filter(({ to }: { to?: unknown }) => to !== undefined);
  expect(agentOfNode).toEqual({
    to: [{ ipBlock: { cidr: '169.254.170.23/32' } }],
    ports: [{ protocol: 'TCP', port: 80 }],
  });
});

test('the mounted secret has the two files where the agent looks for them', () => {
  const [secret] = parse(ofKind('SecretProviderClass').spec.parameters.objects);
  expect(secret.objectName).toBe(secretName('depot'));
  const aliases = secret.jmesPath.map(({ path, objectAlias }: Record<string, string>) => [path, objectAlias]);
  expect(aliases).toEqual(Object.values(CREDENTIAL_FILES).map((file) => [`"${file}"`, file]));
  const [mount] = container.volumeMounts;
  expect(container.args).toEqual(['run', '--credential', mount.mountPath]);
  const volume = pod.volumes.find(({ name }: { name: string }) => name === mount.name);
  expect(volume.csi.volumeAttributes.secretProviderClass).toBe(ofKind('SecretProviderClass').metadata.name);
});

test('the same bounds of memory hold in the image, in the unit of systemd and in the local run', () => {
  const image = readFileSync('agent/image/Dockerfile', 'utf8');
  const [, entrypoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(image) ?? [];
  expect(JSON.parse(entrypoint)).toEqual(['node', ...NODE_FLAGS, '/agent/index.mjs']);
  const [, options = ''] =
    /^Environment="NODE_OPTIONS=(.*)"$/m.exec(readFileSync('packages/agent/mrt-agent.service', 'utf8')) ?? [];
  const bounds = NODE_FLAGS.filter((flag) => flag.startsWith('--max-'));
  expect(options.split(' ')).toEqual(bounds);
  const megabytes = bounds.map((flag) => Number(flag.split('=')[1])).reduce((sum, size) => sum + size, 0);
  expect(megabytes).toBeLessThan(Number.parseInt(container.resources.limits.memory, 10));
});

test('there is one pod at a time: two of one name would throw each other out', () => {
  expect(ofKind('Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
});

test('nobody comes in, and nothing is written', () => {
  expect(ofKind('NetworkPolicy').spec.policyTypes).toContain('Ingress');
  expect(ofKind('NetworkPolicy').spec.ingress).toBeUndefined();
  expect(container.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});
