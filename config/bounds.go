package config

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// checkTags compares a value with the bounds in its tag.
func checkTags(v reflect.Value, tag reflect.StructTag) error {
	if err := checkRange(v, tag); err != nil {
		return err
	}
	if v.Kind() != reflect.String {
		return checkEnum(fmt.Sprint(v.Interface()), tag)
	}
	text := v.String()
	if matches, err := regexp.MatchString(tag.Get("pattern"), text); err != nil || !matches {
		return fmt.Errorf("must be %s, not %q", tag.Get("form"), text)
	}
	if text == "" && tag.Get("required") == "true" {
		return errors.New("is empty")
	}
	return checkEnum(text, tag)
}

func checkEnum(text string, tag reflect.StructTag) error {
	words := tag.Get("enum")
	if words == "" {
		return nil
	}
	allowed := strings.Split(words, ",")
	if slices.Contains(allowed, text) {
		return nil
	}
	return fmt.Errorf("must be %s, not %s", either(allowed), shownWord(text, allowed))
}

// either joins words by commas and or.
func either(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// limits are the two ends of a range as they are written, "" where it is open;
// above means that the lower end is not part of it.
func limits(tag reflect.StructTag) (low, high string, above bool) {
	low, high, _ = strings.Cut(tag.Get("range"), "..")
	low, above = strings.CutSuffix(low, "<")
	return low, high, above
}

// rangeText says a range in words.
func rangeText(tag reflect.StructTag) string {
	low, high, above := limits(tag)
	switch {
	case above && high == "":
		return "above " + low
	case above:
		return "above " + low + " and at most " + high
	case low == "":
		return "at most " + high
	case high == "":
		return "at least " + low
	}
	return "from " + low + " to " + high
}

// checkRange compares a number, duration or size with the tag range.
func checkRange(v reflect.Value, tag reflect.StructTag) error {
	if tag.Get("range") == "" {
		return nil
	}
	low, high, above := limits(tag)
	x, text := measureOf(v)
	if low != "" && (x < bound(low, v) || above && x == bound(low, v)) || high != "" && x > bound(high, v) {
		return fmt.Errorf("must be %s, not %s", rangeText(tag), text)
	}
	return nil
}

// measureOf returns a value as a number, and as the file has it.
func measureOf(v reflect.Value) (float64, string) {
	switch x := v.Interface().(type) {
	case Duration:
		return float64(x), x.String()
	case Size:
		return float64(x), x.String()
	}
	switch {
	case v.CanFloat():
		return v.Float(), strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case v.CanInt():
		return float64(v.Int()), strconv.FormatInt(v.Int(), 10)
	}
	return 0, ""
}

// bound reads one end of a range the way a value of v's type is read.
func bound(text string, v reflect.Value) float64 {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: text}
	end := reflect.New(v.Type()).Elem()
	if err := new(decoder).parse(n, end); err != nil {
		return 0
	}
	x, _ := measureOf(end)
	return x
}
