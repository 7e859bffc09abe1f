/** Where each tile of a treemap lies: groups side by side, each with its members, in proportion to their size. */
import { type HierarchyRectangularNode, hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';

export interface Member {
  /** Of the tile: `Sales.Order`. */
  name: string;
  size: number;
}

/** A member as it is drawn. */
export interface TreemapMember extends Member {
  /** Where a click leads. */
  href: string;
  /** What a screen reader says, and what is shown on hover. */
  label: string;
  /** Shares of the size, 0 to 1; what is left is the table itself. */
  parts: { index: number; toast: number };
  /** Drawn with a broken line: an estimate. */
  isEstimate: boolean;
}

export interface Group<M extends Member> {
  name: string;
  members: readonly M[];
}

/** A place in pixels from the upper left. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedGroup<M extends Member> extends Place {
  name: string;
  size: number;
  tiles: (Place & { member: M })[];
}

/** Room for a group's name above its members. */
const TITLE = 18;

/** Members below this share of everything are drawn together, as nobody could see or hit them. */
const MIN_SHARE = 0.0004;

/**
 * @returns the groups, largest first, and the members too small to be seen, which have no tile
 */
export function treemapLayout<M extends Member>(
  groups: readonly Group<M>[],
  width: number,
  height: number,
): { groups: PlacedGroup<M>[]; hidden: M[] } {
  const total = groups.reduce((sum, { members }) => sum + members.reduce((all, { size }) => all + size, 0), 0);
  const isSeen = ({ size }: M) => size > 0 && size >= total * MIN_SHARE;
  const hidden = groups.flatMap(({ members }) => members.filter((member) => !isSeen(member)));
  type Node = { name: string; member?: M; children?: Node[] };
  const root: Node = {
    name: '',
    children: groups
      .map(({ name, members }) => ({
        name,
        children: members.filter(isSeen).map((member) => ({ name: member.name, member })),
      }))
      .filter(({ children }) => children.length > 0),
  };
  const tree = hierarchy(root)
    .sum(({ member }) => member?.size ?? 0)
    .sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  const laid = treemap<Node>()
    .tile(treemapSquarify)
    .size([width, height])
    .paddingOuter(0)
    .paddingInner(2)
    .paddingTop((node) => (node.depth === 1 ? TITLE : 0))
    .round(true)(tree);
  return {
    groups: (laid.children ?? []).map((group) => ({
      ...placeOf(group),
      name: group.data.name,
      size: group.value ?? 0,
      tiles: (group.children ?? []).flatMap((tile) =>
        tile.data.member === undefined ? [] : [{ ...placeOf(tile), member: tile.data.member }],
      ),
    })),
    hidden,
  };
}

function placeOf({ x0, y0, x1, y1 }: Pick<HierarchyRectangularNode<unknown>, 'x0' | 'y0' | 'x1' | 'y1'>): Place {
  return { x: x0, y: y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0) };
}
