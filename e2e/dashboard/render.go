package dashboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

type object = map[string]any

// Render returns the dashboard as the JSON that Grafana provisions, with sorted keys.
func Render(d Dashboard) ([]byte, error) {
	out := object{
		"uid": "contactcenter-" + d.Name, "title": d.Title, "description": d.About,
		"tags": []string{"contactcenter"}, "editable": false, "schemaVersion": 39, "version": 1, "graphTooltip": 1,
		"time": object{"from": cmp.Or(d.From, "now-6h"), "to": "now"}, "timezone": "", "refresh": cmp.Or(d.Refresh, "30s"),
		"links":       links(d),
		"annotations": object{"list": []object{firing(d)}},
		"templating":  object{"list": variables(d.Variables)},
		"panels":      panels(d.Rows),
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(out)
	return b.Bytes(), err
}

var source = object{"type": "prometheus", "uid": "${datasource}"}

// firing marks when alerts began that fired. It is off until somebody clicks on it. The value of ALERTS_FOR_STATE is that time,
// so that an alert has one mark, however long it lasts.
func firing(d Dashboard) object {
	chosen := `alertname=~"ContactCenter.+", severity=~"critical|warning"`
	if d.Vendor != "" {
		chosen += `, vendor=~"` + d.Vendor + `|"`
	}
	labels := map[string]string{"account": "account", "group": "group_id", "agent": "agent_id"}
	for _, v := range d.Variables {
		if label := labels[v.Name]; label != "" {
			chosen += `, ` + label + `=~"$` + v.Name + `|"`
		}
	}
	const by = "(alertname, account, group_id, group_name, source, agent_id)"
	return object{
		"name": "Alerts", "enable": false, "datasource": source, "iconColor": "red", "titleFormat": "{{alertname}}",
		"expr":       `1000 * max by ` + by + ` (ALERTS_FOR_STATE{` + chosen + `} and on ` + by + ` ALERTS{` + chosen + `, alertstate="firing"})`,
		"textFormat": "{{account}} {{group_name}} {{source}} {{agent_id}}", "useValueForTime": true, "step": "60s",
	}
}

func variables(list []Variable) []object {
	out := []object{{
		"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus",
		"current": object{"text": "default", "value": "default"}, // a link without one opens on the default server
	}}
	for _, v := range list {
		o := object{
			"name": v.Name, "label": v.Label, "type": "query", "datasource": source, "definition": v.Query,
			"query": object{"query": v.Query, "refId": v.Name}, "regex": v.Regex, "refresh": 2, "sort": 1,
		}
		if !v.One {
			maps.Copy(o, object{"multi": true, "includeAll": true, "allValue": ".*", "current": object{"text": "All", "value": "$__all"}})
		}
		out = append(out, o)
	}
	return out
}

// panels lays the rows out on the grid. Those of a closed row lie inside it.
func panels(rows []Row) []object {
	var out []object
	id, y := 0, 0
	for _, r := range rows {
		id++
		head := object{"id": id, "type": "row", "title": r.Title, "collapsed": r.Closed, "gridPos": grid(0, y, 24, 1)}
		y++
		inside := []object{}
		x, tallest := 0, 0
		for _, p := range r.Panels {
			id++
			width, height := cmp.Or(p.Width, 12), cmp.Or(p.Height, 9)
			if x+width > 24 {
				x, y, tallest = 0, y+tallest, 0
			}
			o := panel(p)
			o["id"], o["gridPos"] = id, grid(x, y, width, height)
			inside = append(inside, o)
			x, tallest = x+width, max(tallest, height)
		}
		if r.Closed {
			head["panels"] = inside
			out = append(out, head)
			y = head["gridPos"].(object)["y"].(int) + 1
			continue
		}
		y += tallest
		head["panels"] = []object{}
		out = append(append(out, head), inside...)
	}
	return out
}

func grid(x, y, w, h int) object { return object{"x": x, "y": y, "w": w, "h": h} }

func panel(p Panel) object {
	var targets []object
	queries := p.Queries
	if p.Hours != "" {
		queries = append(slices.Clone(queries), Query{"avg(contactcenter_group_open{" + p.Hours + "})", "open"})
	}
	for i, q := range queries {
		t := object{"refId": refID(i), "datasource": source, "expr": q.Expr, "legendFormat": q.Legend}
		if (p.Kind == "table" || p.Kind == "bargauge" || p.Kind == "stat") && !p.Intervals {
			t["instant"] = true
		}
		if p.Kind == "table" {
			t["format"] = "table"
		}
		targets = append(targets, t)
	}
	o := object{
		"type": p.Kind, "title": p.Title, "description": p.About, "datasource": source, "targets": targets,
		"fieldConfig": object{"defaults": defaults(p), "overrides": overrides(p)},
		"options":     options(p),
	}
	if i := interval(p); i != "" {
		o["interval"] = i
	}
	if p.Today {
		// From midnight on; and a shift by no day that is rounded to days, which Grafana does to both ends.
		o["timeFrom"], o["timeShift"], o["hideTimeOverride"] = "now/d", "0d/d", true
	}
	if p.Kind == "timeseries" || p.Kind == "state-timeline" {
		o["maxDataPoints"] = 400 // a point a minute over six hours, which Prometheus answers in half the time of one at every pixel
	}
	if p.Kind == "table" {
		o["transformations"] = []object{{"id": "merge", "options": object{}}, {"id": "organize", "options": organized(p.Columns)}}
	}
	return o
}

func refID(i int) string { return string(rune('A' + i)) }

// interval is the least distance of points. What looks back an hour, or is asked for once an hour, needs no point at every pixel, each of
// which Prometheus would read an hour for.
func interval(p Panel) string {
	hourly := func(q Query) bool { return strings.Contains(q.Expr, "[1h]") || strings.Contains(q.Expr, ":rate1h") }
	switch {
	case p.Bars, p.Intervals, p.Late:
		return "30m"
	case p.Kind == "timeseries" && slices.ContainsFunc(p.Queries, hourly):
		return "5m"
	}
	return ""
}

func defaults(p Panel) object {
	d := object{"unit": p.Unit, "noValue": cmp.Or(p.Nothing, "–"), "min": 0, "color": object{"mode": "thresholds"}, "thresholds": thresholds(p.Steps)}
	if p.Unit == "none" {
		d["decimals"] = 0
	}
	if p.Max != 0 {
		d["max"] = p.Max
	}
	if len(p.Texts) > 0 {
		d["mappings"] = []object{{"type": "value", "options": texts(p.Texts)}}
	}
	if p.Link != nil {
		d["links"] = []object{{"title": p.Link.Title, "url": p.Link.URL}}
	}
	switch {
	case p.Kind == "timeseries":
		d["color"] = object{"mode": "palette-classic"}
		d["custom"] = line(p)
	case p.Kind == "state-timeline" && len(p.Texts) > 0:
		// With the mode thresholds a state timeline takes names and colours from the thresholds and not from the mappings.
		d["color"] = object{"mode": "palette-classic"}
	}
	return d
}

// line is how a time series is drawn.
func line(p Panel) object {
	custom := object{"fillOpacity": 0, "lineWidth": 1, "showPoints": "never", "spanNulls": false}
	if p.Stacked {
		custom["fillOpacity"], custom["stacking"] = 60, object{"mode": "normal", "group": "A"}
	}
	if p.Bars {
		custom["drawStyle"], custom["barAlignment"], custom["fillOpacity"] = "bars", -1, 60
	}
	if len(p.Steps) > 0 {
		custom["thresholdsStyle"] = object{"mode": "line"}
	}
	return custom
}

func thresholds(steps []Step) object {
	if len(steps) == 0 {
		steps = []Step{{0, busy}}
	}
	out := []object{}
	for i, s := range steps {
		step := object{"color": s.Color, "value": s.From}
		if i == 0 {
			step["value"] = nil
		}
		out = append(out, step)
	}
	return object{"mode": "absolute", "steps": out}
}

func texts(m map[int]Text) object {
	out := object{}
	for value, t := range m {
		out[strconv.Itoa(value)] = object{"text": t.Name, "color": t.Color, "index": value}
	}
	return out
}

func options(p Panel) object {
	reduce := object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}
	switch p.Kind {
	case "timeseries":
		legend := object{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []string{"lastNotNull"}}
		return object{"legend": legend, "tooltip": object{"mode": "multi", "sort": "desc"}}
	case "state-timeline":
		return object{"mergeValues": true, "showValue": "auto", "rowHeight": 0.9, "legend": object{"showLegend": true, "displayMode": "list", "placement": "bottom"}}
	case "stat":
		return object{"reduceOptions": reduce, "colorMode": "background", "graphMode": "none", "textMode": "auto", "justifyMode": "auto"}
	case "bargauge":
		return object{"reduceOptions": reduce, "orientation": "horizontal", "displayMode": "basic", "showUnfilled": true, "sizing": "manual", "minVizHeight": 10, "maxVizHeight": 32}
	}
	sorted := []object{}
	for _, s := range p.Sorted {
		by, descending := strings.CutPrefix(s, "-")
		sorted = append(sorted, object{"displayName": by, "desc": descending})
	}
	return object{"showHeader": true, "cellHeight": "sm", "sortBy": sorted}
}
