/** Names for what runs in a test file and is part of no test. */

/** Reached by the import of the file: what stands in no function. */
export const IMPORTED = '';
/** Reached between tests or before them, in a function: by what a test file makes at its top, for all its tests. */
export const AROUND = '*';
