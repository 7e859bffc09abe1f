/**
 * `model/metadata.json` of a deployment archive: which constants the model declares. Fields as in packages of Mendix 9
 * to 11: `Name`, `Type`, `Description`, `DefaultValue`, the last always text.
 */
import * as z from 'zod/mini';
import { UnusableContentError, utf8 } from './unusable.ts';
import { type ConstantType, text, type Written } from './value.ts';

export interface Model {
  project: string | null;
  version: string | null;
  runtime_version: string | null;
  /** By name; the first of two with the same name. */
  constants: ReadonlyMap<string, DeclaredConstant>;
  /** Names that are declared more than once, which no Mendix release writes. */
  duplicates: readonly string[];
}

export interface DeclaredConstant {
  name: string;
  /** `null`: a type that this API does not know. */
  type: ConstantType | null;
  /** The type as the model names it. */
  declared_type: string;
  description: string;
  /** `null`: the model gives none. */
  default_value: Written | null;
}

/** Of `metadata.json`, uncompressed. A large app with 2,000 constants has about 1 MB. */
export const MAX_METADATA_BYTES = 8_000_000;
const MAX_CONSTANTS = 20_000;

const TYPES: Record<string, ConstantType> = {
  String: 'string',
  Integer: 'integer',
  Long: 'integer',
  Boolean: 'boolean',
  Decimal: 'decimal',
  Float: 'decimal',
  DateTime: 'date_time',
};

const constant = z.object({
  Name: z.string().check(z.minLength(1), z.maxLength(500)),
  Type: z.string(),
  Description: z._default(z.nullable(z.string()), ''),
  DefaultValue: z._default(z.nullable(z.union([z.string(), z.number(), z.boolean()])), null),
});

const metadata = z.object({
  ProjectName: z._default(z.nullable(z.string()), null),
  ModelVersion: z._default(z.nullable(z.string()), null),
  RuntimeVersion: z._default(z.nullable(z.string()), null),
  Constants: z.array(constant).check(z.maxLength(MAX_CONSTANTS)),
});

/**
 * @param bytes the file, at most MAX_METADATA_BYTES
 * @throws UnusableContentError `too-large`, `invalid-utf8`, `invalid-json`, `unexpected-content`
 */
export function parseModel(bytes: Uint8Array): Model {
  if (bytes.length > MAX_METADATA_BYTES) throw tooLarge();
  const parsed = metadata.safeParse(json(utf8(bytes)));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    throw new UnusableContentError(
      'unexpected-content',
      `It is not the metadata.json of a Mendix model${where === '' ? '' : ` (${where})`}: deploy a package that mxbuild made.`,
    );
  }
  const constants = new Map<string, DeclaredConstant>();
  const duplicates = new Set<string>();
  for (const each of parsed.data.Constants) {
    if (constants.has(each.Name)) duplicates.add(each.Name);
    else constants.set(each.Name, declared(each));
  }
  return {
    project: parsed.data.ProjectName,
    version: parsed.data.ModelVersion,
    runtime_version: parsed.data.RuntimeVersion,
    constants,
    duplicates: [...duplicates],
  };
}

export function tooLarge(): UnusableContentError {
  return new UnusableContentError(
    'too-large',
    `Its metadata.json is larger than ${MAX_METADATA_BYTES / 1_000_000} MB, which no Mendix model needs: check what is deployed.`,
  );
}

function declared(each: z.output<typeof constant>): DeclaredConstant {
  return {
    name: each.Name,
    type: TYPES[each.Type] ?? null,
    declared_type: each.Type,
    description: each.Description ?? '',
    default_value: each.DefaultValue === null ? null : writtenDefault(each.DefaultValue),
  };
}

function writtenDefault(value: string | number | boolean): Written {
  if (typeof value === 'number') return { kind: 'number', digits: String(value) };
  return typeof value === 'boolean' ? { kind: 'boolean', value } : text(value);
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
