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
	for _, c := range p.Columns {
		var list []property
		if c.Unit != "" {
			list = append(list, property{"unit", c.Unit})
		}
		if c.Width != 0 {
			list = append(list, property{"custom.width", c.Width})
		}
		if len(c.Steps) > 0 {
			list = append(list, property{"thresholds", thresholds(c.Steps)}, property{"custom.cellOptions", object{"type": "color-text"}})
		}
		if len(c.Texts) > 0 {
			list = append(list, property{"mappings", []object{{"type": "value", "options": colored(c.Texts)}}}, property{"custom.cellOptions", object{"type": "color-text"}})
		}
		if len(list) > 0 {
			out = append(out, override(c.Title, list...))
		}
	}
	return out
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
		out[text] = object{"color": color, "text": text}
	}
	return out
}

// organized is the order and the names of a table's columns. What a label or value is called that isn't among them is hidden.
func organized(columns []Column) object {
	names, order, shown := map[string]string{}, map[string]int{}, map[string]bool{}
	for i, c := range columns {
		names[c.From], order[c.From], shown[c.From] = c.Title, i, true
	}
	return object{"renameByName": names, "indexByName": order, "includeByName": shown}
}
