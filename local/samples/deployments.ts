/** What lies in the sample environments' deployment bucket: archives, and the operators' configuration. */
import { deploymentArchive } from './constants-archive.ts';
import { CASE_FILES } from './constants-cases.ts';
import { ACCEPTANCE_MODEL, PREVIOUS_MODEL, PRODUCTION_MODEL, type SampleModel } from './constants-model.ts';
import { ACCEPTANCE_ENVIRONMENT_FILE, ACCEPTANCE_M2EE_YAML, PRODUCTION_M2EE_YAML } from './constants-overrides.ts';

export interface DeploymentObject {
  bucket: string;
  key: string;
  body: Uint8Array;
  last_modified: Date;
}

const BUCKET = 'shop-deployments';

/** Zipping is asynchronous, so the archives are made once, when this module loads. */
const archives = await Promise.all([
  archive('prod/Shop_1.4.1.298.mda', PREVIOUS_MODEL, '2026-10-04T08:15:00Z'),
  archive('prod/Shop_1.4.2.311.mda', PRODUCTION_MODEL, '2026-11-01T09:50:00Z'),
  archive('acc/Shop_1.2.0.188.mda', ACCEPTANCE_MODEL, '2026-06-12T14:20:00Z'),
]);

/** The objects that `config/local.json` names as sources of constants, and odd ones; the same on each call and each run. */
export function deploymentObjects(): DeploymentObject[] {
  return [
    ...archives,
    text('config/prod/m2ee.yaml', PRODUCTION_M2EE_YAML, '2026-11-01T10:00:00Z'),
    text('config/acc/app.env', ACCEPTANCE_ENVIRONMENT_FILE, '2026-06-12T14:30:00Z'),
    text('config/acc/m2ee.yaml', ACCEPTANCE_M2EE_YAML, '2025-11-20T11:05:00Z'),
    ...CASE_FILES.map(({ key, content }) => text(key, content, '2026-10-01T12:00:00Z')),
  ];
}

async function archive(key: string, model: SampleModel, uploaded: string): Promise<DeploymentObject> {
  const last_modified = new Date(uploaded);
  return { bucket: BUCKET, key, body: await deploymentArchive(model, last_modified), last_modified };
}

function text(key: string, content: string, written: string): DeploymentObject {
  return { bucket: BUCKET, key, body: Buffer.from(content), last_modified: new Date(written) };
}
