/** Of what files the sample apps have, and how many of each. */
import type { SampleName } from './database/apps.ts';

export type SampleEnvironment = SampleName;

/** Of the banks: enough of each kind to see it. */
const SMALL = {
  sound: 58,
  superseded: 0,
  unmeasured: 1,
  missing: 1,
  not_found: 1,
  empty: 1,
  orphaned: 4,
  pending: 1,
  deleted: 0,
};

/** What befell a file, with how many there are in each sample. Rows in the database: 20,000, 1,200 and 250. */
export const FATES = {
  'shop-prod': {
    sound: 19_540,
    superseded: 260,
    unmeasured: 40,
    missing: 35,
    not_found: 25,
    empty: 100,
    orphaned: 450,
    pending: 90,
    deleted: 520,
  },
  'shop-acc': {
    sound: 1150,
    superseded: 0,
    unmeasured: 10,
    missing: 12,
    not_found: 8,
    empty: 20,
    orphaned: 70,
    pending: 15,
    deleted: 0,
  },
  'pet-shop-prod': {
    sound: 238,
    superseded: 0,
    unmeasured: 2,
    missing: 3,
    not_found: 2,
    empty: 5,
    orphaned: 12,
    pending: 3,
    deleted: 0,
  },
  'bank-a-prod': SMALL,
  'bank-b-prod': SMALL,
} as const satisfies Record<SampleEnvironment, Record<string, number>>;

/** A key of {@link FATES}. */
export type Fate = keyof (typeof FATES)['shop-prod'];

/** Of one entity; `median`: of the sizes, in bytes. */
export interface Kind {
  entity: string;
  stem: string;
  ending: string;
  median: number;
}

/** Entities with their share of the files, the ending of their names, and the median of their sizes. */
export type Kinds = readonly (readonly [Kind, number])[];

const OLDER_APP: Kinds = [
  [{ entity: 'Sales.OrderDocument', stem: 'Order', ending: 'pdf', median: 48_000 }, 70],
  [{ entity: 'Catalog.ProductImage', stem: 'product', ending: 'jpg', median: 210_000 }, 20],
  [{ entity: 'System.FileDocument', stem: 'Export', ending: 'xlsx', median: 880_000 }, 10],
];

export const KINDS: Readonly<Record<SampleEnvironment, Kinds>> = {
  'shop-prod': [
    [{ entity: 'Billing.InvoiceDocument', stem: 'Invoice', ending: 'pdf', median: 62_000 }, 40],
    [{ entity: 'Sales.OrderDocument', stem: 'Order', ending: 'pdf', median: 48_000 }, 24],
    [{ entity: 'Shipping.ShippingLabel', stem: 'Label', ending: 'zpl', median: 3_800 }, 14],
    [{ entity: 'Catalog.ProductImage', stem: 'product', ending: 'jpg', median: 210_000 }, 11],
    [{ entity: 'System.Thumbnail', stem: 'thumbnail', ending: 'jpg', median: 9_500 }, 8],
    [{ entity: 'Marketing.BannerImage', stem: 'banner', ending: 'png', median: 540_000 }, 1],
    [{ entity: 'System.FileDocument', stem: 'Export', ending: 'xlsx', median: 880_000 }, 2],
  ],
  'shop-acc': OLDER_APP,
  'pet-shop-prod': OLDER_APP,
  'bank-a-prod': OLDER_APP,
  'bank-b-prod': OLDER_APP,
};

/**
 * What the files are drawn from. The pet shop began with a copy of acceptance: most of its keys are there too, with equal
 * ETags.
 */
export const SEEDS: Readonly<Record<SampleEnvironment, string>> = {
  'shop-prod': 'files of shop-prod',
  'shop-acc': 'files of shop-acc',
  'pet-shop-prod': 'files of shop-acc',
  'bank-a-prod': 'files of bank-a-prod',
  'bank-b-prod': 'files of bank-b-prod',
};
