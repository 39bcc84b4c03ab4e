package packaging

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	yamlv3 "go.yaml.in/yaml/v3"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// kinds returns an empty value of each kind that the chart makes.
func kinds() map[string]any {
	return map[string]any{
		"v1/ConfigMap":                                new(corev1.ConfigMap),
		"v1/Service":                                  new(corev1.Service),
		"v1/ServiceAccount":                           new(corev1.ServiceAccount),
		"apps/v1/Deployment":                          new(appsv1.Deployment),
		"apps/v1/StatefulSet":                         new(appsv1.StatefulSet),
		"networking.k8s.io/v1/NetworkPolicy":          new(networkingv1.NetworkPolicy),
		"policy/v1/PodDisruptionBudget":               new(policyv1.PodDisruptionBudget),
		"monitoring.coreos.com/v1/PodMonitor":         new(monitoringv1.PodMonitor),
		"monitoring.coreos.com/v1/PrometheusRule":     new(monitoringv1.PrometheusRule),
		"monitoring.coreos.com/v1/ServiceMonitor":     new(monitoringv1.ServiceMonitor),
		"monitoring.coreos.com/v1alpha1/ScrapeConfig": new(monitoringv1alpha1.ScrapeConfig),
	}
}

func TestEveryVariantIsLintedAndDecodedStrictly(t *testing.T) {
	met := map[string]bool{}
	for _, values := range variants(t) {
		if out, errs, err := helm("lint", "--strict", chart, "--values", values); err != nil {
			t.Error(values, out, errs)
		}
		for _, version := range kubeVersions {
			for _, n := range render(t, version, values) {
				o := decode(t, n)
				kind := o.APIVersion + "/" + o.Kind
				met[kind] = true
				into, known := kinds()[kind]
				if !known {
					t.Fatalf("%s: there is no type for %s", values, kind)
				}
				text, err := yamlv3.Marshal(n)
				if err != nil {
					t.Fatal(err)
				}
				if err := yaml.UnmarshalStrict(text, into); err != nil {
					t.Errorf("%s: %s %s: %v", values, kind, o.Metadata.Name, err)
				}
			}
		}
	}
	for kind := range kinds() {
		if !met[kind] {
			t.Errorf("no variant makes a %s", kind)
		}
	}
}

func TestValuesThatAreRefused(t *testing.T) {
	secret := "config.accounts[0].name=a,config.accounts[0].auth."
	for name, tt := range map[string]struct{ set, want string }{
		"no configuration":             {"nameOverride=a", "config.accounts is empty"},
		"a misspelt value":             {"existingConfigSecret=a,serviceMonitor.enabeld=true", "serviceMonitor"},
		"a value of another type":      {"existingConfigSecret=a,persistence.enabled=maybe", "persistence"},
		"an unknown scheme":            {"existingConfigSecret=a,podMonitor.scheme=ftp", "scheme"},
		"a misspelt key of a secret":   {"existingConfigSecret=a,secrets[0].nam=a", "secrets"},
		"a password":                   {secret + "password=a", "password_file"},
		"a token":                      {secret + "access_token=a", "access_token_file"},
		"a client's secret in a block": {secret + "oauth2.client_secret=a", "client_secret_file"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, err := helm("template", "x", chart, "--kube-version", kubeVersions[0], "--set", tt.set)
			if err == nil || !strings.Contains(errs, tt.want) {
				t.Errorf("%v, %q lacks %q; %d bytes", err, errs, tt.want, len(out))
			}
		})
	}
}

