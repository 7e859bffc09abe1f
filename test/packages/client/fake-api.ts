/** The network of the client's tests: a `fetch` that gives prepared answers, and keeps what was asked. */

/** An answer, or what is thrown or done in place of one. */
export type Prepared = Response | Error | ((request: Request) => Response | Promise<Response>);

export interface FakeApi {
  fetch: typeof fetch;
  /** Requests so far, oldest first. */
  asked: Request[];
}

/** Gives the answers one after the other. @throws Error (as `fetch`) when there is none left */
export function fakeApi(...prepared: Prepared[]): FakeApi {
  const asked: Request[] = [];
  const fetch = async (target: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(target, init);
    asked.push(request);
    const answer = prepared.shift();
    if (answer === undefined) throw new TypeError('nothing is prepared');
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(request) : answer;
  };
  return { fetch: fetch as typeof globalThis.fetch, asked };
}

export const json = (body: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(body), { ...init, headers: { 'content-type': 'application/json', ...init.headers } });

/** As `respond.ts` of the functions writes it. */
export function problem(status: number, slug: string, headers: Record<string, string> = {}, members: object = {}) {
  const body = {
    type: `https://maas-api.example.com/problems/${slug}`,
    title: 'What it is',
    status,
    detail: 'What to do.',
    instance: '/users',
    request_id: 'request-1',
    ...members,
  };
  return json(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

/** API Gateway's own refusal. */
export const gateway = (status: number, headers: Record<string, string> = {}) =>
  json({ message: 'of the gateway' }, { status, headers: { 'apigw-requestid': 'gateway-1', ...headers } });

/** A good answer whose body breaks off. */
export function brokenOff(): Response {
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"users": ['));
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
