/**
 * Keeps synthesised cloud assemblies, since synthesis is the longest part of a start and gives the same for the same
 * input. An entry is a folder named after everything that the assembly depends on; it is made under another name and
 * renamed when it is whole, so that two runs at once, or one that is cut off, never leave half an entry.
 *
 * The template has the database ports of its run in it. So that another run can have the same template, it may ask for
 * the ports of kept ones and try to listen there: see `keptAddresses`.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { movePorts, portsMoved } from './moved-ports.ts';

/** Where each database server of the configuration listens on this machine, by its name. */
export type DatabaseAddresses = Readonly<Record<string, { host: string; port: number }>>;

/** Some two megabytes each; the least recently used ones go. */
const MAX_ENTRIES = 12;
/** What a run that was cut off has left behind is removed after this time: no synthesis takes that long. */
const ABANDONED_MS = 600_000;

const ENTRY_FILE = 'entry.json';
const ASSEMBLY = 'assembly';
const Entry = z.object({
  /** Digest of the sources and of the configuration without addresses. */
  base: z.string(),
  addresses: z.record(z.string(), z.object({ host: z.string(), port: z.number() })),
});

/** Where the entries lie, and what all of them depend on. */
export interface AssemblyCacheOptions {
  /** Holds the entries; made when it is not there. */
  folder: string;
  /** Digest of all that an assembly depends on beside the configuration (`sourceDigest`). */
  sources: string;
}

/** The kept assemblies of one state of the sources; those of other states are found by other digests and go in time. */
export class AssemblyCache {
  readonly #folder: string;
  readonly #sources: string;

  constructor({ folder, sources }: AssemblyCacheOptions) {
    this.#folder = folder;
    this.#sources = sources;
  }

  /** Addresses of the entries that differ from this configuration in nothing else, the last used one first. @param config of whatever: they are told apart by their text */
  keptAddresses(config: object): DatabaseAddresses[] {
    const base = this.#baseOf(config);
    return this.#entries().flatMap((name) => {
      const entry = this.#read(name);
      return entry?.base === base ? [entry.addresses] : [];
    });
  }

  /**
   * Puts the assembly of `config` with its databases at `addresses` into the folder `target`, from the cache, from one of
   * the cache with other ports, or newly made. Where the cache cannot be written, the assembly is just made.
   *
   * @param make writes the assembly into the given folder; what it throws is thrown on
   */
  async provide(
    config: object,
    addresses: DatabaseAddresses,
    target: string,
    make: (folder: string) => Promise<void>,
  ): Promise<void> {
    const base = this.#baseOf(config);
    const name = digest([base, JSON.stringify(addresses)]);
    rmSync(target, { recursive: true, force: true });
    if (this.#copy(name, target)) return;
    if (!this.#copyMoved(base, addresses, target)) await make(target);
    try {
      this.#keep(name, target, { base, addresses });
    } catch {
      // A folder that may not be written to, or a full disk: the next start synthesises again.
    }
  }

  #baseOf(config: object): string {
    return digest([this.#sources, JSON.stringify(config)]);
  }

  /** A copy, and not the entry itself: functions start from it for as long as the run lasts. */
  #copy(name: string, target: string): boolean {
    try {
      const entry = join(this.#folder, name);
      const now = new Date();
      utimesSync(entry, now, now);
      cpSync(join(entry, ASSEMBLY), target, { recursive: true });
      return true;
    } catch {
      // Not there, or removed by another run in between.
      rmSync(target, { recursive: true, force: true });
      return false;
    }
  }

  /** A copy of one that differs by nothing but ports, which are another run's at the moment. */
  #copyMoved(base: string, addresses: DatabaseAddresses, target: string): boolean {
    for (const name of this.#entries()) {
      const entry = this.#read(name);
      const moved = entry?.base === base ? portsMoved(entry.addresses, addresses) : null;
      if (moved === null || !this.#copy(name, target)) continue;
      movePorts(target, moved);
      return true;
    }
    return false;
  }

  #keep(name: string, assembly: string, entry: z.infer<typeof Entry>): void {
    mkdirSync(this.#folder, { recursive: true });
    const draft = join(this.#folder, `draft-${randomUUID()}`);
    try {
      cpSync(assembly, join(draft, ASSEMBLY), { recursive: true });
      writeFileSync(join(draft, ENTRY_FILE), JSON.stringify(entry));
      renameSync(draft, join(this.#folder, name));
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      // Another run has made the same entry meanwhile: as good as ours.
      if (this.#read(name) === null) throw error;
    }
    this.#prune();
  }

  #prune(): void {
    for (const name of this.#entries().slice(MAX_ENTRIES)) this.#remove(name);
    for (const name of this.#names().filter((own) => own.startsWith('draft-'))) {
      if (Date.now() - this.#usedAt(name) > ABANDONED_MS) this.#remove(name);
    }
  }

  #remove(name: string): void {
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Names of whole entries, the last used one first. */
  #entries(): string[] {
    const used = new Map(this.#names().map((name) => [name, this.#usedAt(name)]));
    return [...used.keys()]
      .filter((name) => !name.startsWith('draft-'))
      .toSorted((one, other) => (used.get(other) ?? 0) - (used.get(one) ?? 0));
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder);
    } catch {
      return [];
    }
  }

  #usedAt(name: string): number {
    return statSync(join(this.#folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  #read(name: string): z.infer<typeof Entry> | null {
    try {
      return Entry.parse(JSON.parse(readFileSync(join(this.#folder, name, ENTRY_FILE), 'utf8')));
    } catch {
      return null;
    }
  }
}

function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 32);
}
