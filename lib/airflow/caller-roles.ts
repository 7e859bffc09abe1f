/** The roles by which pipelines, servers and other accounts come in with a signature. */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { CfnRestApi, RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  AccountPrincipal,
  CfnInstanceProfile,
  type Conditions,
  FederatedPrincipal,
  type IPrincipal,
  OidcProviderNative,
  Policy,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { authenticationOf } from '../../config/options/airflow.ts';
import { airflowEnvironments, withinReach } from '../../config/options/airflow-environments.ts';
import type { AirflowGateway } from '../../config/options/airflow-gateway.ts';
import type { Config } from '../../config/schema.ts';
import { declareActions } from '../permissions/declared-actions.ts';

type RoleConfig = AirflowGateway['roles'][string];
type Gitlab = Extract<RoleConfig, { trust: 'gitlab' }>;
type Account = Extract<RoleConfig, { trust: 'account' }>;

const INVOKE = 'execute-api:Invoke';
const MWAA = 'airflow:InvokeRestApi';

/** A role for each entry of `airflow.roles`, with the instance profiles and OIDC providers that they are of no use without. */
export class CallerRoles extends Construct {
  /** By name in the configuration. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly #config: Config;
  readonly #airflow: AirflowGateway;

  constructor(scope: Construct, id: string, config: Config, airflow: AirflowGateway) {
    super(scope, id);
    this.#config = config;
    this.#airflow = airflow;
    this.roles = new Map(Object.entries(airflow.roles).map(([name, role]) => [name, this.#role(name, role)] as const));
  }

  /**
   * Lets each role in at the paths of its environments: `GET /iam/etl-prod/*`, and `POST` where it may start runs. Policies
   * of their own, since the API refers to the roles and they to the API.
   */
  permit(api: RestApi, stage: string): void {
    const { region, account } = Stack.of(this);
    const prefix = `arn:aws:execute-api:${region}:${account}:`;
    const apiName = Stack.of(this).getLogicalId(api.node.defaultChild as CfnRestApi);
    for (const [name, role] of this.roles) {
      const { scopes, environments } = this.#airflow.roles[name] as RoleConfig;
      const methods = [
        ...(scopes.includes('mrt/airflow.read') ? ['GET'] : []),
        ...(scopes.includes('mrt/airflow.trigger') ? ['POST'] : []),
      ];
      const paths = methods.flatMap((method) =>
        airflowEnvironments(withinReach(this.#config, 'roles', name, environments), this.#config).map(
          (environment) => `${stage}/${method}/iam/${environment}/*`,
        ),
      );
      const policy = new Policy(this, `Permit-${name}`, {
        roles: [role],
        statements: [
          new PolicyStatement({
            actions: [INVOKE],
            resources: paths.map((path) => `${prefix}${api.restApiId}/${path}`),
          }),
        ],
      });
      for (const path of paths) {
        Validations.of(policy).acknowledge({
          id: `AwsSolutions::AwsSolutions-IAM5[Resource::${prefix}<${apiName}>/${path}]`,
          reason: 'Paths below one environment; which of them are let through is the function’s to judge.',
        });
      }
    }
  }

  #role(name: string, role: RoleConfig): Role {
    const direct = this.#direct(name, role);
    const made = new Role(this, `Role-${name}`, {
      description: `MRT API, stage ${this.#config.stage}: Airflow gateway, ${name}`,
      assumedBy: this.#trusted(role),
      maxSessionDuration: Duration.hours(1),
      ...(direct.length > 0 && {
        inlinePolicies: {
          direct: new PolicyDocument({ statements: [new PolicyStatement({ actions: [MWAA], resources: direct })] }),
        },
      }),
    });
    declareActions(made, { named: direct.length > 0 ? [INVOKE, MWAA] : [INVOKE] });
    if (role.trust === 'service' && role.service === 'ec2') {
      new CfnInstanceProfile(this, `Profile-${name}`, { roles: [made.roleName] });
    }
    return made;
  }

  #trusted(role: RoleConfig): IPrincipal {
    if (role.trust === 'service') return ofService(role.service, this.#config.account);
    return role.trust === 'account' ? ofAccount(role) : this.#ofGitlab(role);
  }

  /**
   * GitLab's own federation: no secret, no external id, which is for third parties. `sub` is
   * `project_path:data/etl:ref_type:branch:ref:main` (GitLab documentation, "Configure OpenID Connect in AWS").
   */
  #ofGitlab({ issuer: issuerName, provider_arn, project_path, branches }: Gitlab): IPrincipal {
    const issuer = this.#airflow.issuers[issuerName];
    if (issuer === undefined) throw new Error(`airflow.issuers has no ${issuerName}`);
    const host = issuer.issuer.replace(/^https:\/\//, '');
    const conditions: Conditions = {
      StringEquals: {
        [`${host}:aud`]: issuer.audience,
        [`${host}:sub`]: branches.map((branch) => `project_path:${project_path}:ref_type:branch:ref:${branch}`),
      },
    };
    const arn = provider_arn ?? this.#provider(issuerName, issuer).oidcProviderArn;
    return new FederatedPrincipal(arn, conditions, 'sts:AssumeRoleWithWebIdentity');
  }

  /** One for an issuer, whatever roles use it. */
  #provider(name: string, { issuer, audience }: AirflowGateway['issuers'][string]): OidcProviderNative {
    const id = `Provider-${name}`;
    return (
      (this.node.tryFindChild(id) as OidcProviderNative | undefined) ??
      new OidcProviderNative(this, id, { url: issuer, clientIds: [audience] })
    );
  }

  /** Roles of Airflow's that it may take itself, past the gateway: `…:role/etl-prod/User`. */
  #direct(role: string, { mwaa_role, environments }: RoleConfig): string[] {
    if (mwaa_role === undefined) return [];
    const { account } = Stack.of(this);
    return airflowEnvironments(withinReach(this.#config, 'roles', role, environments), this.#config).flatMap((name) => {
      const airflow = this.#config.environments[name]?.airflow;
      if (airflow === undefined || authenticationOf(airflow) !== 'mwaa') return [];
      return `arn:aws:airflow:${airflow.region}:${account}:role/${airflow.environment}/${mwaa_role}`;
    });
  }
}

/** An instance gets the role by its profile; a task's service says for which account it asks (the confused deputy). */
function ofService(service: 'ec2' | 'ecs-tasks' | 'lambda', account: string): IPrincipal {
  return new ServicePrincipal(
    `${service}.amazonaws.com`,
    service === 'ecs-tasks' ? { conditions: { StringEquals: { 'aws:SourceAccount': account } } } : {},
  );
}

/**
 * The account, narrowed to roles by a condition: a principal that names a role is refused while the role is not there, and
 * holds for that one's hidden id alone (IAM guide, "AWS JSON policy elements: Principal").
 */
function ofAccount({ account, role_names, external_id, session_tags }: Account): IPrincipal {
  const conditions: Conditions = {
    ArnEquals: { 'aws:PrincipalArn': role_names.map((name) => `arn:aws:iam::${account}:role/${name}`) },
    ...(external_id !== undefined && { StringEquals: { 'sts:ExternalId': external_id } }),
  };
  const narrowed = new AccountPrincipal(account).withConditions(conditions);
  return session_tags ? narrowed.withSessionTags() : narrowed;
}
