/** The whole system of one stage: one account, one Region. Reads top to bottom like the picture in the README. */
import { Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { isolatedTenants } from '../config/tenancy.ts';
import { routes as allRoutes } from '../lambdas/routes.ts';
import { agentsOf } from './agents/agents.ts';
import { AirflowGateway } from './airflow/airflow-gateway.ts';
import { Domain } from './api/domain.ts';
import { Api } from './api/http-api.ts';
import { AuditForwarder } from './audit/audit-forwarder.ts';
import { Canary } from './canary/canary.ts';
import { ConsoleSite } from './console/console-site.ts';
import { GradualDeployment } from './delivery/gradual-deployment.ts';
import { requireSignatures } from './encryption/code-signing.ts';
import { encryptTopic } from './encryption/given-key.ts';
import { costBudget } from './evidence/cost-budget.ts';
import { endpointCallers, keyReaders, signersOf, tenantReaders } from './functions/callers.ts';
import { companySignIn } from './functions/company-sign-in.ts';
import { Documents } from './functions/documents.ts';
import { Grants } from './functions/grants.ts';
import { PublicKeys } from './functions/public-keys.ts';
import { Publisher } from './functions/publisher.ts';
import { Recorder } from './functions/recorder.ts';
import { RouteFunction } from './functions/route-function.ts';
import { KeyBucket } from './identity/key-bucket.ts';
import { Identity } from './identity/user-pool.ts';
import { Inventory } from './inventory/inventory.ts';
import { Endpoints } from './network/endpoints.ts';
import { Network } from './network/network.ts';
import { Observability } from './observability/observability.ts';
import { Outputs } from './outputs.ts';
import { undeclaredActions } from './permissions/declared-actions.ts';
import { HistoryTable } from './records/history-table.ts';
import { RecordBucket } from './records/record-bucket.ts';
import { KeyReplica } from './recovery/key-replica.ts';
import { KeyPairObjects, keySetsOf } from './signing/key-pair-objects.ts';
import { stackProps } from './stack-props.ts';
import { routesOf } from './stage-routes.ts';
import { TenantRoles } from './tenants/tenant-roles.ts';
import { traceFunctions } from './tracing/tracing.ts';

/** `mrt-<stage>`. Who comes in and with which keys; where the functions run and what they may; the API; its watch. */
export class MrtStack extends Stack {
  readonly #availabilityZones: string[];

  /** @throws ConfigError where the configuration passes a limit of AWS that only the stack can count */
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id, {
      description: `MRT API, stage ${config.stage}: operational data of Mendix apps, read-only`,
      env: { account: config.account, region: config.region },
      ...stackProps(config),
    });
    if (config.permissions_boundary_arn !== undefined) {
      const boundary = ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', config.permissions_boundary_arn);
      PermissionsBoundary.of(this).apply(boundary);
    }
    this.#availabilityZones = config.network.availability_zones;

    // Who comes in, and the keys by which the functions know them.
    const identity = new Identity(this, 'Identity', config);
    const keyBucket = new KeyBucket(this, 'KeyBucket', config.encryption?.key_bucket_kms_key_arn);
    const keySets = keySetsOf(config);
    const keyPairs = keySets.length === 0 ? null : new KeyPairObjects(keyBucket, keySets);
    const publisher = new Publisher(this, 'Publisher', { config, userPool: identity.userPool, keyBucket, keyPairs });
    const signIn = companySignIn(this, config, identity.userPool);

    // What is recorded, where it is.
    const { recording } = config;
    const recordBucket =
      recording === 'off'
        ? null
        : new RecordBucket(this, 'Record', { config, keepDays: recording.keep_days, keyBucket });
    const routes = routesOf(allRoutes, config);

    // Where the functions run, what each may do, and the functions: one for each entry of the route table.
    const network = new Network(this, 'Network', config);
    const grants = new Grants(this, 'Grants', { config, identity, keyBucket, recordBucket, keyPairs });
    const broker = agentsOf(this, config, network);
    const functions = routes.map((route) => ({
      route,
      function: new RouteFunction(this, `Route-${route.name}`, { route, config, network, grants, routes, broker }),
    }));
    const recorder =
      recording === 'off' || recordBucket === null
        ? null
        : new Recorder(this, 'Recorder', { config, recording, network, grants, recordBucket, routes, broker });
    if (recorder !== null) recordBucket?.restrictWriting(recorder.role);
    if (recording !== 'off' && recording.athena_table && recordBucket !== null) {
      new HistoryTable(this, 'HistoryTable', { config, recording, bucket: recordBucket.bucket as IBucket, routes });
    }
    if (config.inventory) new Inventory(this, 'Inventory', { config, inventory: config.inventory, keyBucket });
    // What anybody may read.
    const documents = new Documents(this, 'Documents', { config, network, grants });
    const publicKeys =
      keyPairs === null ? null : new PublicKeys(this, 'PublicKeys', { config, network, grants, keyBucket, keyPairs });
    // Functions without an entry in the route table.
    const others = [
      { name: 'publisher', role: publisher.role, lambda: publisher.lambda },
      { name: 'documents', role: documents.role, lambda: documents.lambda },
      ...(publicKeys === null ? [] : [{ name: 'public_keys', role: publicKeys.role, lambda: publicKeys.lambda }]),
      ...(recorder === null ? [] : [{ name: 'recorder', role: recorder.role, lambda: recorder.lambda }]),
      ...(signIn ? [{ name: 'sign_in', role: signIn.role, lambda: signIn.lambda }] : []),
    ];
    // A private way to Airflow for pipelines and servers.
    const { airflow } = config;
    const gateway =
      airflow && new AirflowGateway(this, 'AirflowGateway', { config, airflow, network, grants, identity });
    others.push(...(gateway?.functions ?? []));
    const asking = { routes: functions, recorder, publicKeys, gateway: gateway?.functions ?? [] };
    if (isolatedTenants(config).length > 0) {
      new TenantRoles(this, 'Tenants', { config, readers: tenantReaders(asking, config), recordBucket });
    }
    // The ways out of the network and the key bucket let through these roles and no others.
    const signers = signersOf(asking, config);
    new Endpoints(this, 'Endpoints', {
      ...{ config, network, keyBucket, recordBucket, callers: endpointCallers(asking) },
      keyPairs: keyPairs === null ? [] : [keyPairs.endpointStatement(signers)],
    });
    keyBucket.restrictTo([publisher.role, ...keyReaders(asking).map(({ role }) => role)]);
    keyPairs?.restrict(publisher.role, signers);

    // What the world sees.
    const api = new Api(this, 'Api', {
      config,
      identity,
      documents: documents.lambda,
      publicKeys: publicKeys?.lambda ?? null,
      functions,
    });
    const domain =
      config.domain === 'off'
        ? null
        : new Domain(this, 'Domain', { domain: config.domain, api: api.api, stage: api.stage, edge: config.edge });
    // As clients have them.
    const addresses = {
      api: config.domain === 'off' ? api.api.apiEndpoint : `https://maas-api.${config.domain.dns_domain}`,
      tokenEndpoint: `https://${identity.domain.domainName}.auth.${config.region}.amazoncognito.com/oauth2/token`,
    };
    if (config.audit_forwarding) {
      const forwarder = new AuditForwarder(this, 'AuditForwarder', {
        ...{ config, forwarding: config.audit_forwarding },
        logGroups: functions
          .filter(({ route }) => route.scopes !== null)
          .map(({ route, function: { logGroup } }) => ({ name: route.name, logGroup })),
      });
      others.push({ name: 'audit_forwarder', role: forwarder.role, lambda: forwarder.lambda });
    }
    if (config.canary) {
      const canary = new Canary(this, 'Canary', { config, canary: config.canary, routes, identity, addresses });
      others.push({ name: 'canary', role: canary.role, lambda: canary.lambda });
    }
    // What operators see.
    const { alarms, topic } = new Observability(this, 'Observability', { config, api, others, functions });
    // What only some companies want, by the configuration: docs/options.md.
    if (config.recovery) new KeyReplica(this, 'KeyReplica', { config, recovery: config.recovery, keyBucket });
    if (config.console && config.domain !== 'off') {
      new ConsoleSite(this, 'Console', {
        config,
        console: config.console,
        domain: config.domain,
        addresses,
        keyBucket,
      });
    }
    if (config.budget) costBudget(this, config, config.budget);
    encryptTopic(topic, config.encryption?.topic_kms_key_arn);
    if (config.delivery) {
      new GradualDeployment(this, 'Delivery', { config, delivery: config.delivery, functions, alarms });
    }
    const named = functions.map(({ route, function: { role, lambda } }) => ({ name: route.name, role, lambda }));
    new Outputs(this, 'Outputs', {
      addresses,
      domainTarget:
        config.domain !== 'off' && config.domain.hosted_zone_id === undefined ? (domain?.target ?? null) : null,
      identity,
      keyBucket,
      network,
      functions: [...others, ...named],
    });

    if (config.tracing) traceFunctions(this);
    if (config.code_signing) requireSignatures(this, config.code_signing);
    // What the roles really allow is looked at when nothing can be added to them any more.
    this.node.addValidation({ validate: () => undeclaredActions(this) });
    Tags.of(this).add('mrt:stage', config.stage);
    for (const [name, value] of Object.entries(config.tags)) Tags.of(this).add(name, value);
  }

  /** From the configuration: asking AWS would make synthesis depend on an account, guessing writes `dummy1a`. */
  override get availabilityZones(): string[] {
    return this.#availabilityZones;
  }
}
