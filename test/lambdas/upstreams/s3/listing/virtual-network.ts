/**
 * A network for listings on which each answer takes one unit of time and nothing else takes any: what a listing waits for
 * can be counted in round trips, on however busy a machine.
 */
import { listObjects } from '@mrt/local-aws/s3/list-objects.ts';
import { Bucket } from '@mrt/local-aws/s3/store.ts';
import { type KeyShape, SyntheticObjects, syntheticKeys } from '@mrt/local-aws/s3/synthetic.ts';
import type { AnswerTarget } from '../../../../../lambdas/upstreams/s3/listing/answer.ts';
import type { PageAddress } from '../../../../../lambdas/upstreams/s3/listing/connections.ts';
import { REGION } from '../../../../packages/local-aws/s3/client.ts';

interface UnderWay {
  path: string;
  target: AnswerTarget;
  sentAt: number;
  answered: () => void;
}

/** One bucket behind it, and what was asked of it. */
export class VirtualNetwork {
  readonly #bucket: Bucket;
  readonly #underWay: UnderWay[] = [];
  #isBusy = false;
  /** Round trips from the first request to the last answer. */
  rounds = 0;
  requests = 0;

  constructor(shape: KeyShape, count: number) {
    this.#bucket = new Bucket({
      name: 'b',
      region: REGION,
      objects: new SyntheticObjects(syntheticKeys(shape, count)),
    });
  }

  /** In place of `connections.ts`. */
  getPage({ path }: PageAddress, target: AnswerTarget): Promise<void> {
    const { promise, resolve: answered } = Promise.withResolvers<void>();
    this.#underWay.push({ path, target, sentAt: this.rounds, answered });
    this.requests++;
    this.#goOn();
    return promise;
  }

  /** Answers in the order that they were sent in, each when nobody has anything left to do at the time. */
  #goOn(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => {
      this.#isBusy = false;
      const next = this.#underWay.shift();
      if (next === undefined) return;
      this.rounds = next.sentAt + 1;
      next.target.head(200, new Map());
      for (const piece of listObjects(this.#bucket, new URL(next.path, 'http://s3').searchParams)) {
        next.target.body(Buffer.from(piece));
      }
      next.answered();
      this.#goOn();
    });
  }
}
