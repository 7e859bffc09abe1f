/** One line of `npm run bench`: ours beside the peer's or the limit's, measured in the same run. */
export interface Figure {
  name: string;
  ours: string;
  theirs: string;
  ratio: string;
  goal: string;
}