// The rules of the chart are those of alerts/, and its dashboards those of dashboards/.
func TestChartShowsTheFilesOfAlertsAndDashboards(t *testing.T) {
	files, err := filepath.Glob("../dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	shown := map[string]string{}
	var groups []any
	for _, n := range render(t, kubeVersions[1], chart+"/ci/everything-values.yaml") {
		o := decode(t, n)
		switch {
		case o.Kind == "PrometheusRule":
			var spec struct{ Groups []any }
			if err := o.Spec.Decode(&spec); err != nil {
				t.Fatal(err)
			}
			groups = spec.Groups
		case o.Kind == "ConfigMap" && o.Metadata.Namespace == "grafana":
			for name, content := range o.Data {
				shown[name] = content
			}
			if o.Metadata.Labels["grafana_dashboard"] != "1" {
				t.Errorf("%s lacks the label", o.Metadata.Name)
			}
		}
	}
	for _, file := range files {
		if shown["contactcenter-"+filepath.Base(file)] != string(read(t, file)) {
			t.Errorf("the ConfigMap of %s is another", file)
		}
	}
	if len(shown) != len(files) {
		t.Errorf("%d dashboards of %d", len(shown), len(files))
	}
	var rules struct{ Groups []any }
	if err := yamlv3.Unmarshal(read(t, "../alerts/contactcenter.rules.yml"), &rules); err != nil {
		t.Fatal(err)
	}
	own := len(groups) - 1
	if own < 1 || !reflect.DeepEqual(groups[:own], rules.Groups) {
		t.Error("the rules are others than those of alerts/")
	}
	if name := groups[own].(map[string]any)["name"]; name != "thresholds" {
		t.Errorf("the last group is %v", name)
	}
}

// manifest is a file of deploy/kubernetes: the kinds in it and what its head says.
type manifest struct {
	kinds []string
	head  string
}

const secretsOfTheExporter = "# The ConfigMap holds the configuration; the secrets are the keys of a Secret named contactcenter-exporter:\n" +
	"#   kubectl create secret generic contactcenter-exporter --from-literal=dialer-password=… --from-literal=dialer-token=…\n"

// deployed names the files of deploy/kubernetes by the values that they are made from.
var deployed = map[string]map[string]manifest{
	"kubernetes-values.yaml": {
		"exporter.yaml":   {[]string{"ServiceAccount", "ConfigMap", "Service", "StatefulSet"}, secretsOfTheExporter},
		"network.yaml":    {[]string{"NetworkPolicy"}, ""},
		"podmonitor.yaml": {[]string{"PodMonitor"}, "# For the Prometheus operator.\n"},
		"rules.yaml":      {[]string{"PrometheusRule"}, "# For the Prometheus operator.\n"},
	},
	"replicas-values.yaml": {
		"replicas.yaml": {
			[]string{"ServiceAccount", "ConfigMap", "Service", "Deployment", "PodDisruptionBudget", "NetworkPolicy"},
			"# Three replicas on a PostgreSQL database (docs/replicas.md), instead of exporter.yaml and network.yaml.\n" + secretsOfTheExporter +
				"# The URL of the database and the token of the replicas are in Secrets of their own:\n" +
				"#   kubectl create secret generic contactcenter-database --from-literal=url=postgres://…\n" +
				"#   kubectl create secret generic contactcenter-replicas --from-literal=token=…\n",
		},
	},
}

// deploy/kubernetes is the chart without what only Helm needs.
func TestKubernetesManifests(t *testing.T) {
	for values, files := range deployed {
		t.Run(values, func(t *testing.T) { testManifests(t, values, files) })
	}
}

func testManifests(t *testing.T, values string, files map[string]manifest) {
	all := map[string]*yamlv3.Node{}
	for _, n := range render(t, kubeVersions[1], chart+"/ci/"+values) {
		plain(n.Content[0])
		all[decode(t, n).Kind] = n
	}
	for name, file := range files {
		var b strings.Builder
		b.WriteString("# Made from deploy/helm/contactcenter-exporter by make chart.\n" + file.head)
		for i, kind := range file.kinds {
			n, ok := all[kind]
			if !ok {
				t.Fatalf("%s lacks a %s", name, kind)
			}
			delete(all, kind)
			if i > 0 {
				b.WriteString("---\n")
			}
			e := yamlv3.NewEncoder(&b)
			e.SetIndent(2)
			if err := e.Encode(n); err != nil {
				t.Fatal(err)
			}
		}
		compare(t, filepath.Join("../deploy/kubernetes", name), []byte(b.String()))
	}
	if len(all) > 0 {
		t.Errorf("no file has %v", all)
	}
}

// plain removes the namespace and the labels of Helm from an object and its parts.
func plain(n *yamlv3.Node) {
	for i := 0; n.Kind == yamlv3.MappingNode && i < len(n.Content); {
		key, value := n.Content[i].Value, n.Content[i+1]
		helms := key == "namespace" && value.Kind == yamlv3.ScalarNode ||
			slices.Contains([]string{"helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/version", "app.kubernetes.io/instance"}, key)
		if helms {
			n.Content = slices.Delete(n.Content, i, i+2)
		} else {
			i += 2
		}
	}
	for _, c := range n.Content {
		plain(c)
	}
}
