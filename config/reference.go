package config

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// preface stands before the tables of the reference.
const preface = `# Configuration reference

The file is YAML. A key that is unknown or repeated, and a value that is out of range, is an error that names line and key.
Times are written as 15s, 5m or 1h30m, sizes as 64MiB. ${env:NAME} and ${file:PATH} are replaced in any value that is a text; any
other $ is a plain character. A secret can stand in the file itself or, with _file after its key, in a file of its own, which is read again
at every login. Relative paths start from the folder of the configuration file. Aliases (*name) and merges (<<) can be used.
`

// WriteReference writes the reference of all keys, as markdown.
func WriteReference(w io.Writer, vendors []Vendor) error {
	var out bytes.Buffer
	out.WriteString(preface)
	root := &Config{OTLP: defaultOTLP()}
	table(&out, "## The file", entriesOf("", keysOf(valueOf(root))), entry.preset)
	accountTables(&out, vendors)
	fmt.Fprintf(&out, "\n## Sources\n\nThe keys that every source has; a feed has neither interval nor max_age.\n")
	common := entriesOf("", keysOf(reflect.ValueOf(onOff{}), reflect.ValueOf(Source{})))
	table(&out, "", common, func(entry) string { return "" })
	for _, v := range vendors {
		sourceTables(&out, v.Name, v.Sources)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// accountTables writes the keys of every account, and those of one vendor's.
func accountTables(out *bytes.Buffer, vendors []Vendor) {
	common := newAccount()
	table(out, "## Every account", entriesOf("", accountKeys(&common, vendors)), func(e entry) string { return presetOf(e.path, vendors) })
	for _, v := range vendors {
		table(out, "## Accounts of "+v.Name, entriesOf("", keysOf(valueOf(v.Keys()))), entry.preset)
	}
}

// presetOf returns the default of a key that all accounts have, each vendor's
// where they differ.
func presetOf(path string, vendors []Vendor) string {
	var presets, each []string
	for _, v := range vendors {
		a := v.newAccount()
		for _, e := range entriesOf("", accountKeys(&a, vendors)) {
			if e.path == path {
				presets = append(presets, e.preset())
				each = append(each, e.preset()+" ("+v.Name+")")
			}
		}
	}
	if presets = slices.Compact(presets); len(presets) == 1 {
		return presets[0]
	}
	return strings.Join(each, ", ")
}

// sourceTables writes the sources of a vendor, then the options of each.
func sourceTables(out *bytes.Buffer, vendor string, specs []Spec) {
	fmt.Fprintf(out, "\n### Sources of %s\n\n", vendor)
	row(out, "source", "on by default", "interval", "max_age", "what it measures")
	row(out, "---", "---", "---", "---", "---")
	for _, s := range specs {
		on := "no"
		if s.Default {
			on = "yes"
		}
		if s.Feed {
			row(out, code(s.Name), on, "feed", "", s.Help)
			continue
		}
		row(out, code(s.Name), on, Duration(s.Interval).String(), Duration(s.MaxAge).String(), s.Help)
	}
	for _, s := range specs {
		if options := s.options(); options != nil {
			table(out, "#### "+s.Name, entriesOf("", keysOf(valueOf(options))), entry.preset)
		}
	}
}

// table writes the keys with their defaults.
func table(out *bytes.Buffer, title string, entries []entry, standard func(entry) string) {
	if title != "" {
		fmt.Fprintf(out, "\n%s\n", title)
	}
	out.WriteByte('\n')
	row(out, "key", "type", "default", "allowed", "meaning")
	row(out, "---", "---", "---", "---", "---")
	for _, e := range entries {
		name := code(e.path)
		if e.isSecret() {
			name += ", " + code(e.path+"_file")
		}
		row(out, name, e.kind(), standard(e), e.allowed(), e.tag.Get("doc"))
	}
}

// row writes a row of a table.
func row(out *bytes.Buffer, cells ...string) {
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(cell, "|", `\|`)
	}
	fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

// code sets a text as code.
func code(text string) string { return "`" + text + "`" }
