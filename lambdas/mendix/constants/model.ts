/**
 * `model/metadata.json` of a deployment archive: which constants the model declares. Fields as in packages of Mendix 9
 * to 11: `Name`, `Type`, `Description`, `DefaultValue`, the last always text.
 *
 * An attribute of another type than Mendix writes costs that attribute, not the model: it is `null`, or the constant has
 * no value. Only a file that is no such model at all is refused.
 */
import * as z from 'zod/mini';
import { UnusableContentError } from '../unusable-content.ts';
import { utf8, wellFormed } from '../utf8.ts';
import type { ConstantType, Written } from './value.ts';

export interface Model {
  project: string | null;
  version: string | null;
  runtime_version: string | null;
  /** By name; the first of two with the same name. */
  constants: ReadonlyMap<string, DeclaredConstant>;
  /** Names that are declared more than once, which no Mendix release writes. */
  duplicates: readonly string[];
  /** Entries without a name, which cannot be shown. */
  nameless: number;
}

export interface DeclaredConstant {
  name: string;
  /** `null`: a type that this API does not know. */
  type: ConstantType | null;
  /** The type as the model names it; `null`: not by a text. */
  declared_type: string | null;
  /** `null`: it is no text. */
  description: string | null;
  /** `null`: the model gives none. */
  default_value: Written | null;
}

/** Of `metadata.json`, uncompressed. A large app with 2,000 constants has about 1 MB. */
export const MAX_METADATA_BYTES = 8_000_000;
const MAX_CONSTANTS = 20_000;
const MAX_NAME_LENGTH = 500;

/** Mendix's names of types ("Constants", reference guide; `metadata.json` of released packages). */
const TYPES: Record<string, ConstantType> = {
  String: 'string',
  Integer: 'integer',
  Long: 'integer',
  Boolean: 'boolean',
  Decimal: 'decimal',
  Float: 'decimal',
  DateTime: 'date_time',
};

const metadata = z.looseObject({ Constants: z.array(z.unknown()).check(z.maxLength(MAX_CONSTANTS)) });

/**
 * @param bytes the file, at most MAX_METADATA_BYTES
 * @throws UnusableContentError `too-large`, `invalid-utf8`, `invalid-json`, `unexpected-content`
 */
export function parseModel(bytes: Uint8Array): Model {
  if (bytes.length > MAX_METADATA_BYTES) throw tooLarge();
  const parsed = metadata.safeParse(json(utf8(bytes)));
  if (!parsed.success) {
    throw new UnusableContentError(
      'unexpected-content',
      'It is not the metadata.json of a Mendix model, which has a list of Constants: deploy a package that mxbuild made.',
    );
  }
  const constants = new Map<string, DeclaredConstant>();
  const duplicates = new Set<string>();
  let nameless = 0;
  for (const entry of parsed.data.Constants) {
    const declaration = declared(entry);
    if (declaration === null) nameless += 1;
    else if (constants.has(declaration.name)) duplicates.add(declaration.name);
    else constants.set(declaration.name, declaration);
  }
  return {
    project: textOf(parsed.data['ProjectName']),
    version: textOf(parsed.data['ModelVersion']),
    runtime_version: textOf(parsed.data['RuntimeVersion']),
    constants,
    duplicates: [...duplicates],
    nameless,
  };
}

/** The error for a metadata.json past its limit, wherever that is noticed: by its size in the archive or by its bytes. */
export function tooLarge(): UnusableContentError {
  return new UnusableContentError(
    'too-large',
    `Its metadata.json is larger than ${MAX_METADATA_BYTES / 1_000_000} MB, which no Mendix model needs: check what is deployed.`,
  );
}

/** `null`: it has no name to show it by. */
function declared(entry: unknown): DeclaredConstant | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const attributes = entry as Record<string, unknown>;
  const name = textOf(attributes['Name']);
  if (name === null || name === '' || name.length > MAX_NAME_LENGTH) return null;
  const type = textOf(attributes['Type']);
  return {
    name,
    type: type === null || !Object.hasOwn(TYPES, type) ? null : (TYPES[type] ?? null),
    declared_type: type,
    description: 'Description' in attributes ? textOf(attributes['Description']) : '',
    default_value: writtenDefault(attributes['DefaultValue']),
  };
}

function writtenDefault(value: unknown): Written | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  return typeof value === 'number' ? { kind: 'number', digits: String(value) } : { kind: 'structure' };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? wellFormed(value) : null;
}

function json(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new UnusableContentError('invalid-json', 'Its metadata.json is not JSON: build and upload it again.', {
      cause,
    });
  }
}
