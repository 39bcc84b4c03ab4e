package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// Duration is a time span, written as Prometheus writes it: 15s, 5m, 1h30m. In
// the file's structs time.Duration means the same.
type Duration time.Duration

// UnmarshalYAML reads a duration; the error says how one is written.
func (d *Duration) UnmarshalYAML(n *yaml.Node) error {
	parsed, err := model.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || n.Value == "" || err != nil {
		return fmt.Errorf("must be a duration such as 15s, 5m or 1h30m, not %s", given(n))
	}
	*d = Duration(parsed)
	return nil
}

// String returns the duration as the file has it.
func (d Duration) String() string {
	if time.Duration(d)%time.Millisecond != 0 {
		return time.Duration(d).String()
	}
	return model.Duration(d).String()
}

// Size is a number of bytes, written as 64MiB. In the file's structs an integer
// with the tag unit:"bytes" means the same.
type Size int64

// sizeForm is how a size is written.
var sizeForm = regexp.MustCompile(`^([0-9]+)(|B|KiB|MiB|GiB)$`)

// UnmarshalYAML reads a size; the error says how one is written.
func (s *Size) UnmarshalYAML(n *yaml.Node) error {
	parts := sizeForm.FindStringSubmatch(n.Value)
	if n.Kind != yaml.ScalarNode || parts == nil {
		return fmt.Errorf("must be a size such as 64MiB, 512KiB, 1GiB or a number of bytes, not %s", given(n))
	}
	count, err := strconv.ParseInt(parts[1], 10, 64)
	shift := map[string]int{"KiB": 10, "MiB": 20, "GiB": 30}[parts[2]]
	if err != nil || count > math.MaxInt64>>shift {
		return fmt.Errorf("must be a size such as 64MiB, not as large as %s", given(n))
	}
	*s = Size(count << shift)
	return nil
}

// String returns the size in the largest unit that divides it.
func (s Size) String() string {
	for _, unit := range []struct {
		name string
		size Size
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if s != 0 && s%unit.size == 0 {
			return fmt.Sprintf("%d%s", s/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%dB", int64(s))
}

// Zone is the IANA name of a time zone; "" where none is known.
type Zone string

// UnmarshalYAML reads the name of a zone that exists.
func (z *Zone) UnmarshalYAML(n *yaml.Node) error {
	name, err := textOf(n)
	if err != nil {
		return err
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return fmt.Errorf("must be a time zone's IANA name such as America/New_York, not %s", given(n))
	}
	*z = Zone(name)
	return nil
}

// Location returns the zone; nil where none is known.
func (z Zone) Location() *time.Location {
	if z == "" {
		return nil
	}
	location, err := time.LoadLocation(string(z))
	if err != nil {
		return nil
	}
	return location
}

// decimal is a number that is the same text as an id.
var decimal = regexp.MustCompile(`^-?[0-9]+$`)

// IDs are ids of the vendor, written as numbers or as texts.
type IDs []string

// UnmarshalYAML reads a list of ids.
func (ids *IDs) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("must be a list such as [1, 2], not %s", given(n))
	}
	var list IDs
	for _, item := range n.Content {
		item = resolved(item)
		text, err := textOf(item)
		if err != nil || text == "" || item.ShortTag() != "!!str" && !decimal.MatchString(text) {
			return fmt.Errorf("must be a list of ids, numbers or texts, not with %s", given(item))
		}
		list = append(list, text)
	}
	*ids = list
	return nil
}

// textOf returns a scalar as it is written: 123 and "123" are the same text.
func textOf(n *yaml.Node) (string, error) {
	if n.Kind == yaml.ScalarNode {
		switch n.ShortTag() {
		case "!!str", "!!int", "!!float", "!!timestamp":
			return n.Value, nil
		}
	}
	return "", fmt.Errorf("must be text, not %s", given(n))
}

// given says what a node is, for errors: a scalar with its value, anything else
// by its kind.
func given(n *yaml.Node) string {
	const maxLength = 40
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind != yaml.ScalarNode:
		return "an alias"
	case n.ShortTag() == "!!null":
		return "nothing"
	case len(n.Value) > maxLength:
		return "a text of " + strconv.Itoa(len(n.Value)) + " bytes"
	case n.ShortTag() == "!!str":
		return strconv.Quote(n.Value)
	}
	return n.Value
}
