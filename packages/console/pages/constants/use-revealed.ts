/** Secrets in clear, one constant at a time, each with its reason. In this view's memory only: another view forgets them. */
import type { WholeRow } from '@mrt/client';
import { useEffect, useState } from 'preact/hooks';
import { type Question, requestPath } from '../../address/question.ts';
import { useApi } from '../../answers/api-context.ts';
import { type Failure, failureOf } from '../../answers/failure.ts';

export type Constant = WholeRow<'/micro_flow_constants'>;

export interface Revealed {
  /** The row as it was revealed, or as it is masked. */
  of: (constant: Constant) => Constant;
  has: (name: string) => boolean;
  /** Asks for it. The API writes the audit line before it answers. */
  reveal: (name: string, reason: string) => Promise<void>;
  hide: (name: string) => void;
  failure: Failure | null;
}

/** @param question of the view: with another one all is masked again */
export function useRevealed(question: Question): Revealed {
  const { client } = useApi();
  const [rows, setRows] = useState<ReadonlyMap<string, Constant>>(new Map());
  const [failure, setFailure] = useState<Failure | null>(null);
  const key = requestPath(question);
  useEffect(() => {
    setRows(new Map());
    setFailure(null);
  }, [key]);

  const reveal = async (name: string, reason: string) => {
    setFailure(null);
    const environment = String(question.query['environment']);
    try {
      const answer = await client.get('/micro_flow_constants', { environment, name, reveal: true }, { reason });
      const row = answer.constants?.find((constant) => constant.name === name);
      if (row !== undefined) setRows((before) => new Map(before).set(name, row as Constant));
    } catch (error) {
      setFailure(failureOf(error, question));
    }
  };
  const hide = (name: string) => setRows((before) => new Map([...before].filter(([other]) => other !== name)));
  return {
    of: (constant) => rows.get(constant.name) ?? constant,
    has: (name) => rows.has(name),
    reveal,
    hide,
    failure,
  };
}
