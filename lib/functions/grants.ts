/** What a function gets: each permission together with the environment variable that it is of no use without. */
import { Stack } from 'aws-cdk-lib';
import { Effect, type ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import type { Need } from '../../lambdas/contract.ts';
import { VARIABLES } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import { type Asking, agentStatementsOf, asksAgents } from '../agents/function-statements.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';
import type { Identity } from '../identity/user-pool.ts';
import { boundedPolicies, MAX_POLICIES_PER_ROLE } from '../permissions/bounded-policy.ts';
import {
  assumeStatements,
  functionIdentity,
  ownStatements,
  type Reading,
  readsTenants,
} from '../permissions/tenant-statements.ts';
import type { RecordBucket } from '../records/record-bucket.ts';
import type { KeyPairObjects } from '../signing/key-pair-objects.ts';

/** What the functions call the client through which people come; their rights follow from their groups. */
const PEOPLE = 'people';

/** Rights of one function, and what it must be told to use them. */
export interface Grant {
  /** Statements of the role itself: they hold deploy-time tokens. */
  statements: PolicyStatement[];
  /** Shared by the roles of all functions with the same need. */
  managedPolicies: ManagedPolicy[];
  /** Variables of the function, by name; deploy-time tokens, as everything else is in the bundle. */
  environment: Record<string, string>;
}

export interface GrantsProps {
  /** What there is to read. */
  config: Config;
  /** Whose tokens the functions verify. */
  identity: Identity;
  /** Where the keys for that are. */
  keyBucket: KeyBucket;
  /** Where the record is; `null`: the stage records nothing. */
  recordBucket: RecordBucket | null;
  /** With what answers are signed; `null`: the stage has no key pairs. */
  keyPairs: KeyPairObjects | null;
}

/** The managed policies of the stack, made when the first route needs them. */
export class Grants extends Construct {
  readonly #props: GrantsProps;
  readonly #policies = new Map<Need, ManagedPolicy[]>();

  constructor(scope: Construct, id: string, props: GrantsProps) {
    super(scope, id);
    this.#props = props;
  }

  /**
   * What the function of a route gets.
   *
   * @throws ConfigError when the environments' resources do not fit into the policies of one role
   */
  forRoute(route: Pick<Route, 'name' | 'needs' | 'scopes' | 'record'> & Asking): Grant {
    const { name, needs, scopes, record } = route;
    const managedPolicies = this.policiesOf(needs);
    const { recordBucket } = this.#props;
    const reading = record === undefined || recordBucket === null ? null : recordBucket;
    const { keyPairs } = this.#props;
    const signs = scopes !== null && keyPairs?.sets.includes('answers') === true;
    const verification = scopes === null ? { statements: [], environment: {} } : this.#tokenVerification();
    return {
      statements: [
        ...verification.statements,
        ...(signs ? [keyPairs.signStatement('answers')] : []),
        ...(asksAgents(route, this.#props.config) && keyPairs ? [keyPairs.signStatement('tokens')] : []),
        ...(reading === null || record === undefined ? [] : reading.readStatements(name, record)),
        ...this.#assuming(name, route).statements,
        ...agentStatementsOf(route, this.#props.config, Stack.of(this)),
        ...networkInterfaces(),
      ],
      environment: {
        ...verification.environment,
        ...this.#assuming(name, route).environment,
        ...(reading !== null && { [VARIABLES.recordBucket]: reading.bucket.bucketName }),
      },
      managedPolicies,
    };
  }

  /** Actions on the key bucket's own key, of whoever reads it; none where it has none. */
  keyActions(): readonly string[] {
    return this.#props.keyBucket.keyActions('read');
  }

  /**
   * What the recorder gets: the needs of the routes that it asks in place of a caller, the keys of fingerprints and
   * identities, and the record to write. No token is its business.
   *
   * @throws as {@link forRoute}
   */
  forRecorder(needs: readonly Need[], recordBucket: RecordBucket): Grant {
    const { keyBucket } = this.#props;
    return {
      statements: [
        ...keyBucket.readKeysStatements(),
        ...recordBucket.writeStatements(),
        ...this.#assuming('recorder', { needs }).statements,
        ...agentStatementsOf({ environment: true }, this.#props.config, Stack.of(this)),
        ...(this.#props.config.agents && this.#props.keyPairs ? [this.#props.keyPairs.signStatement('tokens')] : []),
        ...networkInterfaces(),
      ],
      environment: {
        ...this.#assuming('recorder', { needs }).environment,
        [VARIABLES.keyBucket]: keyBucket.bucket.bucketName,
        [VARIABLES.recordBucket]: recordBucket.bucket.bucketName,
      },
      // Files lie in buckets that it may list already; a policy of their own would only count against the role's.
      managedPolicies: this.policiesOf(
        needs.filter((need) => need !== 'file_listing' || !needs.includes('bucket_listing')),
      ),
    };
  }

  /** @throws ConfigError when the environments' resources do not fit into the policies of one role */
  policiesOf(needs: readonly Need[]): ManagedPolicy[] {
    const policies = needs.flatMap((need) => this.#policiesOf(need));
    if (policies.length > MAX_POLICIES_PER_ROLE) {
      throw new ConfigError([
        `environments: ${needs.join(', ')} need ${policies.length} policies, a role takes ${MAX_POLICIES_PER_ROLE}; divide them over two stages`,
      ]);
    }
    return policies;
  }

  /** Every function but those of open routes verifies tokens itself: it reads the keys, and knows pool and clients. */
  #tokenVerification(): Pick<Grant, 'statements' | 'environment'> {
    const { identity, keyBucket } = this.#props;
    const clients = [...identity.machines, ...(identity.people ? [[PEOPLE, identity.people] as const] : [])];
    const names = Object.fromEntries(clients.map(([name, client]) => [client.userPoolClientId, name]));
    return {
      statements: keyBucket.readStatements(),
      environment: {
        [VARIABLES.userPoolId]: identity.userPool.userPoolId,
        [VARIABLES.clients]: Stack.of(this).toJsonString(names),
        [VARIABLES.keyBucket]: keyBucket.bucket.bucketName,
      },
    };
  }

  /** How a function comes to what belongs to tenants; nothing where none has a role of its own. */
  #assuming(name: string, reading: Reading): Pick<Grant, 'statements' | 'environment'> {
    const { config } = this.#props;
    if (!readsTenants(reading, config)) return { statements: [], environment: {} };
    return {
      statements: assumeStatements(config, name),
      environment: { [VARIABLES.spiffeId]: functionIdentity(config, name) },
    };
  }

  #policiesOf(need: Need): ManagedPolicy[] {
    const shared = this.#policies.get(need);
    if (shared) return shared;
    const policies = boundedPolicies(this, need, `MRT: ${need}`, ownStatements(need, this.#props.config));
    this.#policies.set(need, policies);
    return policies;
  }
}

/** What AWSLambdaVPCAccessExecutionRole has of EC2. */
export const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Lambda makes a VPC function's network interfaces with the function's own role and wants these rights on `*`
 * (Lambda guide, "Giving Lambda functions access to resources in an Amazon VPC"). The function's code does not
 * need them and is denied them: only calls out of a function carry `lambda:SourceFunctionArn`.
 */
function networkInterfaces(): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: INTERFACE_ACTIONS, resources: ['*'] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions: INTERFACE_ACTIONS,
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}
