/**
 * The table "function × permission" of docs/security.md, out of the synthesised template of the worked example, so that
 * a reader sees what the roles really allow. `npm run generate` writes it.
 */

/** As it stands in a template. */
interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}
/** Functions, roles and managed policies; others have none of these properties. */
export interface Resource {
  Type: string;
  Properties: {
    Description?: string;
    Role?: { 'Fn::GetAtt': [string, string] };
    Policies?: { PolicyDocument: { Statement: Statement[] } }[];
    ManagedPolicyArns?: { Ref: string }[];
    PolicyDocument?: { Statement: Statement[] };
  };
}

/**
 * A row for each action and what it is allowed on, a column for each function.
 *
 * @param resources of a template, by logical id
 */
export function permissionTable(resources: Record<string, Resource>): string {
  const functions = Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => ({
      name: nameOf(Properties.Description ?? ''),
      allowed: allowedTo(Properties.Role?.['Fn::GetAtt'][0] ?? '', resources),
    }));
  const rows = [...new Set(functions.flatMap(({ allowed }) => [...allowed]))].toSorted((a, b) =>
    a.localeCompare(b, 'en'),
  );
  return [
    ['action', 'on', ...functions.map(({ name }) => `\`${name}\``)],
    ['---', '---', ...functions.map(() => ':-:')],
    ...rows.map((row) => [...row.split(' on '), ...functions.map(({ allowed }) => (allowed.has(row) ? '●' : ''))]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}

/** A route's by its path; the other two say what they do. */
function nameOf(description: string): string {
  const named = / GET \/(\w+)$|: (documents)$/.exec(description)?.slice(1).find(Boolean);
  return named ?? (description.includes('records the figures') ? 'recorder' : 'publisher');
}

/** Rows that a role has: what its own statements and its managed policies allow. Refusals are not shown. */
function allowedTo(roleId: string, resources: Record<string, Resource>): Set<string> {
  const role = resources[roleId]?.Properties;
  const statements = [
    ...(role?.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...(role?.ManagedPolicyArns ?? []).flatMap(({ Ref }) => resources[Ref]?.Properties.PolicyDocument?.Statement ?? []),
  ];
  return new Set(
    statements
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource, Condition }) => {
        const kind = (action: string, resource: unknown) => kindOf(action, resource, Condition !== undefined);
        return [Action]
          .flat()
          .flatMap((action) => [Resource].flat().map((resource) => `\`${action}\` on ${kind(action, resource)}`));
      }),
  );
}

/** Of the record each function has its own part. */
function recordPart(text: string, isNarrowed: boolean): string {
  if (/(latest\/\w|route=)/.test(text)) return 'the record: its own newest figures and history';
  if (text.includes('changes/')) return 'the record: changes of constants';
  if (text.includes('/')) return 'the record';
  return isNarrowed ? 'the record bucket, below its own part' : 'the record bucket';
}

/** What a resource is, in words: the table is for people. */
function kindOf(action: string, resource: unknown, isNarrowed: boolean): string {
  const text = typeof resource === 'string' ? resource : JSON.stringify(resource);
  if (text === '*')
    return action.startsWith('ec2:') ? '`*`; denied to the code of the function' : '`*`; it knows no resources';
  if (text.includes('KeyBucket')) return text.includes('.json') ? '`jwks.json` and `keys.json`' : 'the key bucket';
  if (text.includes('RecordBucket')) return recordPart(text, isNarrowed);
  if (text.includes('rds-db')) return 'configured databases, as the configured user';
  if (text.includes('arn:aws:kms')) return 'keys of the source buckets';
  if (text.includes('Log')) return 'its own log group';
  return text.includes('/') ? 'configured objects or prefixes' : 'configured buckets, below their prefix';
}
