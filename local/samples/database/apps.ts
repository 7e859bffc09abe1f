/** The sample apps: a new one in production, an older one in acceptance, and a second installation of the older one. */
import { type App, association, entity, type Generation, type Module } from './model.ts';
import { inventory, marketing, shipping } from './operations-modules.ts';
import { administration, billing, catalog, sales } from './shop-modules.ts';
import { systemModule } from './system-module.ts';

export type SampleName = 'shop-prod' | 'shop-acc' | 'pet-shop-prod' | BankName;

/** The environments of two tenants, in `config/banks.json`. */
export type BankName = 'bank-a-prod' | 'bank-b-prod';

const MENDIX_10: Generation = {
  runtime: '10.24.15.93102',
  catalog: '4.4.0',
  directAssociations: true,
  blockedSince: true,
};

/** Before 4.1.0 the catalog names no runtime version, before 4.4.0 no storage format. */
const MENDIX_9: Generation = { runtime: null, catalog: '4.0.0', directAssociations: false, blockedSince: false };

const userAdministration: Module = {
  name: 'UserAdministration',
  entities: [
    entity('Account', 'FullName:string(200) Email:string(200) Department:string(100)', 0, {
      generalization: 'System.User',
    }),
  ],
  associations: [],
};

/** The marketplace module in which an app may say who a user is for the licence. */
const userCommons: Module = {
  name: 'UserCommons',
  entities: [entity('NamedUserIdentifier', 'Value:string(200)')],
  associations: [association('UserCommons', 'NamedUserIdentifier_User', 'NamedUserIdentifier', 'System.User')],
};

export const APPS: Record<SampleName, App> = {
  'shop-prod': {
    project: 'Shop',
    model: '1.4.2.311',
    generation: MENDIX_10,
    modules: [systemModule(MENDIX_10), administration, sales, catalog, inventory, shipping, billing, marketing],
    account: 'Administration.Account',
    users: 25_000,
    administrator: 'named',
    untidyLogins: false,
  },
  'shop-acc': olderApp(0.02, 400, 'unnamed'),
  // The same package for another shop: ids, keys and people are acceptance's in part, and nobody is its administrator.
  'pet-shop-prod': olderApp(0.004, 60, 'none'),
  // Small ones, of which every login says whose it is.
  'bank-a-prod': olderApp(0.002, 40, 'named'),
  'bank-b-prod': olderApp(0.002, 44, 'named'),
};

/** Release 1.2 of the shop, with a share of the rows. */
function olderApp(share: number, users: number, administrator: App['administrator']): App {
  return {
    project: 'Shop',
    model: '1.2.0.188',
    generation: MENDIX_9,
    modules: [...reduced([systemModule(MENDIX_9), catalog, sales], share), userAdministration, userCommons],
    account: 'UserAdministration.Account',
    users,
    administrator,
    untidyLogins: true,
  };
}

/** The same modules with a share of the rows, and with the users' module that this older app has. */
function reduced(modules: Module[], share: number): Module[] {
  return modules.map((module) => ({
    ...module,
    entities: module.entities.map((each) => ({
      ...each,
      rows: Math.ceil(each.rows * share),
      generalization:
        each.generalization === 'Administration.Account' ? 'UserAdministration.Account' : each.generalization,
    })),
  }));
}
