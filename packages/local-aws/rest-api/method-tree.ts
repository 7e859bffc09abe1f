/**
 * Which method of a REST API takes a request: the one whose path has the request's own words, `{name}` for one segment and
 * `{name+}` for all that follow (API Gateway guide, "Set up a proxy resource").
 */
import type { DeployedMethod } from '../cloudformation/deployed-rest-apis.ts';

/** A method that was chosen, with the values of its path, percent-decoded. */
export interface ChosenMethod {
  deployed: DeployedMethod;
  pathParameters: Readonly<Record<string, string>>;
}

/** The methods of one API. */
export class MethodTree {
  readonly #patterns: readonly { pattern: RegExp; deployed: DeployedMethod }[];

  constructor(methods: readonly DeployedMethod[]) {
    this.#patterns = methods.map((deployed) => ({ pattern: patternOf(deployed.path), deployed }));
  }

  /** @param path as it was sent, without the stage */
  choose(method: string, path: string): ChosenMethod | null {
    for (const { pattern, deployed } of this.#patterns) {
      const values = deployed.method === method ? pattern.exec(path) : null;
      if (values === null) continue;
      const decoded = Object.entries(values.groups ?? {}).map(([name, value]) => [name, decodedText(value)]);
      return { deployed, pathParameters: Object.fromEntries(decoded) };
    }
    return null;
  }
}

/** `/files/{folder}/{proxy+}` is `^/files/(?<folder>[^/]+)/(?<proxy>.+)$`. */
function patternOf(path: string): RegExp {
  const parts = path.split(/(\{\w+\+?\})/).map((part) => {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) return part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
    return greedy === '+' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
