/** What a run is made of. */
import type { Context } from '../context.ts';
import type { NamedEnvironment } from '../exchange.ts';
import type { AskAgent } from './recording.ts';
import type { RecordStore } from './store.ts';
import type { Upstreams } from './upstreams.ts';

/** What all turns of a run have in common. */
export interface Run {
  store: RecordStore;
  /** The upstreams of one environment's turn, with the keys of whose it is. */
  upstreams(context: Context, environment: NamedEnvironment): Upstreams;
  /** Asks agents of other accounts; left out: there are none. */
  relay?: ((context: Context) => AskAgent) | undefined;
  version: string;
  now: Date;
  /** Turns that began at or after it need not be taken again: a run before this one was cut. */
  slotStart: Date;
  /** Of writing, which goes on a little after asking has ended. */
  signal: AbortSignal;
}
