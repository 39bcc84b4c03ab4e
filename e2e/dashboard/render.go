package dashboard

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

type object = map[string]any

// Render returns the dashboard as the JSON that Grafana provisions, with sorted keys.
func Render(d Dashboard) ([]byte, error) {
	out := object{
		"uid": "contactcenter-" + d.Name, "title": d.Title, "description": d.About,
		"tags": []string{"contactcenter"}, "editable": false, "schemaVersion": 39, "version": 1, "graphTooltip": 1,
		"time": object{"from": "now-6h", "to": "now"}, "timezone": "", "refresh": "30s",
		"links": []object{{
			"type": "dashboards", "tags": []string{"contactcenter"}, "title": "Contact centre",
			"asDropdown": true, "includeVars": true, "keepTime": true,
		}},
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
			width, height := orDefault(p.Width, 12), orDefault(p.Height, 8)
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

func orDefault(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

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
		"fieldConfig": object{"defaults": defaults(p), "overrides": []object{}},
		"options":     options(p),
	}
	if p.Kind == "table" {
		o["transformations"] = []object{{"id": "organize", "options": columns(p)}}
	}
	return o
}

func columns(p Panel) object {
	shown := []string{}
	for label := range p.Names {
		shown = append(shown, label)
	}
	slices.Sort(shown)
	return object{"renameByName": p.Names, "includeByName": included(shown)}
}

func included(labels []string) map[string]bool {
	out := map[string]bool{}
	for _, l := range labels {
		out[l] = true
	}
	return out
}

func defaults(p Panel) object {
	d := object{"unit": p.Unit, "noValue": "–", "min": 0, "color": object{"mode": "palette-classic"}}
	if len(p.Steps) > 0 {
		d["color"] = object{"mode": "thresholds"}
	}
	if p.Max != 0 {
		d["max"] = p.Max
	}
	steps := []object{}
	for i, s := range p.Steps {
		step := object{"color": s.Color, "value": s.From}
		if i == 0 {
			step["value"] = nil
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		steps = append(steps, object{"color": "blue", "value": nil})
	}
	d["thresholds"] = object{"mode": "absolute", "steps": steps}
	if len(p.Texts) > 0 {
		d["mappings"] = []object{{"type": "value", "options": texts(p.Texts)}}
	}
	if p.Kind == "timeseries" {
		custom := object{"fillOpacity": 0, "lineWidth": 1, "showPoints": "never", "spanNulls": false}
		if p.Stacked {
			custom["fillOpacity"], custom["stacking"] = 40, object{"mode": "normal", "group": "A"}
		}
		if len(p.Steps) > 0 {
			custom["thresholdsStyle"] = object{"mode": "line"}
			d["color"] = object{"mode": "palette-classic"}
		}
		d["custom"] = custom
	}
	return d
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
		return object{
			"legend":  object{"displayMode": "table", "placement": "right", "showLegend": true, "calcs": []string{"lastNotNull", "max"}},
			"tooltip": object{"mode": "multi", "sort": "desc"},
		}
	case "state-timeline":
		return object{"mergeValues": true, "showValue": "auto", "rowHeight": 0.9, "legend": object{"showLegend": true, "displayMode": "list", "placement": "bottom"}}
	case "stat":
		return object{"reduceOptions": reduce, "colorMode": "background", "graphMode": "none", "textMode": "auto", "justifyMode": "auto"}
	case "bargauge":
		return object{"reduceOptions": reduce, "orientation": "horizontal", "displayMode": "basic", "showUnfilled": true}
	}
	return object{"showHeader": true, "cellHeight": "sm"}
}
