/** What a warm function knows of each Airflow: its session, its version, and whether IAM allows InvokeRestApi. */
import { BoundedCache } from '../../bounded-cache.ts';
import type { AirflowSettings } from '../../environment-settings.ts';
import type { AirflowVersion } from './airflow.ts';
import { SharedSession } from './session.ts';

/** How long a refusal by IAM is remembered before InvokeRestApi is tried again. */
const REFUSED_MS = 10 * 60_000;
/** An Airflow that is upgraded from 2 to 3 is found out after so long, or at its first 404. */
const VERSION_MS = 10 * 60_000;
/** The configuration has no more environments than this. */
const MAX_AIRFLOWS = 1_000;

export class AirflowMemory {
  readonly session = new SharedSession();
  #version: AirflowVersion | null = null;
  #versionUntil = 0;
  #refusedUntil = 0;

  /** `null`: not known, or not for sure any more. */
  get version(): AirflowVersion | null {
    return this.#versionUntil > Date.now() ? this.#version : null;
  }

  keepVersion(version: AirflowVersion): void {
    this.#version = version;
    this.#versionUntil = Date.now() + VERSION_MS;
  }

  forgetVersion(): void {
    this.#version = null;
  }

  /** Whether IAM has refused InvokeRestApi within the last minutes. */
  get isRestApiRefused(): boolean {
    return this.#refusedUntil > Date.now();
  }

  noteRefusal(): void {
    this.#refusedUntil = Date.now() + REFUSED_MS;
  }
}

let warm = new BoundedCache<AirflowMemory>(MAX_AIRFLOWS);

/** What is known of the Airflow with these settings: the same object each time, until others crowd it out. */
export function memoryOf(settings: AirflowSettings): AirflowMemory {
  const key = JSON.stringify(settings);
  const memory = warm.get(key) ?? new AirflowMemory();
  warm.set(key, memory);
  return memory;
}

/** What a cold function knows of Airflows: nothing. */
export function forgetAirflows(): void {
  warm = new BoundedCache(MAX_AIRFLOWS);
}
