package dashboard

import (
	"maps"
	"slices"
	"strings"
)

// Options of single fields of a panel: colours of series by their names, and columns of a table.

func overrides(p Panel) []object {
	out := []object{}
	for _, name := range slices.Sorted(maps.Keys(p.Colors)) {
		out = append(out, override(name, property{"color", object{"mode": "fixed", "fixedColor": p.Colors[name]}}))
	}
	for _, name := range p.Lines {
		out = append(out, override(name, property{"custom.drawStyle", "line"}, property{"custom.fillOpacity", 0}, property{"custom.lineWidth", 2},
			property{"custom.lineInterpolation", "stepBefore"}, property{"custom.stacking", object{"mode": "none"}}))
	}
	if p.Hours != "" {
		out = append(out, hoursBand(len(p.Queries)))
	}
	for _, c := range p.Columns {
		if list := c.properties(p); len(list) > 0 {
			out = append(out, override(c.name(), list...))
		}
	}
	return out
}

// hoursBand is an area without a line, on an axis of its own that isn't shown, of the query after a number of others.
func hoursBand(after int) object {
	o := override("", property{"custom.drawStyle", "line"}, property{"custom.fillOpacity", 18}, property{"custom.lineWidth", 0},
		property{"custom.lineInterpolation", "stepAfter"}, property{"custom.stacking", object{"mode": "none"}},
		property{"custom.thresholdsStyle", object{"mode": "off"}}, property{"custom.axisPlacement", "hidden"},
		property{"unit", "percentunit"}, property{"decimals", 0}, property{"min", 0}, property{"max", 1}, property{"links", []object{}},
		property{"color", object{"mode": "fixed", "fixedColor": gone}})
	o["matcher"] = object{"id": "byFrameRefID", "options": refID(after)}
	return o
}

// name is the column's title, or the label's name where the column isn't shown.
func (c Column) name() string {
	if c.Title == "" {
		return c.From
	}
	return c.Title
}

func (c Column) properties(p Panel) []property {
	var list []property
	if c.Inner {
		return []property{{"custom.hidden", true}}
	}
	if c.Title == "" {
		return nil
	}
	if p.Nothing != "" {
		// What stands there instead of no data would fill every empty cell.
		list = append(list, property{"noValue", "–"})
	}
	if c.Unit != "" {
		list = append(list, property{"unit", c.Unit})
	}
	if c.Width != 0 {
		list = append(list, property{"custom.width", max(c.Width, 8*len([]rune(c.Title))+20)})
	}
	if c.Link != nil {
		list = append(list, property{"links", []object{{"title": c.Link.Title, "url": c.Link.URL}}})
	}
	if len(c.Steps) > 0 {
		// An empty cell has the colour below all steps.
		list = append(list, property{"thresholds", thresholds(append([]Step{{0, "transparent"}}, c.Steps...))})
	}
	if len(c.Texts) > 0 {
		list = append(list, property{"mappings", []object{{"type": "value", "options": colored(c.Texts)}}})
	}
	if len(c.Names) > 0 {
		list = append(list, property{"mappings", []object{{"type": "value", "options": texts(c.Names)}}})
	}
	if len(c.Steps) > 0 || len(c.Texts) > 0 || len(c.Names) > 0 {
		// Behind the text, whose colour Grafana then chooses: a coloured text is hardly read on one of the two themes.
		list = append(list, property{"custom.cellOptions", object{"type": "color-background", "mode": "basic"}})
	}
	return list
}

type property struct {
	id    string
	value any
}

func override(name string, list ...property) object {
	matcher := "byName"
	if strings.HasPrefix(name, "/") {
		matcher = "byRegexp"
	}
	properties := []object{}
	for _, p := range list {
		properties = append(properties, object{"id": p.id, "value": p.value})
	}
	return object{"matcher": object{"id": matcher, "options": name}, "properties": properties}
}

func colored(texts map[string]string) object {
	out := object{}
	for text, color := range texts {
		out[text] = object{"color": color, "text": strings.ReplaceAll(text, "_", " ")}
	}
	return out
}

// organized is the order and the names of a table's columns. Those without a title are left out by name: Grafana before 10.2
// knows no list of those to keep.
func organized(columns []Column) object {
	names, order, hidden := map[string]string{}, map[string]int{}, map[string]bool{}
	for i, c := range columns {
		switch {
		case c.Title == "" && c.Inner:
			order[c.From] = i
		case c.Title == "":
			hidden[c.From] = true
		default:
			names[c.From], order[c.From] = c.Title, i
		}
	}
	if _, ok := order["Time"]; !ok {
		hidden["Time"] = true
	}
	return object{"renameByName": names, "indexByName": order, "excludeByName": hidden}
}
