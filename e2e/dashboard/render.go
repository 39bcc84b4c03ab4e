package dashboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
)

type object = map[string]any

// Render returns the dashboard as the JSON that Grafana provisions, with sorted keys.
func Render(d Dashboard) ([]byte, error) {
	out := object{
		"uid": "contactcenter-" + d.Name, "title": d.Title, "description": d.About,
		"tags": []string{"contactcenter"}, "editable": false, "schemaVersion": 39, "version": 1, "graphTooltip": 1,
		"time": object{"from": "now-6h", "to": "now"}, "timezone": "", "refresh": "30s",
		"links": []object{
			{
				"type": "dashboards", "tags": []string{"contactcenter"}, "title": "Contact centre",
				"asDropdown": true, "includeVars": true, "keepTime": true,
			},
			{"type": "link", "title": "Runbooks", "icon": "doc", "targetBlank": true, "url": runbooks},
		},
		"annotations": object{"list": []object{firing()}},
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

const runbooks = "https://github.com/contactcenter-exporter/contactcenter_exporter/blob/main/docs/runbooks.md"

// firing marks the alerts on every time axis.
func firing() object {
	return object{
		"name": "Alerts", "enable": true, "datasource": source, "iconColor": "red", "titleFormat": "{{alertname}}",
		"expr": `ALERTS{alertname=~"ContactCenter.+", alertstate="firing", severity=~"critical|warning", account=~"$account|"}`, "textFormat": "{{account}} {{group_name}}",
		"step": "60s",
	}
}

func variables(list []Variable) []object {
	out := []object{{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}}
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

// panels lays the rows out on the grid.
func panels(rows []Row) []object {
	var out []object
	id, y := 0, 0
	for _, r := range rows {
		id++
		out = append(out, object{"id": id, "type": "row", "title": r.Title, "collapsed": false, "panels": []object{}, "gridPos": grid(0, y, 24, 1)})
		y++
		x, tallest := 0, 0
		for _, p := range r.Panels {
			id++
			width, height := cmp.Or(p.Width, 12), cmp.Or(p.Height, 8)
			if x+width > 24 {
				x, y, tallest = 0, y+tallest, 0
			}
			o := panel(p)
			o["id"], o["gridPos"] = id, grid(x, y, width, height)
			out = append(out, o)
			x, tallest = x+width, max(tallest, height)
		}
		y += tallest
	}
	return out
}

func grid(x, y, w, h int) object { return object{"x": x, "y": y, "w": w, "h": h} }

func panel(p Panel) object {
	var targets []object
	for i, q := range p.Queries {
		t := object{"refId": string(rune('A' + i)), "datasource": source, "expr": q.Expr, "legendFormat": q.Legend}
		if p.Kind == "table" || p.Kind == "bargauge" || p.Kind == "stat" {
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
	if p.Kind == "table" {
		o["transformations"] = []object{{"id": "merge", "options": object{}}, {"id": "organize", "options": organized(p.Columns)}}
	}
	return o
}

func defaults(p Panel) object {
	d := object{"unit": p.Unit, "noValue": cmp.Or(p.Nothing, "–"), "min": 0, "color": object{"mode": "thresholds"}, "thresholds": thresholds(p.Steps)}
	if p.Max != 0 {
		d["max"] = p.Max
	}
	if len(p.Texts) > 0 {
		d["mappings"] = []object{{"type": "value", "options": texts(p.Texts)}}
	}
	if p.Kind == "timeseries" {
		d["color"] = object{"mode": "palette-classic"}
		custom := object{"fillOpacity": 0, "lineWidth": 1, "showPoints": "never", "spanNulls": false}
		if p.Stacked {
			custom["fillOpacity"], custom["stacking"] = 40, object{"mode": "normal", "group": "A"}
		}
		if len(p.Steps) > 0 {
			custom["thresholdsStyle"] = object{"mode": "line"}
		}
		d["custom"] = custom
	}
	return d
}

func thresholds(steps []Step) object {
	if len(steps) == 0 {
		steps = []Step{{0, "blue"}}
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
		legend := object{"displayMode": "table", "placement": "right", "showLegend": true, "calcs": []string{"lastNotNull", "max"}}
		if cmp.Or(p.Width, 12) < 12 {
			legend = object{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []string{"lastNotNull"}}
		}
		return object{"legend": legend, "tooltip": object{"mode": "multi", "sort": "desc"}}
	case "state-timeline":
		return object{"mergeValues": true, "showValue": "auto", "rowHeight": 0.9, "legend": object{"showLegend": true, "displayMode": "list", "placement": "bottom"}}
	case "stat":
		return object{"reduceOptions": reduce, "colorMode": "background", "graphMode": "none", "textMode": "auto", "justifyMode": "auto"}
	case "bargauge":
		return object{"reduceOptions": reduce, "orientation": "horizontal", "displayMode": "basic", "showUnfilled": true, "sizing": "manual", "minVizHeight": 10, "maxVizHeight": 32}
	}
	by, descending := strings.CutPrefix(p.Sorted, "-")
	return object{"showHeader": true, "cellHeight": "sm", "sortBy": []object{{"displayName": by, "desc": descending}}}
}
