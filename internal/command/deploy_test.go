package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendortest"
)

const deployFolder = "../../deploy"

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// object is what the tests look at of a Kubernetes object.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Data       map[string]string
	Spec       struct {
		Replicas    int
		PolicyTypes []string `yaml:"policyTypes"`
		Template    struct {
			Spec struct {
				Automount       bool            `yaml:"automountServiceAccountToken"`
				SecurityContext securityContext `yaml:"securityContext"`
				Containers      []container
			}
		}
	}
}

type securityContext struct {
	RunAsNonRoot   bool `yaml:"runAsNonRoot"`
	Escalation     bool `yaml:"allowPrivilegeEscalation"`
	Privileged     bool
	ReadOnly       bool                  `yaml:"readOnlyRootFilesystem"`
	Capabilities   map[string][]string   `yaml:"capabilities"`
	SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
}

type container struct {
	Args            []string
	SecurityContext securityContext `yaml:"securityContext"`
	Liveness        probe           `yaml:"livenessProbe"`
	Readiness       probe           `yaml:"readinessProbe"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

// objects reads every Kubernetes object; a repeated key is an error.
func objects(t *testing.T) map[string]object {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(deployFolder, "kubernetes", "*.yaml"))
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	all := map[string]object{}
	for _, file := range files {
		d := yaml.NewDecoder(bytes.NewReader(read(t, file)))
		for {
			var o object
			err := d.Decode(&o)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || o.APIVersion == "" || o.Metadata.Name != "contactcenter-exporter" {
				t.Fatalf("%s: %v %+v", file, err, o)
			}
			all[o.Kind] = o
		}
	}
	return all
}

func TestKubernetesObjectsGiveTheExporterNoMoreThanItNeeds(t *testing.T) {
	all := objects(t)
	for _, kind := range []string{"ServiceAccount", "ConfigMap", "Service", "StatefulSet", "NetworkPolicy", "PodMonitor", "PrometheusRule"} {
		if _, ok := all[kind]; !ok {
			t.Errorf("there is no %s", kind)
		}
	}
	d := all["StatefulSet"].Spec
	pod := d.Template.Spec
	c := pod.Containers[0]
	for what, ok := range map[string]bool{
		"one at a time":     d.Replicas == 1,
		"not root":          pod.SecurityContext.RunAsNonRoot,
		"seccomp":           pod.SecurityContext.SeccompProfile.Type == "RuntimeDefault",
		"no token":          !pod.Automount,
		"read-only root":    c.SecurityContext.ReadOnly,
		"no privileges":     !c.SecurityContext.Privileged && !c.SecurityContext.Escalation,
		"no capabilities":   fmt.Sprint(c.SecurityContext.Capabilities) == "map[drop:[ALL]]",
		"probes":            c.Liveness.HTTPGet.Path == "/-/healthy" && c.Readiness.HTTPGet.Path == "/-/ready",
		"probes by health":  c.Liveness.HTTPGet.Port == "health" && c.Readiness.HTTPGet.Port == "health",
		"a bounded network": fmt.Sprint(all["NetworkPolicy"].Spec.PolicyTypes) == "[Ingress Egress]",
	} {
		if !ok {
			t.Errorf("not so: %s", what)
		}
	}
	knownFlags(t, c.Args)
	secrets := strings.ReplaceAll(all["ConfigMap"].Data["contactcenter.yml"], "/run/secrets/contactcenter", t.TempDir())
	for _, m := range regexp.MustCompile(`_file: (\S+)`).FindAllStringSubmatch(secrets, -1) {
		keep(t, m[1], "secret")
	}
	if _, err := config.Parse("contactcenter.yml", []byte(secrets), vendortest.Configs()); err != nil {
		t.Error(err)
	}
}

// knownFlags refuses flags that serve doesn't have, as the reference says.
func knownFlags(t *testing.T, args []string) {
	t.Helper()
	_, flags, _ := strings.Cut(string(read(t, "../../docs/command-line.md")), "\n## serve\n")
	flags, _, _ = strings.Cut(flags, "\n## ")
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if strings.HasPrefix(arg, "--") && !strings.Contains(flags, "| `--"+name+"` |") {
			t.Errorf("there is no flag %s", arg)
		}
	}
}

func TestTheSystemdUnitIsHardened(t *testing.T) {
	settings := map[string]string{}
	for line := range strings.Lines(string(read(t, filepath.Join(deployFolder, "systemd", "contactcenter_exporter.service")))) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		switch {
		case line == "" || line[0] == '#' || line[0] == '[' && line[len(line)-1] == ']':
		case !ok || strings.ContainsAny(key, " \t"):
			t.Errorf("no setting: %s", line)
		default:
			settings[key] += value + " "
		}
	}
	for key, want := range map[string]string{
		"User": "contactcenter_exporter", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
		"CapabilityBoundingSet": "", "LimitCORE": "0", "StateDirectory": "contactcenter_exporter", "StateDirectoryMode": "0700",
		"SystemCallArchitectures": "native", "MemoryDenyWriteExecute": "yes", "RestrictAddressFamilies": "AF_INET AF_INET6",
	} {
		if got, ok := settings[key]; !ok || strings.TrimSpace(got) != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if !strings.Contains(settings["Environment"], "GOTRACEBACK=single") || settings["MemoryMax"] == "" {
		t.Errorf("environment %q, memory %q", settings["Environment"], settings["MemoryMax"])
	}
	knownFlags(t, strings.Fields(settings["ExecStart"]))
}

// The replicas of the Compose file ask the simulator of the default seed.
func TestReplicasOfComposeKnowTheSimulator(t *testing.T) {
	file := read(t, deployFolder+"/compose/replicas/contactcenter.yml")
	if _, err := config.Parse("contactcenter.yml", file, vendortest.Configs()); err != nil {
		t.Fatal(err)
	}
	s := simulator.New(simulator.Options{Seed: 1})
	lp, lv := s.LivePerson(), s.LiveVox()
	for _, secret := range []string{lp.AccountID, lp.ClientID, lp.ClientSecret, lv.ClientName, lv.Username, lv.Password, lv.AccessToken} {
		if !strings.Contains(string(file), secret) {
			t.Errorf("%s is missing", secret)
		}
	}
}
