package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/common/model"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/backfill"
)

// labelsOf reads labels, NAME=VALUE each, that are added to the series of a past. The result
// is sorted by name.
func labelsOf(all []string, past *backfill.Past) (labels []backfill.Label, err error) {
	taken := map[string]string{"account": "has that label already", "vendor": "has that label already"}
	for _, d := range append(slices.Clone(past.Descs), past.Rebuilt...) {
		for _, name := range d.Labels {
			taken[name] = "has that label already: " + d.Name
		}
	}
	for _, text := range all {
		name, value, _ := strings.Cut(text, "=")
		switch reason := taken[name]; {
		case reason != "":
			return nil, fmt.Errorf("--label=%s: a series %s", text, reason)
		case !model.LegacyValidation.IsValidLabelName(name) || strings.HasPrefix(name, model.ReservedLabelPrefix):
			return nil, fmt.Errorf("--label=%s: must be NAME=VALUE, and a name has letters, digits and _ only, begins with no digit and not with __", text)
		case value == "" || !utf8.ValidString(value):
			return nil, fmt.Errorf("--label=%s: the value must be text in UTF-8, and not empty", text)
		}
		taken[name] = "can have it only once"
		labels = append(labels, backfill.Label{Name: name, Value: value})
	}
	slices.SortFunc(labels, func(a, b backfill.Label) int { return cmp.Compare(a.Name, b.Name) })
	return labels, nil
}
