/** Makes a deployment archive (`.mda`) of a sample model: `model/metadata.json` among what else a Mendix app ships. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { SampleModel } from './constants-model.ts';

/** About a megabyte, the same bytes on each run. */
export async function deploymentArchive(model: SampleModel, built: Date): Promise<Uint8Array> {
  const archive = new ZipFile();
  // Zip's own timestamps are local: shifted, so that the bytes are the same in every time zone.
  const mtime = new Date(built.getTime() + built.getTimezoneOffset() * 60_000);
  const add = (path: string, content: Buffer) =>
    archive.addBuffer(content, path, { mtime, forceDosTimestamp: true, compress: !path.endsWith('.jar') });
  const noise = bytesFrom(model.version);
  add('model/bundles/project.jar', noise(180_000));
  add('model/lib/userlib/postgresql-42.7.4.jar', noise(240_000));
  add('model/lib/userlib/commons-lang3-3.17.0.jar', noise(150_000));
  add('model/model.mdp', noise(300_000));
  add('model/metadata.json', Buffer.from(JSON.stringify(metadata(model), null, 2)));
  for (let page = 1; page <= 60; page += 1) {
    const name = `page_${String(page).padStart(2, '0')}`;
    add(`web/pages/en_US/Sales/${name}.page.xml`, Buffer.from(`<page name="${name}"><grid rows="20"/></page>\n`));
  }
  add('web/mxclientsystem/mxui.js', noise(120_000));
  add('web/theme.compiled.css', Buffer.from('.mx-grid { display: grid; }\n'.repeat(400)));
  add('web/index.html', Buffer.from('<!doctype html><title>Shop</title><div id="content"></div>\n'));
  archive.end();
  return buffer(archive.outputStream);
}

/** The fields that a real `metadata.json` has. */
function metadata(model: SampleModel): Record<string, unknown> {
  const administrator = '6b1f7a1e-3f0c-4b52-9a53-0d0a5cbb7d10';
  const employee = 'f4a0c2c8-55e1-4f5d-8a6b-1c1de0a53e77';
  return {
    RuntimeVersion: model.runtime,
    ProjectID: '0c9c2c2e-8f3a-4c5f-9d36-6a5a3fd0b1c4',
    ProjectName: model.project,
    ModelVersion: model.version,
    Description: '',
    AdminUser: 'MxAdmin',
    AdminRole: administrator,
    JavaVersion: model.javaVersion,
    Roles: {
      [administrator]: { Name: 'Administrator', ManageableRoles: [administrator, employee] },
      [employee]: { Name: 'Employee' },
    },
    Constants: model.constants,
    ScheduledEvents: [],
    Languages: ['en_US', 'nl_NL'],
    Configuration: {},
    RequestHandlers: [{ Name: '/api/', DefaultEnabled: true, MatchExactly: false }],
  };
}

/** Bytes that do not compress, as those of jars and models; xorshift32 seeded with the version. */
function bytesFrom(seed: string): (length: number) => Buffer {
  let state = 2463534242;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 16777619) >>> 0 || 1;
  return (length) => {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[at] = state & 0xff;
    }
    return bytes;
  };
}
