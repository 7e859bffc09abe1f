/**
 * Who is registered in a user pool, as a file: what AWS lets out of it, and what of that it takes in again. Passwords,
 * second factors and the pool's own keys never leave Cognito; ids of clients and people are given anew.
 */
import {
  AddUserPoolClientSecretCommand,
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  paginateAdminListGroupsForUser,
  paginateListUsers,
  UsernameExistsException,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';

const person = z.strictObject({
  email: z.string(),
  groups: z.array(z.string()),
  /** False: shut out by an administrator; such a person is not brought back. */
  enabled: z.boolean(),
});

/** The file that `npm run backup` writes and `npm run restore` reads. */
export const registrations = z.strictObject({
  schema_version: z.literal(1),
  stage: z.string(),
  user_pool_id: z.string(),
  /** ISO 8601. */
  made: z.iso.datetime(),
  /** By the caller's name in the configuration. `client_secret` only where it was asked for. */
  clients: z.record(z.string(), z.strictObject({ client_id: z.string(), client_secret: z.string().optional() })),
  /** People of the pool itself. Who comes by a provider comes again by it, and is not here. */
  people: z.array(person),
});

export type Registrations = z.infer<typeof registrations>;

/** Where the stage is, out of the outputs of its deployment. */
export interface Pool {
  stage: string;
  userPoolId: string;
  /** Id of each machine client by its caller's name. */
  clientIds: Record<string, string>;
}

/** Reads everything. @throws what the SDK throws; then there is no file, rather than half of one */
export async function collect(
  cognito: CognitoIdentityProviderClient,
  { stage, userPoolId, clientIds }: Pool,
  { secrets, now }: { secrets: boolean; now: Date },
): Promise<Registrations> {
  const clients: Registrations['clients'] = {};
  for (const [name, client_id] of Object.entries(clientIds)) {
    const client = secrets ? await secretOf(cognito, userPoolId, client_id) : {};
    clients[name] = { client_id, ...client };
  }
  const people: Registrations['people'] = [];
  for await (const { Users = [] } of paginateListUsers({ client: cognito }, { UserPoolId: userPoolId })) {
    for (const user of Users.filter(({ UserStatus }) => UserStatus !== 'EXTERNAL_PROVIDER')) {
      people.push({
        email: emailOf(user),
        groups: await groupsOf(cognito, userPoolId, user.Username),
        enabled: user.Enabled ?? false,
      });
    }
  }
  return { schema_version: 1, stage, user_pool_id: userPoolId, made: now.toISOString(), clients, people };
}

async function secretOf(cognito: CognitoIdentityProviderClient, UserPoolId: string, ClientId: string) {
  const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  return UserPoolClient?.ClientSecret === undefined ? {} : { client_secret: UserPoolClient.ClientSecret };
}

async function groupsOf(client: CognitoIdentityProviderClient, UserPoolId: string, Username: string | undefined) {
  const groups: string[] = [];
  for await (const { Groups = [] } of paginateAdminListGroupsForUser({ client }, { UserPoolId, Username })) {
    groups.push(...Groups.flatMap(({ GroupName }) => GroupName ?? []));
  }
  return groups;
}

function emailOf({ Attributes = [], Username }: UserType): string {
  const email = Attributes.find(({ Name }) => Name === 'email')?.Value;
  if (email === undefined) throw new Error(`${Username ?? 'somebody'} has no e-mail address`);
  return email;
}

/** What became of an entry, as a line for whoever restores. */
export interface Restored {
  what: string;
  /** What is left to do; `null`: nothing. */
  todo: string | null;
}

/**
 * Enters the file's people and secrets into a pool that the stack has made anew. Can be run again after a failure: what is
 * there already is left as it is.
 */
export async function* restore(
  cognito: CognitoIdentityProviderClient,
  { userPoolId, clientIds }: Pool,
  file: Registrations,
): AsyncGenerator<Restored> {
  for (const [name, { client_id, client_secret }] of Object.entries(file.clients)) {
    const now = clientIds[name];
    if (now === undefined) {
      yield { what: `client ${name}`, todo: 'is not in the configuration any more' };
    } else if (now === client_id) {
      yield { what: `client ${name} is the one of the file`, todo: null };
    } else {
      const kept = client_secret !== undefined && (await addSecret(cognito, userPoolId, now, client_secret));
      const secret = kept ? 'with the secret that it has' : 'with a new secret (runbook, "A client\'s secret")';
      yield { what: `client ${name}`, todo: `tell the caller its new id ${now}, ${secret}` };
    }
  }
  for (const { email, groups, enabled } of file.people) {
    if (!enabled) {
      yield { what: `${email} was shut out, and is not brought back`, todo: null };
      continue;
    }
    const isNew = await createPerson(cognito, userPoolId, email);
    for (const GroupName of groups) {
      await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: email, GroupName }));
    }
    yield isNew
      ? { what: email, todo: 'has a mail from Cognito, and sets password and second factor anew' }
      : { what: `${email} is there already`, todo: null };
  }
}

/** A client has two secrets at most (Cognito API, AddUserPoolClientSecret). False: there is no room for another. */
async function addSecret(cognito: CognitoIdentityProviderClient, UserPoolId: string, ClientId: string, secret: string) {
  try {
    await cognito.send(new AddUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecret: secret }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'LimitExceededException') return false;
    throw error;
  }
}

/** False when the person is there already. */
async function createPerson(cognito: CognitoIdentityProviderClient, UserPoolId: string, email: string) {
  const UserAttributes = [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
  ];
  try {
    await cognito.send(
      new AdminCreateUserCommand({ UserPoolId, Username: email, UserAttributes, DesiredDeliveryMediums: ['EMAIL'] }),
    );
    return true;
  } catch (error) {
    if (error instanceof UsernameExistsException) return false;
    throw error;
  }
}
