// The state timeline: no package exports Grafana's, so that this is drawn here, from the same frames and field configuration.
import { getFieldDisplayName, getFieldSeriesColor } from '@grafana/data';

const labels = 170;
const axis = 18;

export function Timeline({ panel, frames, data, theme, width, height }) {
  const lines = frames.map((f) => ({ name: getFieldDisplayName(f.fields[1], f, frames), field: f.fields[1] }));
  const each = (height - axis) / lines.length;
  const x = (i) => labels + ((width - labels) * i) / (lines[0].field.values.length);
  return (
    <svg width={width} height={height} fontSize={12} fontFamily={theme.typography.fontFamily}>
      {lines.map(({ name, field }, row) => (
        <g key={name + row} transform={`translate(0, ${row * each})`}>
          <text x={labels - 8} y={each / 2} textAnchor="end" dominantBaseline="central" fill={theme.colors.text.primary}>{shortened(name)}</text>
          {spansOf(field, panel.options.mergeValues, theme).map((s) => <Span key={s.begin} span={s} x={x} height={each * (panel.options.rowHeight ?? 0.9)} theme={theme} />)}
        </g>
      ))}
      {ticks(data.ranges[panel.id]).map(({ at, text }) => (
        <text key={at} x={labels + (width - labels) * at} y={height - 4} textAnchor="middle" fill={theme.colors.text.primary}>{text}</text>
      ))}
    </svg>
  );
}

function Span({ span, x, height, theme }) {
  const from = x(span.begin);
  const width = x(span.end) - from;
  return (
    <g>
      <rect x={from} y={0} width={Math.max(1, width - 1)} height={height} fill={span.color} />
      {width > 8 * span.text.length + 6 && height > 11
        && <text x={from + 5} y={height / 2} dominantBaseline="central" fill={theme.colors.getContrastText(span.color)}>{span.text}</text>}
    </g>
  );
}

// What Grafana writes into a state that it finds by thresholds, where it merges values: the range, and no mapping.
function ranged(value, { thresholds }) {
  const { steps } = thresholds;
  const i = steps.findLastIndex((s) => s.value === null || value >= s.value);
  const text = i === 0 && steps.length > 1 ? `< ${steps[1].value}` : `${steps[i].value ?? '-∞'}+`;
  return { text, color: steps[i].color };
}

// spansOf joins neighbours of one text and colour.
function spansOf(field, merge, theme) {
  const spans = [];
  field.values.forEach((v, i) => {
    if (v === null) return;
    const shown = merge && field.config.color?.mode === 'thresholds' ? ranged(v, field.config) : field.display(v);
    const color = shown.color === 'transparent' || !shown.color ? getFieldSeriesColor(field, theme).color : shown.color;
    const last = spans.at(-1);
    if (last && last.end === i && last.text === shown.text && last.color === color) last.end = i + 1;
    else spans.push({ begin: i, end: i + 1, text: shown.text, color });
  });
  return spans;
}

const shortened = (name) => (name.length > 26 ? `${name.slice(0, 25)}…` : name);

function ticks({ from, to }) {
  const every = [60, 300, 600, 900, 1800, 3600].find((s) => (to - from) / s <= 12) ?? 7200;
  const out = [];
  for (let t = Math.ceil(from / every) * every; t < to; t += every) {
    out.push({ at: (t - from) / (to - from), text: new Date(t * 1000).toISOString().slice(11, 16) });
  }
  return out;
}
