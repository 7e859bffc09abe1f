/** What a client or a browser sends to Cognito: its credentials, its form, its cookie. */
import type { IncomingMessage } from 'node:http';
import { readBody } from '../service/request-body.ts';

/** HTTP Basic, or `client_id` and `client_secret` in the form. */
export function clientCredentials(request: IncomingMessage, form: URLSearchParams): [string | null, string | null] {
  const basic = /^Basic +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id'), form.get('client_secret')];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s);
  return [id, secret];
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(request, 100_000))?.toString('utf8'));
}

/** The cookie of managed login, good for an hour (Cognito developer guide, "Managed login"). */
export const SESSION_COOKIE = 'cognito';

export function sessionOf(request: IncomingMessage): string | null {
  return /(?:^|;\s*)cognito=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? null;
}
