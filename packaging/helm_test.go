package packaging

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the files that are made from the chart")

const chart = "../deploy/helm/contactcenter-exporter"

// kubeVersions are the oldest version that the chart takes and a current one.
var kubeVersions = []string{"1.25.0", "1.35.0"}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// compare demands that a file is what it is made from, or writes it.
func compare(t *testing.T, path string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want) {
		t.Errorf("%s is not what the chart makes: run make chart", path)
	}
}

// variants are the values of the chart's ci folder.
func variants(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(chart + "/ci/*-values.yaml")
	if err != nil || len(all) < 5 {
		t.Fatal(all, err)
	}
	return all
}

// helm runs Helm, which packaging/tools.sh installs, and returns what it prints.
func helm(args ...string) (stdout, stderr string, err error) {
	c := exec.Command("helm", args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	return out.String(), errs.String(), err
}

// render is what Helm makes of the chart with values.
func render(t *testing.T, kubeVersion, values string, args ...string) []*yaml.Node {
	t.Helper()
	out, errs, err := helm(append([]string{"template", "contactcenter-exporter", chart, "--kube-version", kubeVersion, "--values", values}, args...)...)
	if err != nil {
		t.Fatal(err, errs)
	}
	// Comments before a document belong to it; Helm's own, which name the template, say nothing here.
	out = regexp.MustCompile(`(?m)^# Source: .*\n`).ReplaceAllString(out, "")
	var all []*yaml.Node
	for _, part := range regexp.MustCompile(`(?m)^---\n`).Split(out, -1) {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(part), &n); err != nil {
			t.Fatal(err)
		}
		if len(n.Content) > 0 {
			all = append(all, &n)
		}
	}
	return all
}

// object is what the tests look at of any object.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct {
		Name, Namespace string
		Labels          map[string]string
	}
	Data map[string]string
	Spec yaml.Node
}

func decode(t *testing.T, n *yaml.Node) object {
	t.Helper()
	var o object
	if err := n.Decode(&o); err != nil {
		t.Fatal(err)
	}
	return o
}
