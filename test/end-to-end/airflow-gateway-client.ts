/** A client of the Airflow gateway that sends what it is told, byte by byte, and signs as AWS's tools do. */
import { request as httpRequest } from 'node:http';
import type { AccessKeys } from '../../local/airflow/gateway-callers.ts';
import { signedHeaders } from '../packages/local-aws/signed-headers.ts';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface CallOptions {
  method?: string;
  token?: string | null;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** Of another endpoint of the gateway. Default: its own. */
  port?: number;
}

export interface GatewayClient {
  /** A call byte by byte as given: the path is not normalised. */
  call(path: string, options?: CallOptions): Promise<Reply>;
  /** Signed with these keys for `execute-api`. */
  signed(path: string, keys: AccessKeys, options?: CallOptions): Promise<Reply>;
}

/** @param address with the stage, as `endpoints.airflow_gateway` has it */
export function gatewayClient(address: string): GatewayClient {
  const base = new URL(address);
  const call = (path: string, { method = 'GET', token = null, headers = {}, body, port }: CallOptions = {}) =>
    new Promise<Reply>((resolve, reject) => {
      const sent = httpRequest(
        {
          host: '127.0.0.1',
          port: port ?? base.port,
          method,
          path: `${base.pathname}${path}`,
          headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece) => {
            text += piece;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    call,
    async signed(path, keys, options = {}) {
      const { method = 'GET', body = '' } = options;
      const headers = await signedHeaders({
        method,
        host: `127.0.0.1:${options.port ?? base.port}`,
        path: `${base.pathname}${path}`,
        body,
        keys,
      });
      return call(path, { ...options, headers: { ...options.headers, ...headers } });
    },
  };
}
