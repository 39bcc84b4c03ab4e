package simulator

import (
	"maps"
	"slices"
	"strings"
)

// cell is a record in an answer, and how to put something else in its place.
type cell struct {
	fields map[string]any
	put    func(any)
}

// rows is a list of records, and how to put another one in its place.
type rows struct {
	cells []cell
	list  []any
	put   func([]any) // nil where the list is all that there is of an id
}

// cells are the records of an answer.
func cells(top map[string]any) []cell {
	var all []cell
	for _, r := range lists(top, nil) {
		all = append(all, r.cells...)
	}
	return all
}

// repeatFirst makes the first record of an answer come twice.
func repeatFirst(top map[string]any) {
	for _, r := range lists(top, nil) {
		if len(r.list) > 0 && r.put != nil {
			r.put(append(r.list, r.list[0]))
			return
		}
	}
}

// lists are the lists of records of an answer, wherever they stand, in the order of their names. A list within a
// record, such as the skills of an agent, is a part of it; one within something that has no id is not.
func lists(v any, put func([]any)) []rows {
	switch v := v.(type) {
	case []any:
		return listsOf(v, put)
	case map[string]any:
		if r, keyed := byID(v); keyed {
			return []rows{r}
		}
		var all []rows
		for _, name := range slices.Sorted(maps.Keys(v)) {
			put := func(l []any) { v[name] = l }
			switch {
			case strings.Contains(strings.ToLower(name), "metadata"):
				continue
			case isNumber(name):
				put = nil
			}
			all = append(all, lists(v[name], put)...)
		}
		return all
	}
	return nil
}

// listsOf is the list itself, or the lists that its elements hold where those have no ids.
func listsOf(list []any, put func([]any)) []rows {
	r := rows{list: list, put: put}
	var inner []rows
	for i := range list {
		fields, object := list[i].(map[string]any)
		if !object {
			return nil
		}
		r.cells = append(r.cells, cell{fields, func(v any) { list[i] = v }})
		if !hasID(fields) {
			inner = append(inner, lists(fields, nil)...)
		}
	}
	if len(inner) > 0 {
		return inner
	}
	return []rows{r}
}

// byID is an object whose names are ids and whose values are records.
func byID(object map[string]any) (rows, bool) {
	var r rows
	for _, name := range slices.Sorted(maps.Keys(object)) {
		fields, record := object[name].(map[string]any)
		if !record || !isNumber(name) {
			return rows{}, false
		}
		r.cells = append(r.cells, cell{fields, func(v any) { object[name] = v }})
	}
	return r, len(object) > 0
}

// identifies says whether a field's name is that of an id.
func identifies(name string) bool {
	return name == "id" || name == "key" || name == "agentName" || strings.HasSuffix(name, "Id")
}

func hasID(fields map[string]any) bool {
	for name := range fields {
		if identifies(name) {
			return true
		}
	}
	return false
}

func isNumber(name string) bool { return strings.Trim(name, "-0123456789") == "" }
