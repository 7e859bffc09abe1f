/** The network between a caller and the Airflow gateway: its name, the way there, and TLS. */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Finding } from './smoke-advice.ts';

const PATIENCE_MS = 5_000;

/** Name, way and TLS. A gateway on this machine has none of the last. */
export async function networkFindings(url: URL): Promise<Finding[]> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const addresses = await lookup(url.hostname, { all: true }).catch(() => []);
  const shown = addresses.map(({ address }) => address).join(', ');
  const [first] = addresses;
  if (first === undefined) {
    return [
      {
        question: `name: ${url.hostname}`,
        advice:
          'The name is not found. With private_zone: is this VPC associated, or does your DNS forward the name to the inbound resolver? Without: does your resolver drop public answers with private addresses?',
      },
    ];
  }
  const isPrivate = addresses.every(({ address }) =>
    /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|127\.|::1)/.test(address),
  );
  const name = {
    question: `name: ${url.hostname} is ${shown}`,
    advice: isPrivate
      ? null
      : 'The name leads to a public address, where a private API answers nobody: take the output AirflowGatewayAddress.',
  };
  const way = await reaches(() => connectTcp({ host: url.hostname, port }), 'connect');
  const findings = [
    name,
    {
      question: `route: TCP ${port}`,
      advice:
        way === null
          ? null
          : way === 'timeout'
            ? 'Packets vanish. In this order: firewall and security group here (443 out), the route here to the VPC’s range, transit gateway or peering (accepted? routes in its table?), the way back, the endpoint’s security group (is your address in an entry’s cidr?).'
            : `The connection was refused (${way}): nothing listens there, or something between answers for it.`,
    },
  ];
  if (way !== null || url.protocol !== 'https:') return findings;
  const tls = await reaches(() => connectTls({ host: url.hostname, port, servername: url.hostname }), 'secureConnect');
  return [
    ...findings,
    {
      question: 'TLS: the certificate is AWS’s, for this name',
      advice:
        tls === null
          ? null
          : `TLS fails (${tls}). Call the name and never an address; a proxy that opens TLS must let this name through.`,
    },
  ];
}

/** `null` when it comes about; else `timeout` or Node's code. */
function reaches(open: () => Socket, event: 'connect' | 'secureConnect'): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = open();
    const done = (result: string | null) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(PATIENCE_MS, () => done('timeout'));
    socket.once(event, () => done(null));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}
