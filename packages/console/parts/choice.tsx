/** What of a view is shown: fields that change its address. */
import { useLocation, useSearchParams } from 'wouter-preact';
import { withChoice } from '../address/view-address.ts';

/** What stands in the address, and how to change it. A change goes back to the first page. */
export function useChoice(): {
  get: (name: string) => string | undefined;
  /** The address with these changed; `undefined` takes one out. */
  with: (changes: Readonly<Record<string, unknown>>) => string;
  set: (changes: Readonly<Record<string, unknown>>) => void;
} {
  const [path, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const changed = (changes: Readonly<Record<string, unknown>>) =>
    withChoice(path, { ...Object.fromEntries(parameters), cursor: undefined, ...changes });
  return {
    get: (name) => parameters.get(name) ?? undefined,
    with: changed,
    set: (changes) => navigate(changed(changes)),
  };
}

/** One of several words, or none of them. */
export function Choose({
  label,
  name,
  options,
  any = 'all',
}: {
  label: string;
  /** In the address. */
  name: string;
  /** Value and what it is called. */
  options: readonly (readonly [value: string, text: string])[];
  any?: string;
}) {
  const choice = useChoice();
  return (
    <label class="choose">
      <span>{label}</span>
      <select value={choice.get(name) ?? ''} onChange={(event) => choice.set({ [name]: event.currentTarget.value })}>
        <option value="">{any}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
