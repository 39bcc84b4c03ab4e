package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxProblems is how many mistakes are listed.
const maxProblems = 20

// problem is a mistake in the file.
type problem struct {
	line, column  int
	path, message string
}

// fail notes a mistake at the key with that path, or at the nearest key around
// it that is in the file.
func (d *decoder) fail(path, format string, args ...any) {
	around := path
	for around != "" && d.places[around] == nil {
		around = around[:max(strings.LastIndexAny(around, ".["), 0)]
	}
	d.failAt(d.places[around], path, format, args...)
}

// failAt notes a mistake at a node.
func (d *decoder) failAt(n *yaml.Node, path, format string, args ...any) {
	p := problem{line: 1, column: 1, path: path, message: fmt.Sprintf(format, args...)}
	if n != nil {
		p.line, p.column = n.Line, n.Column
	}
	d.problems = append(d.problems, p)
}

// err returns the mistakes in the order of the file, a line each; nil if there
// are none.
func (d *decoder) err() error {
	slices.SortStableFunc(d.problems, byPlace)
	conceal := d.conceals()
	var errs []error
	for i, p := range d.problems {
		if i == maxProblems {
			errs = append(errs, fmt.Errorf("%s: and %d more", d.name, len(d.problems)-i))
			break
		}
		p.message = conceal(p.message)
		errs = append(errs, d.line(p))
	}
	return errors.Join(errs...)
}

// byPlace orders mistakes as their places in the file.
func byPlace(a, b problem) int {
	return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
}

func (d *decoder) line(p problem) error {
	where := fmt.Sprintf("%s:%d:%d", d.name, p.line, p.column)
	if p.path == "" {
		return fmt.Errorf("%s: %s", where, p.message)
	}
	return fmt.Errorf("%s: %s: %s", where, p.path, p.message)
}

// conceals returns a function that writes what was expanded as it stands in the
// file: it may be a secret that was put in the wrong place.
func (d *decoder) conceals() func(string) string {
	const long = 8 // shorter ones appear by chance, unless in quotes
	expanded := slices.SortedFunc(maps.Keys(d.originals), func(a, b *yaml.Node) int {
		return cmp.Or(cmp.Compare(len(b.Value), len(a.Value)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var pairs []string
	for _, n := range expanded {
		pairs = append(pairs, strconv.Quote(n.Value), strconv.Quote(d.originals[n]))
		if len(n.Value) >= long {
			pairs = append(pairs, n.Value, d.originals[n])
		}
	}
	return strings.NewReplacer(pairs...).Replace
}
