// One panel, drawn by the component that Grafana's panel of that kind draws with.
import { VizOrientation, getDisplayValueAlignmentFactors, getFieldDisplayValues } from '@grafana/data';
import { BarGauge, BigValue, PanelChrome, Table, TimeSeries, VizRepeater } from '@grafana/ui';

import { rangeOf } from './frames';
import { Timeline } from './timeline';

const kinds = { timeseries: Series, stat: Stat, bargauge: Bars, table: Rows, 'state-timeline': Timeline };

export function Panel({ panel, frames, data, theme, width, height }) {
  const Kind = kinds[panel.type];
  return (
    <PanelChrome title={panel.title} description={panel.description} width={width} height={height}>
      {(w, h) => (frames.length === 0 || frames.every((f) => f.length === 0)
        ? <div style={{ height: h, display: 'grid', placeItems: 'center', color: theme.colors.text.secondary }}>{panel.fieldConfig.defaults.noValue ?? 'No data'}</div>
        : <Kind panel={panel} frames={frames} data={data} theme={theme} width={w} height={h} />)}
    </PanelChrome>
  );
}

function Series({ panel, frames, data, width, height }) {
  return <TimeSeries frames={frames} timeRange={rangeOf(data.ranges[panel.id])} timeZone="utc" width={width} height={height} legend={panel.options.legend} />;
}

function valuesOf(panel, frames, theme) {
  return getFieldDisplayValues({
    data: frames, reduceOptions: panel.options.reduceOptions, fieldConfig: panel.fieldConfig, replaceVariables: (v) => v, theme, timeZone: 'utc',
  });
}

function Stat({ panel, frames, theme, width, height }) {
  const values = valuesOf(panel, frames, theme);
  return (
    <VizRepeater
      source={values} renderCounter={0} getValues={() => values} orientation={VizOrientation.Auto} autoGrid width={width} height={height}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, alignmentFactors, count, width: w, height: h }) => (
        <BigValue
          value={value.display} count={count} alignmentFactors={alignmentFactors} width={w} height={h} theme={theme} colorMode={panel.options.colorMode}
          graphMode={panel.options.graphMode} textMode={panel.options.textMode} justifyMode={panel.options.justifyMode}
        />
      )}
    />
  );
}

function Bars({ panel, frames, theme, width, height }) {
  const values = valuesOf(panel, frames, theme);
  return (
    <VizRepeater
      source={values} renderCounter={0} getValues={() => values} orientation={VizOrientation.Horizontal} width={width} height={height}
      minVizHeight={panel.options.minVizHeight} maxVizHeight={panel.options.maxVizHeight} itemSpacing={8} getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={({ value, alignmentFactors, width: w, height: h }) => (
        <BarGauge
          value={value.display} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex)} alignmentFactors={alignmentFactors}
          width={w} height={h} theme={theme} orientation={VizOrientation.Horizontal} displayMode={panel.options.displayMode} itemSpacing={8}
          showUnfilled={panel.options.showUnfilled} isOverflow={false}
        />
      )}
    />
  );
}

function Rows({ panel, frames, width, height }) {
  return <Table data={frames[0]} width={width} height={height} initialSortBy={panel.options.sortBy} cellHeight={panel.options.cellHeight} />;
}

