package packaging

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// value is a documented value of the chart: one that a comment beginning with "# --" explains.
type value struct {
	path, about string
	node        *yaml.Node
}

// values lists the documented values in their order. Every value is documented, itself or all that it holds.
func values(t *testing.T) []value {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(read(t, chart+"/values.yaml"), &doc); err != nil {
		t.Fatal(err)
	}
	var all []value
	var walk func(prefix string, n *yaml.Node)
	walk = func(prefix string, n *yaml.Node) {
		for i := 0; i < len(n.Content); i += 2 {
			key, v := n.Content[i], n.Content[i+1]
			_, about, documented := strings.Cut(key.HeadComment, "# -- ")
			switch {
			case documented:
				all = append(all, value{prefix + key.Value, strings.ReplaceAll(about, "\n# ", " "), v})
			case v.Kind == yaml.MappingNode && len(v.Content) > 0:
				walk(prefix+key.Value+".", v)
			default:
				t.Errorf("values.yaml: %s%s is not explained", prefix, key.Value)
			}
		}
	}
	walk("", doc.Content[0])
	return all
}

func TestChartReadme(t *testing.T) {
	b := bytes.NewBufferString(readmeHead)
	for _, v := range values(t) {
		var def any
		if err := v.node.Decode(&def); err != nil {
			t.Fatal(err)
		}
		text := &bytes.Buffer{}
		e := json.NewEncoder(text)
		e.SetEscapeHTML(false)
		if err := e.Encode(def); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(b, "| `%s` | `%s` | %s |\n", v.path, strings.TrimSpace(text.String()), strings.ReplaceAll(v.about, "|", `\|`))
	}
	compare(t, chart+"/README.md", b.Bytes())
}

const readmeHead = `# contactcenter-exporter

A Helm chart of [contactcenter_exporter](https://github.com/contactcenter-exporter/contactcenter_exporter): one pod that keeps its
counters on a volume. README.md and values.schema.json are made from values.yaml by ` + "`make chart`" + `.

    helm install contactcenter oci://ghcr.io/contactcenter-exporter/charts/contactcenter-exporter --values values.yaml

with at least

` + "```yaml" + `
config:
  accounts:
    - name: shop-eu
      vendor: liveperson
      account_id: "12345678"
      auth: {oauth2: {client_id: abc, client_secret_file: /run/secrets/contactcenter/shop-eu}}
secrets:
  - {name: contactcenter, mountPath: /run/secrets/contactcenter}
` + "```" + `

A Secret named contactcenter then has the key shop-eu. The chart makes no Secret, and refuses a configuration that holds one. A
change of ` + "`config`" + ` starts the pod again; a change of a Secret is read without.

There is one pod, a StatefulSet: several can't share the embedded state, and the old pod ends before the new one starts. With
database.secret there are replicas pods, a Deployment on a PostgreSQL database
([docs/replicas.md](https://github.com/contactcenter-exporter/contactcenter_exporter/blob/main/docs/replicas.md)).

| value | default | meaning |
|---|---|---|
`

// choices are the values that may be taken where the type says too little.
var choices = map[string][]any{
	"image.pullPolicy":      {"Always", "IfNotPresent", "Never"},
	"service.type":          {"ClusterIP", "NodePort", "LoadBalancer"},
	"serviceMonitor.scheme": {"http", "https"},
	"podMonitor.scheme":     {"http", "https"},
	"scrapeConfig.scheme":   {"http", "https"},
}

// items are the schemas of the elements of lists that are no objects of Kubernetes.
var items = map[string]any{
	"secrets": map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"name"},
		"properties": map[string]any{"name": map[string]any{"type": "string"}, "mountPath": map[string]any{"type": "string"}},
	},
	"image.pullSecrets": map[string]any{"type": "string"},
	"extraArgs":         map[string]any{"type": "string"},
}

func TestChartSchema(t *testing.T) {
	root := newSchema()
	// Helm itself adds this one for a chart that others use.
	root["properties"].(map[string]any)["global"] = map[string]any{"type": "object"}
	for _, v := range values(t) {
		at := root
		path := strings.Split(v.path, ".")
		for _, name := range path[:len(path)-1] {
			inner, ok := at["properties"].(map[string]any)[name].(map[string]any)
			if !ok {
				inner = newSchema()
				at["properties"].(map[string]any)[name] = inner
			}
			at = inner
		}
		at["properties"].(map[string]any)[path[len(path)-1]] = schemaOf(v)
	}
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	compare(t, chart+"/values.schema.json", b.Bytes())
}

func newSchema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": false, "properties": map[string]any{}}
}

func schemaOf(v value) map[string]any {
	s := map[string]any{"description": v.about}
	switch {
	case v.node.Kind == yaml.MappingNode:
		s["type"] = "object"
	case v.node.Kind == yaml.SequenceNode:
		s["type"] = "array"
	case v.path == "podDisruptionBudget.maxUnavailable":
		s["type"] = []string{"integer", "string"} // a percentage
	default:
		s["type"] = map[string]string{"!!str": "string", "!!bool": "boolean", "!!int": "integer"}[v.node.Tag]
	}
	if c, ok := choices[v.path]; ok {
		s["enum"] = c
	}
	if i, ok := items[v.path]; ok {
		s["items"] = i
	}
	return s
}
