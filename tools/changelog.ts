/** CHANGELOG.md in the form of Keep a Changelog (https://keepachangelog.com/en/1.1.0/): a section for each release. */

const UNRELEASED = '## Unreleased\n';

/** What stands under `## Unreleased`; empty when nothing does. @throws Error when there is no such heading */
export function unreleased(changelog: string): string {
  const start = changelog.indexOf(UNRELEASED);
  if (start === -1) throw new Error('CHANGELOG.md has no heading "## Unreleased"');
  const [section = ''] = changelog.slice(start + UNRELEASED.length).split(/^## /m);
  return section.trim();
}

/**
 * The same with what was unreleased under the release, and an empty `## Unreleased` above it.
 *
 * @param date of the release, `2026-11-26`
 */
export function withRelease(changelog: string, version: string, date: string): string {
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n## ${version} - ${date}\n`);
}
