/** Tables as tiles, by module: how large each is, and how much of it are indexes and TOAST. */
import { useRef, useState } from 'preact/hooks';
import { type Group, type TreemapMember, treemapLayout } from './treemap-layout.ts';
import { useWidth } from './width.ts';

/** Letters of 11 px take about so many pixels. */
const LETTER = 6.2;
/** Pixels below which a name would be no help. */
const MIN_NAMED_WIDTH = 34;
const MIN_NAMED_HEIGHT = 15;

/**
 * One stop for Tab; the arrow keys go from tile to tile, the largest first, and Enter opens. In SVG an attribute is
 * `tabindex`: Preact hands `tabIndex` on as it is, and nothing would be reached.
 */
export function Treemap({
  label,
  groups,
  onOpen,
}: {
  label: string;
  groups: readonly Group<TreemapMember>[];
  onOpen: (href: string) => void;
}) {
  const [room, width] = useWidth<HTMLDivElement>();
  const [current, setCurrent] = useState(0);
  const tiles = useRef<(Element | null)[]>([]);
  const height = Math.round(Math.min(460, Math.max(260, width * 0.42)));
  const { groups: placed } = treemapLayout(groups, width, height);
  let place = 0;

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const last = placed.reduce((sum, group) => sum + group.tiles.length, 0) - 1;
    const target = event.key === 'Home' ? 0 : event.key === 'End' ? last : step === undefined ? null : current + step;
    if (target === null || target < 0 || target > last) return;
    event.preventDefault();
    setCurrent(target);
    (tiles.current[target] as SVGAElement | undefined)?.focus();
  };

  return (
    <div class="treemap" ref={room}>
      {width === 0 ? null : (
        <svg
          width={width}
          height={height}
          role="group"
          aria-label={`${label}. Arrow keys go from one to the next.`}
          onKeyDown={onKeyDown}
        >
          {placed.map((group, index) => (
            <g key={group.name} class={`group series-${index % 8}`}>
              <text class="group-name" x={group.x + 1} y={group.y + 13} aria-hidden="true">
                {cut(group.name, group.width)}
              </text>
              {group.tiles.map(({ member, ...tile }) => {
                const own = place;
                place += 1;
                return (
                  <a
                    key={member.name}
                    ref={(element: Element | null) => {
                      tiles.current[own] = element;
                    }}
                    href={member.href}
                    tabindex={own === current ? 0 : -1}
                    aria-label={member.label}
                    onFocus={() => setCurrent(own)}
                    onClick={(event: MouseEvent) => {
                      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
                      event.preventDefault();
                      onOpen(member.href);
                    }}
                  >
                    <title>{member.label}</title>
                    <Tile {...tile} {...member} />
                  </a>
                );
              })}
              {group.tiles.map(({ member: { name }, ...tile }) => (
                <TileName key={name} name={name} {...tile} />
              ))}
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

type TileProps = Pick<TreemapMember, 'parts' | 'isEstimate'> & {
  x: number;
  y: number;
  width: number;
  height: number;
};

/** From the top: the table, its indexes, its TOAST. */
function Tile({ x, y, width, height, parts, isEstimate }: TileProps) {
  const index = Math.round(height * parts.index);
  const toast = Math.round(height * parts.toast);
  return (
    <>
      <rect class={isEstimate ? 'tile estimate' : 'tile'} x={x} y={y} width={width} height={height} />
      {index > 0 ? <rect class="tile-index" x={x} y={y + height - toast - index} width={width} height={index} /> : null}
      {toast > 0 ? <rect class="tile-toast" x={x} y={y + height - toast} width={width} height={toast} /> : null}
      <rect class="tile-frame" x={x} y={y} width={width} height={height} />
    </>
  );
}

/** Beside the link and not in it: what is cut off would be no part of the name that the link has. */
function TileName({ name, x, y, width, height }: { name: string } & Omit<TileProps, 'parts' | 'isEstimate'>) {
  if (width <= MIN_NAMED_WIDTH || height <= MIN_NAMED_HEIGHT) return null;
  return (
    <text class="tile-name" x={x + 4} y={y + 13} aria-hidden="true">
      {cut(name.slice(name.indexOf('.') + 1), width - 6)}
    </text>
  );
}

/** As many letters as there is room for. */
function cut(text: string, width: number): string {
  const letters = Math.floor(width / LETTER);
  if (text.length <= letters) return text;
  return letters < 3 ? '' : `${text.slice(0, letters - 1)}…`;
}
