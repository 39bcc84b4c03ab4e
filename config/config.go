// Package config reads the configuration file: its form, defaults, bounds and
// secrets. It knows no vendor and no source by name: the values of type Vendor
// say which sources there are, and which keys and options each has.
//
// The structs of this package are the form of the file. A key's name, default,
// bounds and description stand once, at its field; reading, the redacted view,
// the reference and the JSON schema all follow from them. The tags, which the
// keys of a vendor and the options of a source may use too:
//
//	yaml      the key
//	doc       its description in the reference
//	range     "1..", "1s..10m", "0<..1000" (above 0): the allowed values
//	enum      "a,b": the allowed words
//	pattern   a regular expression that a text must match; form says it in words
//	keys      the allowed keys of a map
//	required  "true": the key must be there
//	choice    "one": exactly one of the keys that have this tag must be there
//	last      "true": the key stands after those without this tag
//	unit      "bytes": an integer that is written as a size, such as 64MiB
//	feed      "no": feeds don't have the key
//	binary    "true": a secret that may hold line breaks
//
// A field of type Secret has two keys, the second with _file at its end.
package config

import (
	"os"
	"path/filepath"
	"reflect"
)

// maxFile is how large a configuration file may be, in bytes.
const maxFile = 1 << 20

// Config is a configuration file, complete with defaults and checked.
type Config struct {
	Accounts []Account `yaml:"accounts" required:"true" doc:"The accounts to measure: at least one."`
	// ProxyURL is the default of all accounts and of OTLP. It is a secret since it may
	// hold a password.
	ProxyURL Secret `yaml:"proxy_url" doc:"URL of an HTTP proxy, as http(s)://[user:password@]host:port, through which all connections go (method CONNECT). It is never taken from the environment."`
	// OTLP is nil where nothing is pushed.
	OTLP *OTLP `yaml:"otlp" doc:"Where metrics are pushed besides being served; without it nothing is pushed."`

	warnings []string
}

// Load reads the file at path. Relative paths in it start from its folder. The
// error has one line for each mistake, in the order of the file, each with
// line, column and key.
func Load(path string, vendors []Vendor) (*Config, error) {
	const attempts = 10
	for i := 1; ; i++ {
		before, _ := filepath.EvalSymlinks(path)
		var c *Config
		data, err := readFile(path, maxFile)
		if err == nil {
			c, err = Parse(path, data, vendors)
		}
		// A mounted folder is replaced as a whole by turning a link: file and
		// secrets have to be of the same state of it.
		after, _ := filepath.EvalSymlinks(path)
		if before == after || i == attempts {
			return c, err
		}
	}
}

// Parse reads the content of a file with that name, like Load.
func Parse(name string, data []byte, vendors []Vendor) (*Config, error) {
	root, err := document(name, data)
	if err != nil {
		return nil, err
	}
	d := newDecoder(name, vendors)
	d.expand(root, "")
	c := &Config{}
	d.mapping(root, "", reflect.ValueOf(c).Elem())
	d.proxies(c)
	if err := d.err(); err != nil {
		return nil, err
	}
	c.warnings = d.warningLines()
	return c, nil
}

// inFolder returns path as seen from the folder of the configuration file.
func (d *decoder) inFolder(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(d.folder, path)
}

// environment looks a variable up; it stands here so that nothing else reads
// the environment.
func environment(name string) (string, bool) { return os.LookupEnv(name) }
