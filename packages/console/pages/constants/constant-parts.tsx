/** Parts that the pages about constants share: findings, the model, values with their masks. */
import type { Answer as AnswerOf, ConstantFinding } from '@mrt/client';
import { Breakable } from '../../parts/breakable.tsx';
import { Time, Unknown } from '../../parts/figure.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PartialNote } from '../../parts/state.tsx';
import { findingWords } from './finding-words.ts';

/** A longer value is no name or address: it breaks anywhere, without a part of the page for each of its words. */
const MAX_BREAKABLE = 200;

/** @param there the environment that it is compared with */
export function FindingList({
  findings,
  here = '',
  there = '',
}: {
  findings: readonly ConstantFinding[];
  here?: string;
  there?: string;
}) {
  if (findings.length === 0) return null;
  return (
    <ul class="concerns">
      {findings.toSorted(worstFirst).map(({ finding, name, environment, note }) => {
        const { severity, what, why, ofBoth } = findingWords(finding, { here, there });
        return (
          <li key={`${finding} ${name} ${environment}`} class={severity}>
            <Icon name={severity} label={severity === 'bad' ? 'Act now' : 'Look at it'} />
            <div>
              <strong>{name ?? 'The model'}</strong> {what}
              <span class="faint">{ofBoth ? '.' : ` in ${environment}.`}</span> <span class="why">{note ?? why}</span>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function worstFirst(one: ConstantFinding, other: ConstantFinding): number {
  const rank = ({ finding }: ConstantFinding) => (findingWords(finding).severity === 'bad' ? 0 : 1);
  return rank(one) - rank(other);
}

/** Which model it is about, and which sources could not be read. */
export function ModelLine({ answer: { model, sources, as_of } }: { answer: AnswerOf<'/micro_flow_constants'> }) {
  const failed = sources.filter(({ error }) => error !== null);
  const notes = sources.flatMap(({ source, notes: texts }) => texts.map((text) => `${source}: ${text}`));
  return (
    <>
      {failed.map(({ source, error }) => (
        <PartialNote key={source}>
          <strong>{source} cannot be read.</strong> {error?.detail} What it might set is not known.
        </PartialNote>
      ))}
      <p class="source">
        {model === null
          ? 'no model could be read'
          : `${model.project ?? 'the model'} ${model.version ?? ''}, Mendix ${model.runtime_version ?? 'not known'}`}
        {' · '}
        {model?.deployed === true
          ? 'is what runs'
          : model?.deployed === false
            ? `not what runs (${model.deployed_version ?? 'another'})`
            : 'not known whether it runs'}
        {' · files of '}
        <Time at={as_of} />
      </p>
      {notes.length === 0 ? null : (
        <ul class="plain faint">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}

interface Valued {
  value: string | number | boolean | null;
  value_known: boolean;
  masked: boolean;
  fingerprint?: string | null;
  note?: string | null;
}

/** A value as it is configured; masked, unknown and empty ones say so. */
export function Value({ value, value_known, masked, note, fingerprint }: Valued) {
  if (!value_known) return <Unknown why={note ?? 'stands in a place that is not read'} />;
  if (masked) {
    return (
      <span class="masked" title={fingerprint == null ? 'masked' : `masked; fingerprint ${fingerprint}`}>
        <Icon name="lock" /> masked
      </span>
    );
  }
  if (value === null) return <span class="faint">{note ?? 'no value'}</span>;
  if (value === '') return <span class="faint">empty text</span>;
  const text = String(value);
  return <code>{text.length > MAX_BREAKABLE ? text : <Breakable name={text} />}</code>;
}
