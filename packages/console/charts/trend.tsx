/** A figure over time as a line, or stacked areas of its parts. SVG, drawn by the page's own styles. */
import { useId } from 'preact/hooks';
import { month, shortDay } from '../words/times.ts';
import { axisTicks, linear } from './axis.ts';
import { axisLabels } from './axis-labels.ts';
import { areaPath, linePath, type Mark } from './trend-paths.ts';
import { useWidth } from './width.ts';

const HEIGHT = 180;
const LEFT = 64;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;
const DAY_MS = 86_400_000;
/** Beyond so many days an axis names months with their year. */
const LONG_DAYS = 300;
/** Series have so many colours, which then begin anew. */
const COLOURS = 8;

export interface TrendPoint {
  /** `2026-11-20`. */
  date: string;
  /** By series; what is not known is `null`, and a gap. */
  values: Readonly<Record<string, number | null | undefined>>;
}

export interface TrendProps {
  /** Said to a screen reader: what is shown, from where to where. */
  label: string;
  points: readonly TrendPoint[];
  /** Names of the series, the lowest first. */
  series: readonly string[];
  /** How a figure is written on the axis. */
  format: (value: number) => string;
  /** What the figures are: bytes are round in their own units. */
  unit?: 1000 | 1024;
  /** The figure some days after the last point, drawn as a broken line. */
  forecast?: { value: number; days: number } | null;
  /** Areas on top of each other; else lines. */
  stacked?: boolean;
}

export function Trend(props: TrendProps) {
  const [room, width] = useWidth<HTMLDivElement>();
  return (
    <div class="trend" ref={room}>
      {width === 0 || props.points.length === 0 ? null : <Picture {...props} width={width} />}
    </div>
  );
}

function Picture({
  label,
  points,
  series,
  format,
  unit = 1024,
  forecast = null,
  stacked = false,
  width,
}: TrendProps & { width: number }) {
  const id = useId();
  const known = (point: TrendPoint | undefined, name: string) => point?.values[name] ?? null;
  const start = Date.parse(points[0]?.date ?? '');
  const last = points.at(-1);
  const end = Math.max(Date.parse(last?.date ?? '') + (forecast?.days ?? 0) * DAY_MS, start + DAY_MS);
  // What lies below each series at each point: with `stacked` the sum of those before it.
  const floors = series.map((_, index) =>
    points.map((point) =>
      stacked ? series.slice(0, index).reduce((sum, name) => sum + (known(point, name) ?? 0), 0) : 0,
    ),
  );
  const tops = series.map((name, index) =>
    points.map((point, at) => {
      const value = known(point, name);
      return value === null ? null : value + (floors[index]?.[at] ?? 0);
    }),
  );
  const figures = axisTicks(Math.max(0, forecast?.value ?? 0, ...tops.flat().map((value) => value ?? 0)), unit);
  const x = linear([start, end], [LEFT, width - RIGHT]);
  const y = linear([0, figures.at(-1) ?? 1], [HEIGHT - BOTTOM, TOP]);
  const marks = (values: readonly (number | null)[]): Mark[] =>
    points.map(({ date }, at) => [x(Date.parse(date)), values[at] == null ? null : y(values[at])]);
  const isLong = end - start > LONG_DAYS * DAY_MS;
  const name = (time: number) => (isLong ? month : shortDay)(new Date(time).toISOString());
  const knownUntil = Date.parse(last?.date ?? '');
  const days = axisLabels(
    [name(start), forecast === null ? null : name(knownUntil), name(end)],
    [LEFT, x(knownUntil), width - RIGHT],
  );
  const newest = tops.at(-1)?.findLast((value) => value !== null) ?? null;
  return (
    <svg width={width} height={HEIGHT} role="img" aria-labelledby={id}>
      <title id={id}>{label}</title>
      <g class="axis" aria-hidden="true">
        {figures.map((figure) => (
          <g key={figure} transform={`translate(0 ${y(figure)})`}>
            <line x1={LEFT} x2={width - RIGHT} />
            <text x={LEFT - 8} dy="0.32em" text-anchor="end">
              {format(figure)}
            </text>
          </g>
        ))}
        {days.map(({ text, x: place, anchor }) => (
          <text key={anchor + place} x={place} y={HEIGHT - 5} text-anchor={anchor}>
            {text}
          </text>
        ))}
      </g>
      {series.map((own, index) => (
        <path
          key={own}
          class={`${stacked ? 'area' : 'stroke'} series-${index % COLOURS}`}
          d={
            stacked
              ? areaPath(
                  marks((tops[index] ?? []).map((top, at) => top ?? floors[index]?.[at] ?? 0)),
                  marks(floors[index] ?? []),
                )
              : linePath(marks(tops[index] ?? []))
          }
        />
      ))}
      {forecast === null || newest === null || last === undefined ? null : (
        <path
          class="forecast"
          d={linePath([
            [x(Date.parse(last.date)), y(newest)],
            [x(end), y(forecast.value)],
          ])}
        />
      )}
    </svg>
  );
}
