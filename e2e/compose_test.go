package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"go.yaml.in/yaml/v3"
)

// compose is the part of compose.yaml that is used; any other key is an error.
type compose struct {
	Services map[string]struct {
		Image, Build string
		Command      []string
		Environment  map[string]string
		Volumes      []string
		Ports        []string
		DependsOn    []string `yaml:"depends_on"`
		ReadOnly     bool     `yaml:"read_only"`
		CapDrop      []string `yaml:"cap_drop"`
		SecurityOpt  []string `yaml:"security_opt"`
	}
	Volumes map[string]struct{}
}

func readStrict(t *testing.T, path string, into any) {
	t.Helper()
	d := yaml.NewDecoder(bytes.NewReader([]byte(text(t, path))))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	readStrict(t, "../compose.yaml", &c)
	return c
}

// The schema and the rules of the Compose specification, by its own loader.
func TestComposeKeepsTheSpecification(t *testing.T) {
	testSpecification(t, "../compose.yaml")
	testSpecification(t, "../compose.yaml", "../compose.replicas.yaml")
}

func testSpecification(t *testing.T, files ...string) {
	t.Helper()
	options, err := cli.NewProjectOptions(files, cli.WithName("contactcenter"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`^postgres:\d+\.\d+$|:v?\d+\.\d+\.\d+$`)
	for _, s := range project.Services {
		if s.Build == nil && !pinned.MatchString(s.Image) {
			t.Errorf("%s: the image %s has no whole version", s.Name, s.Image)
		}
		if s.Build != nil {
			if _, err := os.Stat(filepath.Join(s.Build.Context, "Dockerfile")); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
		for _, v := range s.Volumes {
			if _, err := os.Stat(v.Source); v.Type == "bind" && err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
	}
}

// Both replicas have the flags that the command line knows, names of their own, and
// addresses under which Compose finds them.
func TestReplicasOfComposeHaveFlagsThatAreThere(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../compose.yaml", "../compose.replicas.yaml"}, cli.WithName("contactcenter"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	known := text(t, "../docs/command-line.md")
	for _, name := range []string{"exporter", "second"} {
		command := strings.Join(project.Services[name].Command, " ")
		for _, want := range []string{"--replica.name=" + name, "--replica.advertise-url=http://" + name + ":9925", "--state.url=postgres://postgres:" + *project.Services["database"].Environment["POSTGRES_PASSWORD"] + "@database:5432/"} {
			if !strings.Contains(command, want) {
				t.Errorf("%s: no %s in %s", name, want, command)
			}
		}
		for _, flag := range regexp.MustCompile(`--[a-z.-]+`).FindAllString(command, -1) {
			if !strings.Contains(known, flag) {
				t.Errorf("%s: %s is no flag", name, flag)
			}
		}
	}
}

func TestWhatComposeMountsIsThere(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		for _, v := range s.Volumes {
			from, rest, _ := strings.Cut(v, ":")
			if _, named := c.Volumes[from]; named {
				continue
			}
			if !strings.HasSuffix(rest, ":ro") {
				t.Errorf("%s: %s is mounted read-only", name, from)
			}
			if _, err := os.Stat(filepath.Join("..", from)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, d := range s.DependsOn {
			if _, ok := c.Services[d]; !ok {
				t.Errorf("%s depends on %s, which is no service", name, d)
			}
		}
		if s.Build == "" && !strings.Contains(s.Image, ":") {
			t.Errorf("%s: the image has a version", name)
		}
		if len(s.Ports) != 1 || !strings.HasPrefix(s.Ports[0], "127.0.0.1:") {
			t.Errorf("%s: one port, on loopback", name)
		}
	}
}

// mounted finds the file of this checkout that a path in a service's container is.
func mounted(c compose, service, path string) string {
	for _, v := range c.Services[service].Volumes {
		parts := strings.Split(v, ":")
		if rest, ok := strings.CutPrefix(path, parts[1]); ok && (rest == "" || rest[0] == '/') {
			return filepath.Join("..", parts[0], rest)
		}
	}
	return ""
}

func TestPathsInContainersLeadToMounts(t *testing.T) {
	c := readCompose(t)
	var provider struct {
		APIVersion int `yaml:"apiVersion"`
		Providers  []struct {
			Name, Folder, Type string
			Options            struct{ Path string }
		}
	}
	readStrict(t, "../deploy/compose/grafana/dashboards/contactcenter.yml", &provider)
	for service, paths := range map[string][]string{
		"grafana": {
			c.Services["grafana"].Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"], provider.Providers[0].Options.Path,
			"/etc/grafana/provisioning/datasources/prometheus.yml", "/etc/grafana/provisioning/dashboards/contactcenter.yml",
		},
		"prometheus":   {"/etc/prometheus/prometheus.yml", "/etc/prometheus/rules/contactcenter.rules.yml"},
		"alertmanager": {"/etc/alertmanager/alertmanager.yml"},
	} {
		for _, p := range paths {
			if _, err := os.Stat(mounted(c, service, p)); err != nil {
				t.Errorf("%s: %s: %v", service, p, err)
			}
		}
	}
}

func TestComposeNamesItsOwnServices(t *testing.T) {
	c := readCompose(t)
	for _, path := range []string{"prometheus.yml", "grafana/datasources/prometheus.yml"} {
		content := text(t, "../deploy/compose/"+path)
		for _, host := range []string{"exporter:9925", "alertmanager:9093", "prometheus:9090"} {
			service, _, _ := strings.Cut(host, ":")
			if _, ok := c.Services[service]; strings.Contains(content, host) && !ok {
				t.Errorf("%s names %s, which is no service", path, host)
			}
		}
	}
}

func TestPrometheusReadsWhatComposeGivesIt(t *testing.T) {
	for _, args := range [][]string{
		{"check", "config", "--syntax-only", "../deploy/compose/prometheus.yml", "../deploy/compose/replicas/prometheus.yml"},
		{"check", "rules", "--lint-fatal", "../alerts/contactcenter.rules.yml", "../alerts/thresholds.example.yml"},
	} {
		if out, err := exec.Command(promtool(t), args...).CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}

func TestGrafanaFindsThePrometheusOfCompose(t *testing.T) {
	c := readCompose(t)
	var provisioned struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name, Type, UID, URL string
			IsDefault            bool              `yaml:"isDefault"`
			JSONData             map[string]string `yaml:"jsonData"`
		}
	}
	readStrict(t, "../deploy/compose/grafana/datasources/prometheus.yml", &provisioned)
	if len(provisioned.Datasources) != 1 {
		t.Fatalf("there are %d data sources", len(provisioned.Datasources))
	}
	d := provisioned.Datasources[0]
	service, port, _ := strings.Cut(strings.TrimPrefix(d.URL, "http://"), ":")
	ports := c.Services[service].Ports
	if provisioned.APIVersion != 1 || d.Type != "prometheus" || !d.IsDefault || len(ports) != 1 || !strings.HasSuffix(ports[0], ":"+port) {
		t.Errorf("the data source is %+v, and the ports of its service are %q", d, ports)
	}
}

func TestComposeInhibitsAsTheExampleDoes(t *testing.T) {
	read := func(path string) any {
		var file struct {
			Rules any `yaml:"inhibit_rules"`
		}
		if err := yaml.Unmarshal([]byte(text(t, path)), &file); err != nil {
			t.Fatal(err)
		}
		return file.Rules
	}
	if !reflect.DeepEqual(read("../deploy/compose/alertmanager.yml"), read("../alerts/alertmanager.example.yml")) {
		t.Error("the two differ")
	}
}
