/** A user pool behind Cognito's own wire format (JSON 1.1, `X-Amz-Target`), as far as backup and restore go. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PoolUser {
  email: string;
  groups: string[];
  /** `CONFIRMED`, `EXTERNAL_PROVIDER` … */
  status: string;
  enabled: boolean;
}

/** Users are listed two a page, so that reading goes on to the next one. */
const PAGE = 2;
/** Cognito's own limit. */
const MAX_SECRETS = 2;

type Input = Record<string, string | undefined>;

export class CognitoService {
  readonly users = new Map<string, PoolUser>();
  /** Secrets by client id, the generated one first. */
  readonly secrets = new Map<string, string[]>();
  readonly #server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const { status, answer } = this.#answer(operation, JSON.parse(body));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(operation: string, input: Input): { status: number; answer: object } {
    const user = this.users.get(input['Username'] ?? '');
    const secrets = this.secrets.get(input['ClientId'] ?? '');
    switch (operation) {
      case 'ListUsers':
        return ok(this.#page(Number(input['PaginationToken'] ?? 0)));
      case 'AdminListGroupsForUser':
        return user ? ok({ Groups: user.groups.map((GroupName) => ({ GroupName })) }) : error('UserNotFoundException');
      case 'DescribeUserPoolClient':
        return secrets ? ok({ UserPoolClient: { ClientSecret: secrets[0] } }) : error('ResourceNotFoundException');
      case 'AddUserPoolClientSecret':
        if (secrets === undefined) return error('ResourceNotFoundException');
        if (secrets.length >= MAX_SECRETS) return error('LimitExceededException');
        secrets.push(String(input['ClientSecret']));
        return ok({ ClientSecretDescriptor: {} });
      case 'AdminCreateUser': {
        if (user !== undefined) return error('UsernameExistsException');
        const email = String(input['Username']);
        this.users.set(email, { email, groups: [], status: 'FORCE_CHANGE_PASSWORD', enabled: true });
        return ok({ User: {} });
      }
      case 'AdminAddUserToGroup':
        user?.groups.push(...(user.groups.includes(String(input['GroupName'])) ? [] : [String(input['GroupName'])]));
        return user ? ok({}) : error('UserNotFoundException');
      default:
        return error('InvalidParameterException');
    }
  }

  #page(start: number): object {
    const all = [...this.users].map(([Username, { email, status, enabled }]) => ({
      Username,
      UserStatus: status,
      Enabled: enabled,
      Attributes: [{ Name: 'email', Value: email }],
    }));
    const next = start + PAGE;
    return { Users: all.slice(start, next), ...(next < all.length && { PaginationToken: String(next) }) };
  }
}

const ok = (answer: object) => ({ status: 200, answer });
const error = (type: string) => ({ status: 400, answer: { __type: type, message: type } });
