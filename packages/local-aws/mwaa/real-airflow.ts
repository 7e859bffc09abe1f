/** A real Airflow behind the stand-in: what is asked goes there, with a user of its own. */
import type { AirflowApi, ApiAnswer, ApiRequest } from './airflow-api.ts';

/** Lists that are asked for by POST. */
const LIST = /^\/dags\/~\/dagRuns\/(list|~\/taskInstances\/list)$/;

/** `http://admin:admin@127.0.0.1:8080`: its address, with a user who may do everything. */
export class RealAirflow implements AirflowApi {
  readonly #address: string;
  readonly #user: { username: string; password: string };
  #known: Promise<{ version: string; authorization: string }> | null = null;

  /** @throws Error when the address is none */
  constructor(address: string) {
    const url = new URL(address);
    this.#user = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
    this.#address = `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  }

  async version(): Promise<string> {
    return (await this.#connection()).version;
  }

  /** @throws Error when it cannot be reached */
  async answer({ method, path, query, body, role }: ApiRequest): Promise<ApiAnswer> {
    // The user may do everything: what the role of the caller may not is refused here, as Airflow would.
    if ((role === 'Viewer' || role === 'Public') && method !== 'GET' && !LIST.test(path)) {
      return { status: 403, document: { title: 'Forbidden', status: 403 } };
    }
    const { version, authorization } = await this.#connection();
    const prefix = version.startsWith('3') ? '/api/v2' : '/api/v1';
    const search = query.size === 0 ? '' : `?${query}`;
    const response = await fetch(`${this.#address}${prefix}${path}${search}`, {
      method,
      headers: {
        authorization,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const content = {
      type: response.headers.get('content-type') ?? '',
      body: Buffer.from(await response.arrayBuffer()),
    };
    return { status: response.status, document: documentIn(content.body.toString()), content };
  }

  #connection(): Promise<{ version: string; authorization: string }> {
    this.#known ??= this.#connect().catch((error: unknown) => {
      this.#known = null;
      throw error;
    });
    return this.#known;
  }

  async #connect(): Promise<{ version: string; authorization: string }> {
    const three = await fetch(`${this.#address}/api/v2/version`);
    if (three.ok) {
      const { version } = (await three.json()) as { version: string };
      const login = await fetch(`${this.#address}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.#user),
      });
      if (!login.ok) throw new Error(`Airflow refuses the user of its address with ${login.status}`);
      const { access_token } = (await login.json()) as { access_token: string };
      return { version, authorization: `Bearer ${access_token}` };
    }
    const two = await fetch(`${this.#address}/api/v1/version`);
    if (!two.ok) throw new Error(`there is no Airflow at ${this.#address}`);
    const { version } = (await two.json()) as { version: string };
    const pair = Buffer.from(`${this.#user.username}:${this.#user.password}`).toString('base64');
    return { version, authorization: `Basic ${pair}` };
  }
}

/** As InvokeRestApi wraps it; what is no JSON, as a text. */
function documentIn(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
