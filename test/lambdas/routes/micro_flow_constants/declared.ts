/** An environment put together from the constants that it declares and those that it sets. */
import { metadataJson, zip } from '../../mendix/archive/archives.ts';
import { type Deployments, environment } from './deployments.ts';

export interface Declared {
  Name: string;
  DefaultValue: string;
  /** A string unless said. */
  Type?: string;
  Description?: string;
}

/** Puts a model and an m2ee.yaml with what it sets into the bucket, and gives the environment that reads them. */
export async function deployed(
  s3: Deployments,
  name: string,
  declared: readonly Declared[],
  overrides: Record<string, string> = {},
  constants: Parameters<typeof environment>[1] = {},
) {
  s3.put(`${name}/App.mda`, await zip(metadataJson(declared.map((each) => ({ Type: 'String', ...each })))));
  s3.put(`config/${name}.yaml`, `mxruntime:\n  MicroflowConstants: ${JSON.stringify(overrides)}\n`);
  return environment(name, constants);
}
