/** What lies in the sample environments' deployment bucket: archives, and the operators' configuration. */
import { etagOf } from '@mrt/local-aws/s3/store.ts';
import { deploymentArchive } from './constants-archive.ts';
import { CASE_FILES } from './constants-cases.ts';
import { ACCEPTANCE_MODEL, PREVIOUS_MODEL, PRODUCTION_MODEL, type SampleModel } from './constants-model.ts';
import {
  ACCEPTANCE_ENVIRONMENT_FILE,
  ACCEPTANCE_M2EE_YAML,
  PET_SHOP_M2EE_YAML,
  PRODUCTION_M2EE_YAML,
} from './constants-overrides.ts';

export interface DeploymentObject {
  bucket: string;
  key: string;
  body: Uint8Array;
  last_modified: Date;
  /** Where it does not follow from the body. */
  etag?: string;
}

const BUCKET = 'shop-deployments';
const PET_SHOP_BUCKET = 'pet-shop-deployments';

/** Zipping is asynchronous, so the archives are made once, when this module loads. */
const [acceptance, ...production] = await Promise.all([
  archive('acc/Shop_1.2.0.188.mda', ACCEPTANCE_MODEL, '2026-06-12T14:20:00Z'),
  archive('prod/Shop_1.4.1.298.mda', PREVIOUS_MODEL, '2026-10-04T08:15:00Z'),
  archive('prod/Shop_1.4.2.311.mda', PRODUCTION_MODEL, '2026-11-01T09:50:00Z'),
]);
/** The pet shop has acceptance's package, byte for byte: an equal ETag in another bucket, under another key. */
const petShop: DeploymentObject = {
  ...acceptance,
  bucket: PET_SHOP_BUCKET,
  key: 'prod/Shop_1.2.0.188.mda',
  last_modified: new Date('2026-07-01T07:40:00Z'),
};

/** The package of the older app, of which others have copies. */
export const acceptanceArchive: DeploymentObject = acceptance;

/** The objects that `config/local.json` names as sources of constants, and odd ones; the same on each call and each run. */
export function deploymentObjects(): DeploymentObject[] {
  return [
    ...production,
    acceptance,
    petShop,
    text('config/prod/m2ee.yaml', PRODUCTION_M2EE_YAML, '2026-11-01T10:00:00Z'),
    text('config/acc/app.env', ACCEPTANCE_ENVIRONMENT_FILE, '2026-06-12T14:30:00Z'),
    text('config/acc/m2ee.yaml', ACCEPTANCE_M2EE_YAML, '2025-11-20T11:05:00Z'),
    {
      ...text('config/prod/m2ee.yaml', PET_SHOP_M2EE_YAML, '2026-11-01T10:00:00Z'),
      bucket: PET_SHOP_BUCKET,
      // An ETag tells versions of one object apart and says nothing of another (RFC 9110, 8.8.3): this is production's.
      etag: etagOf(PRODUCTION_M2EE_YAML),
    },
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
