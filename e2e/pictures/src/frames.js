// Answers of Prometheus as Grafana's data frames, with the field configuration and the transformations of their panel.
import {
  FieldConfigOptionsRegistry, FieldType, applyFieldOverrides, dateTime, standardTransformers, standardTransformersRegistry, toDataFrame, transformDataFrame,
} from '@grafana/data';

const { mergeTransformer: merge, organizeFieldsTransformer: organize } = standardTransformers;
standardTransformersRegistry.setInit(() => [merge, organize].map((t) => ({ id: t.id, name: t.name, transformation: t })));

// The options of a panel's fields that the dashboards use. Grafana registers the same, with editors for people.
const known = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'noValue', 'mappings', 'thresholds', 'links'];
const custom = [
  'fillOpacity', 'lineWidth', 'lineStyle', 'showPoints', 'spanNulls', 'stacking', 'thresholdsStyle', 'drawStyle', 'lineInterpolation',
  'axisPlacement', 'barAlignment', 'cellOptions', 'width', 'align', 'hidden',
];
const property = (isCustom) => (path) => ({
  id: isCustom ? `custom.${path}` : path, path, name: path, isCustom, process: (v) => v, shouldApply: () => true,
});
const registry = new FieldConfigOptionsRegistry(() => [...known.map(property(false)), ...custom.map(property(true))]);

const nameOf = (legend, labels) => legend.replace(/{{(\w+)}}/g, (_, label) => labels[label] ?? '');

// grid puts null where a step has no sample, so that a gap is seen.
function grid({ start, end, step }, samples) {
  const at = new Map(samples.map(([t, v]) => [t, Number(v)]));
  const times = Array.from({ length: Math.max(0, Math.round((end - start) / step) + 1) }, (_, i) => start + i * step);
  return { times: times.map((t) => t * 1000), values: times.map((t) => at.get(t) ?? null) };
}

function seriesFrame({ target, points }, { metric, value, values }) {
  const { times, values: numbers } = values ? grid(points, values) : { times: [value[0] * 1000], values: [Number(value[1])] };
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: times, config: {} },
      { name: 'Value', type: FieldType.number, values: numbers, labels: metric, config: { displayNameFromDS: nameOf(target.legendFormat, metric) } },
    ],
  });
}

// A line for each series, or for each point of each series.
function tableFrame({ target, result: series }, queries) {
  const result = series.flatMap((s) => (s.values ?? [s.value]).map((value) => ({ metric: s.metric, value })));
  const labels = [...new Set(result.flatMap((s) => Object.keys(s.metric)))].sort();
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: result.map((s) => s.value[0] * 1000) },
      ...labels.map((l) => ({ name: l, type: FieldType.string, values: result.map((s) => s.metric[l] ?? '') })),
      { name: queries > 1 ? `Value #${target.refId}` : 'Value', type: FieldType.number, values: result.map((s) => Number(s.value[1])) },
    ],
  });
}

export async function framesOf(panel, data, theme) {
  const answers = data.results[panel.id];
  const frames = answers.flatMap((a) => (a.target.format === 'table' ? [tableFrame(a, answers.length)] : a.result.map((s) => seriesFrame(a, s))));
  const transformed = await new Promise((done) => {
    transformDataFrame(panel.transformations ?? [], frames).subscribe(done);
  });
  return applyFieldOverrides({
    data: transformed, fieldConfig: panel.fieldConfig, replaceVariables: (v) => v, theme, timeZone: 'utc', fieldConfigRegistry: registry,
  });
}

export function rangeOf({ from, to }) {
  const range = { from: dateTime(from * 1000), to: dateTime(to * 1000) };
  return { ...range, raw: range };
}
